import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { addressOf } from '../../app/route.ts';
import type { SummaryShape } from '../../net/shapes.ts';
import { SelectField, TextField } from '../../parts/field.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Card, Page } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { processState, summaries } from '../../state/live.ts';
import { number } from '../../words/format.ts';
import { backendStanding, backendTone, statusTone } from '../status/tones.ts';
import { words as statusWords } from '../status/words.ts';
import { foundStations, type StationFilter } from './station-filter.ts';
import { words } from './words.ts';

/** So many rows are shown; a search finds the others. */
const mostRows = 100;

/** All stations of this process in short. */
export function StationsPage(): JSX.Element {
  const w = words();
  const search = useSignal('');
  const filter = useSignal<StationFilter>('all');
  const names = processState.value?.stations ?? [];
  const found = foundStations(names, summaries.value, { search: search.value, filter: filter.value });
  const filters = Object.entries(w.filters);
  return (
    <Page title={w.title}>
      <Card>
        <div class="filters">
          <TextField label={w.search} value={search} inputMode="search" />
          <SelectField
            label={w.show}
            value={filter.value}
            options={filters.map(([value, label]) => ({ value, label }))}
            onChange={(value) => (filter.value = value as StationFilter)}
          />
        </div>
        <p class="soft small" role="status">
          {w.count(number(found.length), number(names.length))}
        </p>
        <Table
          label={w.title}
          columns={[
            { id: 'name', title: w.name, cell: ({ name }) => <a href={addressOf(name, 'status')}>{name}</a> },
            { id: 'backend', title: w.backend, cell: (summary) => <Backend summary={summary} /> },
            { id: 'connectors', title: w.connectors, cell: (summary) => <Connectors summary={summary} /> },
            {
              id: 'outbox',
              title: w.outbox,
              align: 'end',
              cell: ({ outbox }) => (outbox === undefined ? '' : number(outbox.waiting + outbox.parked)),
            },
          ]}
          rows={found.slice(0, mostRows)}
          keyOf={({ name }) => name}
          empty={w.none}
        />
        {found.length > mostRows && <p class="soft">{w.more(number(found.length - mostRows))}</p>}
      </Card>
    </Page>
  );
}

function Backend({ summary }: { readonly summary: SummaryShape }): JSX.Element {
  const s = statusWords();
  const { link, registration, notReady } = summary;
  if (link === undefined) return <span class="soft">{notReady.join(' ')}</span>;
  const known = (['accepted', 'pending', 'rejected'] as const).find((one) => one === registration) ?? 'none';
  const standing = backendStanding({ link: { ...link, sinceMs: 0 }, registration: known });
  return (
    <>
      <Badge tone={backendTone(standing)}>{s[standing]}</Badge>
      {standing !== 'online' && link.reason !== '' && <p class="soft small">{link.reason}</p>}
    </>
  );
}

function Connectors({ summary }: { readonly summary: SummaryShape }): JSX.Element {
  const s = statusWords();
  return (
    <span class="row">
      {(summary.evses ?? []).map(({ id, status, errorCode }) => (
        <Badge key={id} tone={statusTone(status)}>
          {id}: {s.statuses[status] ?? status}
          {errorCode !== 'NoError' && <span class="code">{errorCode}</span>}
        </Badge>
      ))}
    </span>
  );
}
