import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge, type Tone } from '../../parts/notice.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { said } from '../../words/dictionary.ts';
import { words } from './check-words.ts';
import { openRow } from './open-row.ts';
import type { FindingShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';

const tones: Readonly<Record<FindingShape['level'], Tone>> = {
  ok: 'good',
  notice: 'info',
  warning: 'warn',
  danger: 'bad',
};

/** What could let strangers in or energy out, with the way to change it. */
export function SecurityView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const changes = settings.endpoint.value?.changes ?? 0;
  const path = stationPath(settings.station, `/security-check?v=${changes}`);
  const loaded = useLoaded<{ readonly findings: readonly FindingShape[] }>(path);
  return (
    <div class="stack">
      <div class="row">
        <p class="soft">{w.securityLead}</p>
        <Button icon="refresh" busy={loaded.loading.value} onClick={() => void loaded.reload()}>
          {w.again}
        </Button>
      </div>
      <WhenLoaded of={loaded}>
        {({ findings }) => (
          <ul class="findings">
            {findings.map((finding) => (
              <li key={finding.id} class="card">
                <Finding settings={settings} finding={finding} />
              </li>
            ))}
          </ul>
        )}
      </WhenLoaded>
    </div>
  );
}

function Finding({ settings, finding }: { readonly settings: Settings; readonly finding: FindingShape }): JSX.Element {
  const w = words();
  const { level, text, remedy, parameter } = finding;
  const leads = parameter !== null && parameter !== undefined && settings.byId.value.has(parameter);
  return (
    <>
      <p class="finding">
        <Badge tone={tones[level]}>{w.levels[level]}</Badge> {said(text)}
      </p>
      {said(remedy) !== '' && <p class="soft">{said(remedy)}</p>}
      {leads && level !== 'ok' && (
        <div>
          <Button icon="arrowRight" onClick={() => openRow(settings.station, parameter)}>
            {w.change}
          </Button>
        </div>
      )}
    </>
  );
}
