import type { JSX } from 'preact';
import { useEffect } from 'preact/hooks';

import { stationPath } from '../../net/api.ts';
import { WhenLoaded } from '../../parts/loading.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Card, Facts } from '../../parts/page.tsx';
import { station as stationState } from '../../state/live.ts';
import { useLoaded } from '../../state/loaded.ts';
import { bytes, dayAndTime, duration, moment, number } from '../../words/format.ts';
import { DeadLetters } from './dead-letters.tsx';
import { words } from './words.ts';

interface OutboxState {
  readonly inFlight: { readonly action: string; readonly ageMs: number; readonly id: string } | null;
  readonly waiting: { readonly transaction: number; readonly event: number; readonly state: number };
  readonly waitingByAction: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly bytes: number;
  readonly bound: number;
  readonly nextRetryMs: number | null;
  readonly attempts: number;
  readonly lastError: string | null;
  readonly oldestMs: number | null;
  readonly storeBlocked: boolean;
  readonly overflow: boolean;
  readonly counters: Readonly<Record<string, number>>;
}

/** While somebody looks, it is asked so often (ms); what it tells changes with the time alone. */
const againMs = 5_000;

/** What waits for the backend, and what it did not take. */
export function Outbox({ station }: { readonly station: string }): JSX.Element {
  const outbox = useLoaded<OutboxState>(stationPath(station, '/outbox'));
  useEffect(() => {
    const timer = setInterval(() => void outbox.reload(), againMs);
    return () => clearInterval(timer);
  }, [outbox.reload]);
  const parked = stationState.value?.outbox?.parked ?? 0;
  return (
    <>
      <WhenLoaded of={outbox}>{(state) => <Waiting state={state} />}</WhenLoaded>
      <DeadLetters station={station} mark={parked} />
    </>
  );
}

function Waiting({ state }: { readonly state: OutboxState }): JSX.Element {
  const w = words();
  const { inFlight, waiting, counters } = state;
  const count = waiting.transaction + waiting.event;
  const byAction = Object.entries(state.waitingByAction)
    .map(([action, many]) => `${action} ${number(many)}`)
    .join(', ');
  return (
    <div class="cards">
      <Card title={w.queue}>
        {state.storeBlocked && <Notice tone="bad" title={w.storeBlocked} />}
        {state.overflow && <Notice tone="warn" title={w.overflow} />}
        <Facts
          rows={[
            [
              w.inFlight,
              inFlight === null
                ? w.nothingInFlight
                : `${inFlight.action}, ${w.since(duration(Math.round(inFlight.ageMs)))}`,
            ],
            [w.waiting, `${w.ofBound(number(count), number(state.bound))} · ${bytes(state.bytes)}`],
            [w.classes.transaction, number(waiting.transaction)],
            [w.classes.event, number(waiting.event)],
            [w.classes.state, number(waiting.state)],
            byAction === '' ? null : [w.what, byAction],
            state.oldestMs === null ? null : [w.oldest, moment(state.oldestMs)],
            state.nextRetryMs === null ? null : [w.nextTry, dayAndTime(state.nextRetryMs)],
            state.attempts === 0 ? null : [w.attempts, number(state.attempts)],
            state.lastError === null || state.lastError === '' ? null : [w.lastError, state.lastError],
          ]}
        />
      </Card>
      <Card title={w.counters}>
        <Facts
          rows={(['delivered', 'refused', 'dropped'] as const).map((name) => [w[name], number(counters[name] ?? 0)])}
        />
      </Card>
    </div>
  );
}
