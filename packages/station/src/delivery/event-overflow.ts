import type { OutboxRow } from '../store/store.ts';
import { traitsOf } from './row-kind.ts';

/**
 * Chooses which security events leave so that at most `bound` stay: the oldest of those that are not critical, then the oldest
 * (S-14). They have a bound of their own, so that a year without a backend fills no queue.
 *
 * @param rows security events in order of seq
 */
export function planEventOverflow(
  rows: readonly OutboxRow[],
  bound: number,
  untouchable: (row: OutboxRow) => boolean,
): readonly OutboxRow[] {
  const excess = rows.length - bound;
  if (excess <= 0) return [];
  const free = rows.filter((row) => !untouchable(row));
  const weighty = free.filter((row) => traitsOf(row).critical);
  const others = free.filter((row) => !traitsOf(row).critical);
  return [...others, ...weighty].slice(0, excess);
}
