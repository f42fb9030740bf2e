import type { DeliveryCounters, OutboxSnapshot } from './delivery-events.ts';
import { factRef } from './fact-ref.ts';
import type { OutboxMachine } from './outbox-machine.ts';

/** The queue at one moment, for UI and API. */
export function snapshotOf(
  machine: OutboxMachine,
  counters: DeliveryCounters,
  state: { readonly nowMs: number; readonly nextDueMs: number | null; readonly storeBlocked: boolean },
): OutboxSnapshot {
  const { index, overflowing } = machine.queue;
  const head = index.transactions.first;
  const waitingByFact = Object.fromEntries([...index.waitingByFact].filter(([, count]) => count > 0));
  return {
    waiting: index.waiting,
    waitingByFact,
    parked: index.parked.size,
    inFlight: inFlightOf(machine, state.nowMs),
    head:
      head === undefined ? null : { ...factRef(head), failed: head.state.attempts, lastError: head.state.lastError },
    nextDueInMs: state.nextDueMs === null ? null : Math.max(0, state.nextDueMs - state.nowMs),
    storeBlocked: state.storeBlocked,
    overflow: overflowing,
    counters,
  };
}

function inFlightOf(machine: OutboxMachine, nowMs: number): OutboxSnapshot['inFlight'] {
  const { flight } = machine;
  const row = machine.queue.index.get(flight?.seqs[0] ?? -1);
  if (flight === null || flight.sent === null || row === undefined) return null;
  const { atMs, messageId } = flight.sent;
  return { ...factRef(row), messageId, ageMs: nowMs - atMs, transmission: row.state.attempts + 1 };
}
