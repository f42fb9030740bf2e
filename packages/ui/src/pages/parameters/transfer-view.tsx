import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { download, stationPath } from '../../net/api.ts';
import type { Problem } from '../../net/problem.ts';
import { Button } from '../../parts/button.tsx';
import { Switch } from '../../parts/field.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { may } from '../../state/session.ts';
import { said } from '../../words/dictionary.ts';
import { categoryTitle, inOrder } from './category-words.ts';
import { ImportCard } from './import-card.tsx';
import { categoryOf } from './parameter-shapes.ts';
import type { DifferenceShape } from './settings-shapes.ts';
import type { Settings } from './settings-store.ts';
import { words } from './transfer-words.ts';
import { valueWord } from './value-words.ts';

/** Settings as a file: out, in, and what differs from the factory. */
export function TransferView({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const changes = settings.endpoint.value?.changes ?? 0;
  const path = `/parameters/diff?v=${changes}`;
  const differences = useLoaded<readonly DifferenceShape[]>(stationPath(settings.station, path));
  return (
    <div class="cards">
      <ExportCard settings={settings} />
      <Card title={w.cloneTitle}>
        <p>{w.clone}</p>
      </Card>
      {may('operator') && <ImportCard settings={settings} />}
      <Card title={w.factoryTitle} wide>
        <p class="soft">{w.factoryLead}</p>
        <WhenLoaded of={differences}>
          {(rows) => <Differences settings={settings} rows={rows} from={w.factory} empty={w.noDifference} />}
        </WhenLoaded>
      </Card>
    </div>
  );
}

function Differences({
  settings,
  rows,
  from,
  empty,
}: {
  readonly settings: Settings;
  readonly rows: readonly DifferenceShape[];
  readonly from: string;
  readonly empty: string;
}): JSX.Element {
  const w = words();
  const show = ({ id }: DifferenceShape, value: string | null): string => {
    const view = settings.byId.value.get(id);
    return view === undefined ? (value ?? '–') : valueWord(view.row, value ?? '');
  };
  const label = ({ id }: DifferenceShape): string => {
    const view = settings.byId.value.get(id);
    return view === undefined ? id : said(view.row.label);
  };
  return (
    <Table
      label={w.factoryTitle}
      rows={rows}
      keyOf={({ id }) => id}
      empty={empty}
      columns={[
        { id: 'what', title: w.what, cell: (row) => label(row) },
        { id: 'key', title: 'OCPP', cell: ({ key, id }) => <code>{key ?? id}</code> },
        { id: 'from', title: from, cell: (row) => <span class="old">{show(row, row.from)}</span> },
        { id: 'to', title: w.now, cell: (row) => <strong>{show(row, row.to)}</strong> },
      ]}
    />
  );
}

function ExportCard({ settings }: { readonly settings: Settings }): JSX.Element {
  const w = words();
  const some = useSignal(false);
  const chosen = useSignal<ReadonlySet<string>>(new Set());
  const secrets = useSignal(false);
  const problem = useSignal<Problem | null>(null);
  const categories = inOrder((settings.views.value ?? []).map(({ id }) => categoryOf(id)));
  const take = (id: string, on: boolean): void => {
    const next = new Set(chosen.value);
    if (on) next.add(id);
    else next.delete(id);
    chosen.value = next;
  };
  const save = async (): Promise<void> => {
    const query = new URLSearchParams();
    if (some.value) query.set('categories', [...chosen.value].join(','));
    if (secrets.value) query.set('secrets', 'true');
    const name = `${settings.station.replaceAll(/[^\w.-]+/g, '_')}-parameters.json`;
    problem.value = await download(stationPath(settings.station, `/parameters/export?${query}`), name);
  };
  return (
    <Card title={w.exportTitle}>
      <p class="soft">{w.exportLead}</p>
      <Switch label={w.someCategories} on={some.value} onChange={(on) => (some.value = on)} />
      {some.value && (
        <div class="checks" role="group" aria-label={w.someCategories}>
          {categories.map((id) => (
            <label key={id} class="check">
              <input
                type="checkbox"
                checked={chosen.value.has(id)}
                onChange={(event) => take(id, event.currentTarget.checked)}
              />
              {said(categoryTitle(id))}
            </label>
          ))}
        </div>
      )}
      {may('manufacturer') && (
        <>
          <Switch label={w.withSecrets} on={secrets.value} onChange={(on) => (secrets.value = on)} />
          <p class="hint">{w.withSecretsWhy}</p>
        </>
      )}
      {problem.value !== null && <ProblemNotice problem={problem.value} />}
      <div class="row">
        <Button
          kind="primary"
          icon="download"
          disabled={some.value && chosen.value.size === 0}
          onClick={() => void save()}
        >
          {w.download}
        </Button>
      </div>
    </Card>
  );
}
