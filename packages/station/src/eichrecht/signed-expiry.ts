import type { Archived } from '../store/store.ts';

/** What leaves the archive of signed records. */
export interface Expiry {
  readonly seqs: readonly number[];
  /** The highest of them. */
  readonly to: number;
}

export interface ExpiryRules {
  /** So many records are more than the capacity; negative: that much room is left. */
  readonly excess: number;
  readonly capacity: number;
  /** Records from before this moment have been kept for long enough. */
  readonly beforeMs: number;
  /** The newest record, which always stays: it holds the numbering. */
  readonly last: number;
}

/**
 * Which of the records that may leave (delivered, or kept for nobody) do: those that are too old, and the oldest when there are too
 * many. Then a hundredth of the capacity leaves at once, so that the logbook has one line for it and not one for each record.
 */
export function expiryOf(records: readonly Archived[], rules: ExpiryRules): Expiry | null {
  const { excess, capacity, beforeMs, last } = rules;
  const oldestFirst = records
    .map(({ row }) => row)
    .filter(({ seq }) => seq !== last)
    .toSorted((a, b) => a.seq - b.seq);
  const crowded = excess > 0 ? Math.max(excess, Math.floor(capacity / 100)) : 0;
  const gone = oldestFirst.filter(({ atMs }, at) => at < crowded || atMs < beforeMs).map(({ seq }) => seq);
  const to = gone.at(-1);
  return to === undefined ? null : { seqs: gone, to };
}
