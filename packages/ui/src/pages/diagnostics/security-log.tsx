import type { JSX } from 'preact';

import { download, stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { Table } from '../../parts/table.tsx';
import { useLoaded } from '../../state/loaded.ts';
import { dayAndTime } from '../../words/format.ts';
import { words } from './words.ts';

interface Entry {
  readonly number: number;
  readonly type: string;
  readonly atMs: number;
  readonly estimated: boolean;
  readonly detail: string;
  readonly told: boolean;
}

/** The last events of the security log, the newest first. */
export function SecurityLog({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const log = useLoaded<{ readonly entries: readonly Entry[] }>(stationPath(station, '/security-log?last=100'));
  const exported = stationPath(station, '/security-log/export');
  return (
    <Card
      title={w.security}
      actions={
        <Button icon="download" onClick={() => void download(exported, 'security.log')}>
          {w.export}
        </Button>
      }
    >
      <p class="soft">{w.securityLead}</p>
      <WhenLoaded of={log}>
        {({ entries }) => (
          <Table
            label={w.security}
            rows={entries.toSorted((first, second) => second.number - first.number)}
            keyOf={({ number }) => number}
            empty={w.noEvents}
            columns={[
              {
                id: 'when',
                title: w.when,
                cell: ({ atMs, estimated }) => `${dayAndTime(atMs)}${estimated ? ` (${w.estimated})` : ''}`,
              },
              {
                id: 'what',
                title: w.what,
                cell: ({ type, detail }) => (
                  <>
                    <strong>{type}</strong> {detail}
                  </>
                ),
              },
              { id: 'told', title: w.told, cell: ({ told }) => (told ? w.yes : w.no) },
            ]}
          />
        )}
      </WhenLoaded>
    </Card>
  );
}
