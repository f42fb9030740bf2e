import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { stationPath } from '../../net/api.ts';
import { Button } from '../../parts/button.tsx';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Card } from '../../parts/page.tsx';
import { ProblemNotice } from '../../parts/problem-notice.tsx';
import { Table } from '../../parts/table.tsx';
import { say } from '../../parts/toast.tsx';
import { useAction } from '../../state/action.ts';
import { station as stationState } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { dayAndTime } from '../../words/format.ts';
import { words } from './words.ts';

interface Reservation {
  readonly id: number;
  readonly evse: number;
  readonly idTag: string;
  readonly parentIdTag: string | null;
  readonly expiry: string;
}

/** For whom charging points are kept free. */
export function Reservations({ station }: { readonly station: string }): JSX.Element {
  const w = words();
  const path = stationPath(station, '/reservations');
  const reservations = useLoaded<readonly Reservation[]>(path);
  const { problem, run } = useAction();
  const mark = JSON.stringify(stationState.value?.evses?.map(({ status, reservation }) => [status, reservation]));
  useEffect(() => void reservations.reload(), [mark]);
  const cancel = async (id: number): Promise<void> => {
    if (await run('DELETE', `${path}/${id}`)) say(w.cancelled);
    await reservations.reload();
  };
  return (
    <Card title={w.reservations}>
      <WhenLoaded of={reservations}>
        {(all) => (
          <Table
            label={w.reservations}
            rows={all}
            keyOf={({ id }) => id}
            empty={w.noReservations}
            columns={[
              { id: 'id', title: '#', cell: ({ id }) => id },
              {
                id: 'connector',
                title: w.connector,
                cell: ({ evse }) => (evse === 0 ? w.anyConnector : evse),
              },
              { id: 'card', title: w.card, cell: ({ idTag }) => <span class="mono">{idTag}</span> },
              { id: 'group', title: w.group, cell: ({ parentIdTag }) => parentIdTag ?? '–' },
              { id: 'until', title: w.until, cell: ({ expiry }) => dayAndTime(Date.parse(expiry)) },
              { id: 'do', title: '', cell: ({ id }) => <Button onClick={() => void cancel(id)}>{w.cancel}</Button> },
            ]}
          />
        )}
      </WhenLoaded>
      {problem !== null && <ProblemNotice problem={problem} />}
    </Card>
  );
}
