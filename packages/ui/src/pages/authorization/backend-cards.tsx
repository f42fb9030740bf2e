import { useSignal } from '@preact/signals';
import type { JSX } from 'preact';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { Confirm } from '../../parts/confirm.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Badge } from '../../parts/notice.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table, type Column } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { useLoaded } from '../../state/loaded.ts';
import { dayAndTime, number } from '../../words/format.ts';
import { words } from './words.ts';

interface KnownCard {
  readonly idToken?: string;
  readonly idTag?: string;
  readonly status: string;
  readonly expiryMs: number | null;
  readonly parentIdToken: string | null;
}

interface LocalList {
  readonly enabled: boolean;
  readonly version: number;
  readonly count: number;
  readonly entries: readonly KnownCard[];
}

interface Cache {
  readonly enabled: boolean;
  readonly count: number;
  readonly entries: readonly KnownCard[];
}

/** What the backend has said of cards: its list, and the answers that are remembered. */
export function BackendCards({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const local = useLoaded<LocalList>(stationPath(station, '/local-list?limit=100'));
  return (
    <>
      <Card title={w.local}>
        <p class="soft">{w.localLead}</p>
        <WhenLoaded of={local}>
          {({ enabled, version, count, entries }) => (
            <>
              <p class="row">
                <span class="soft">
                  {w.version} {number(version)} · {number(count)}
                </span>
                {!enabled && <Badge tone="soft">{w.off}</Badge>}
              </p>
              <Table label={w.local} rows={entries} keyOf={cardOf} empty={w.noLocal} columns={columns()} />
            </>
          )}
        </WhenLoaded>
      </Card>
      <CacheCard station={station} />
    </>
  );
}

function CacheCard({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const path = stationPath(station, '/authorization/cache');
  const cache = useLoaded<Cache>(`${path}?limit=100`);
  const asked = useSignal(false);
  const { problem, run } = useAction();
  const clear = async (): Promise<void> => {
    asked.value = false;
    if (await run('DELETE', path)) say(w.cleared);
    await cache.reload();
  };
  return (
    <Card
      title={w.cache}
      actions={(cache.value.value?.count ?? 0) > 0 && <Button onClick={() => (asked.value = true)}>{w.clear}</Button>}
    >
      <p class="soft">{w.cacheLead}</p>
      <WhenLoaded of={cache}>
        {({ enabled, entries }) => (
          <>
            {!enabled && <Badge tone="soft">{w.off}</Badge>}
            <Table label={w.cache} rows={entries} keyOf={cardOf} empty={w.noCache} columns={columns()} />
          </>
        )}
      </WhenLoaded>
      {problem !== null && <ProblemNotice problem={problem} />}
      {asked.value && (
        <Confirm
          title={w.clearTitle}
          action={w.clear}
          onClose={() => (asked.value = false)}
          onConfirm={() => void clear()}
        >
          <p>{w.clearLead}</p>
        </Confirm>
      )}
    </Card>
  );
}

function cardOf({ idToken, idTag }: KnownCard): string {
  return idToken ?? idTag ?? '';
}

function columns(): readonly Column<KnownCard>[] {
  const w = words();
  return [
    { id: 'card', title: w.card, cell: (card) => <span class="mono">{cardOf(card)}</span> },
    { id: 'status', title: w.status, cell: ({ status }) => w.statuses[status] ?? status },
    {
      id: 'until',
      title: w.until,
      cell: ({ expiryMs }) => (expiryMs === null ? w.forever : dayAndTime(expiryMs)),
    },
    { id: 'group', title: w.group, cell: ({ parentIdToken }) => parentIdToken ?? '–' },
  ];
}
