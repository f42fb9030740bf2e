import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { say } from '../../parts/toast.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { said } from '../../words/dictionary.ts';
import { words } from './check-words.ts';
import { setValue, type ParameterView } from './parameter-shapes.ts';
import type { PresetShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { valueWord } from './value-words.ts';

/** What people want to do, each as a few settings that become changes to be reviewed. */
export function PresetsView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const loaded = useLoaded<readonly PresetShape[]>(stationPath(settings.station, '/presets'));
  return (
    <div class="stack">
      <p class="soft">{w.presetsLead}</p>
      <WhenLoaded of={loaded}>
        {(presets) => (
          <div class="cards">
            {presets.map((preset) => (
              <Preset key={preset.name} settings={settings} preset={preset} />
            ))}
          </div>
        )}
      </WhenLoaded>
    </div>
  );
}

function Preset({ settings, preset }: { readonly settings: Settings; readonly preset: PresetShape }): JSX.Element {
  const w = words();
  const steps = Object.entries(preset.changes).flatMap(([id, value]): (readonly [ParameterView, string])[] => {
    const view = settings.byId.value.get(id);
    return view === undefined ? [] : [[view, String(value)]];
  });
  const open = steps.filter(([view, value]) => setValue(view) !== value);
  const possible = open.filter(([view]) => view.writable);
  const take = (): void => {
    for (const [view, value] of possible) settings.type(view, value);
    say(w.taken(possible.length), 'info');
  };
  return (
    <Card title={said(preset.title)}>
      <p>{said(preset.text)}</p>
      <dl class="facts">
        {steps.map(([view, value]) => (
          <div key={view.id}>
            <dt>{said(view.row.label)}</dt>
            <dd class="change">
              {setValue(view) !== value && (
                <>
                  <span class="old">{valueWord(view.row, setValue(view))}</span>
                  <span aria-hidden="true">→</span>
                </>
              )}
              <strong>{valueWord(view.row, value)}</strong>
            </dd>
          </div>
        ))}
      </dl>
      <div class="row">
        {open.length === 0 && <Badge tone="good">{w.isSo}</Badge>}
        {possible.length > 0 && may('operator') && <Button onClick={take}>{w.take}</Button>}
        {possible.length < open.length && <p class="soft small">{w.notAll}</p>}
      </div>
    </Card>
  );
}
