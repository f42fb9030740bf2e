import type { OutboxRow } from '../store/store.ts';
import { traitsOf } from './row-kind.ts';

/** What must leave a queue that is too long. */
export interface OverflowPlan {
  /** Of the non-transaction class, oldest first. */
  readonly dropped: readonly OutboxRow[];
  /** Samples out of transactions. */
  readonly thinned: readonly OutboxRow[];
}

/**
 * Chooses what leaves so that at most `bound` rows stay (row 11): the oldest of the non-transaction class, then periodic
 * MeterValues: per transaction, oldest first, every second one not yet sent, first and last kept, repeated until the bound
 * holds. Start, Stop, signed values and security events stay, whatever the bound.
 *
 * @param rows in order of seq
 * @param untouchable rows on their way, or part of a message that was sent
 */
export function planOverflow(
  rows: Iterable<OutboxRow>,
  bound: number,
  untouchable: (row: OutboxRow) => boolean,
): OverflowPlan {
  const all = [...rows];
  let excess = all.length - bound;
  if (excess <= 0) return { dropped: [], thinned: [] };
  const dropped = all.filter((row) => isDroppable(row) && !untouchable(row)).slice(0, excess);
  excess -= dropped.length;
  const thinned: OutboxRow[] = [];
  let samples = [...thinnableByTransaction(all, untouchable).values()];
  while (excess > 0 && samples.length > 0) {
    samples = samples.flatMap((rowsOfOne) => {
      if (excess <= 0) return [rowsOfOne];
      const [kept, removed] = everySecond(rowsOfOne);
      thinned.push(...removed);
      excess -= removed.length;
      return removed.length === 0 ? [] : [kept];
    });
  }
  return { dropped, thinned };
}

function isDroppable(row: OutboxRow): boolean {
  const traits = traitsOf(row);
  return row.lane === 'event' && traits.fact === 'meterValues' && !traits.signed;
}

function thinnableByTransaction(
  rows: readonly OutboxRow[],
  untouchable: (row: OutboxRow) => boolean,
): Map<string, OutboxRow[]> {
  const found = new Map<string, OutboxRow[]>();
  for (const row of rows) {
    if (row.group === null || row.lane !== 'transaction' || !traitsOf(row).periodic || untouchable(row)) continue;
    const samples = found.get(row.group);
    if (samples === undefined) found.set(row.group, [row]);
    else samples.push(row);
  }
  return found;
}

/** Takes out the second, the fourth …; the last always stays. */
function everySecond(rows: readonly OutboxRow[]): [kept: OutboxRow[], removed: OutboxRow[]] {
  const kept: OutboxRow[] = [];
  const removed: OutboxRow[] = [];
  for (const [index, row] of rows.entries()) (index % 2 === 1 && index < rows.length - 1 ? removed : kept).push(row);
  return [kept, removed];
}
