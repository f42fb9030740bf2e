import type { Store } from '../store/store.ts';
import { parseFact } from './body-cache.ts';
import type { OutboxIndex } from './outbox-index.ts';

/** What waits, as far as its content has to be read for it. */
export interface WaitingFacts {
  readonly transaction: number;
  readonly event: number;
  /** Of all of them on disk, in UTF-8. */
  readonly bytes: number;
  /** When the oldest happened (ms since 1970); null when none waits or it cannot be read. */
  readonly oldestMs: number | null;
}

const bodiesAtOnce = 500;

/** Looks at what waits; reads it from the store page by page and keeps nothing. */
export async function waitingFacts(
  { transactions, events }: Pick<OutboxIndex, 'transactions' | 'events'>,
  { store, station }: { readonly store: Pick<Store, 'readBodies'>; readonly station: string },
): Promise<WaitingFacts> {
  const counts = { transaction: transactions.size, event: events.size };
  const seqs = [...transactions, ...events].map(({ seq }) => seq).toSorted((one, other) => one - other);
  let bytes = 0;
  let oldestMs: number | null = null;
  for (let at = 0; at < seqs.length; at += bodiesAtOnce) {
    const bodies = await store.readBodies(station, seqs.slice(at, at + bodiesAtOnce));
    for (const body of bodies.values()) bytes += Buffer.byteLength(body);
    oldestMs ??= timeOf(bodies.get(seqs[0] ?? -1));
  }
  return { ...counts, bytes, oldestMs };
}

function timeOf(body: string | undefined): number | null {
  const fact = body === undefined ? null : parseFact(body);
  if (fact === null) return null;
  return fact.kind === 'meterValues' ? (fact.samples[0]?.timeMs ?? null) : fact.timeMs;
}
