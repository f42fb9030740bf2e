/**
 * How long MeterValues may stand before a Start or a Stop (G-02). Time counts while online with MeterValues at the head of the
 * queue, since the later of two moments: the Start or Stop joined the queue, the last MeterValues succeeded. A backend that accepts, however slowly, never uses up
 * the patience; nor does one that hiccups.
 *
 * | last MeterValues | as row 12b says | one attempt each | parked unattempted |
 * |---|---|---|---|
 * | delivered, or none yet | always | – | – |
 * | refused | up to 15 s | 15–20 s | after 20 s |
 * | unanswered | up to 60 s | 60–120 s | after 120 s |
 *
 * So a Stop leaves at the latest one transmission after 20 s or 120 s: with an answer timeout of 30 s after 50 s or 150 s.
 */
const patienceTable = {
  refused: { oneAttemptMs: 15_000, noAttemptMs: 20_000 },
  unanswered: { oneAttemptMs: 60_000, noAttemptMs: 120_000 },
} as const;

/** How the last MeterValues ended; null before the first. */
export type LastMeterValues = 'delivered' | 'refused' | 'unanswered' | null;

/** How many transmissions MeterValues before a waiting Start or Stop may have, and when that changes. */
export interface Patience {
  readonly attempts: number;
  /** After so many more milliseconds online there are fewer; null when it stays. */
  readonly changesInMs: number | null;
}

/** The patience after the MeterValues failed for `failingMs` while a Start or Stop waited. */
export function patienceAfter(last: LastMeterValues, failingMs: number): Patience {
  if (last === null || last === 'delivered') return { attempts: Infinity, changesInMs: null };
  const { oneAttemptMs, noAttemptMs } = patienceTable[last];
  if (failingMs < oneAttemptMs) return { attempts: Infinity, changesInMs: oneAttemptMs - failingMs };
  if (failingMs < noAttemptMs) return { attempts: 1, changesInMs: noAttemptMs - failingMs };
  return { attempts: 0, changesInMs: null };
}

/** After so many lost links in a row during its transmission a MeterValues steps aside for a waiting Start or Stop. */
export const cutsBeforeStepAside = 5;
