import { parseTimestamp } from '../../../core/station-clock.ts';

/** A time that a backend may leave out (ms since 1970); null for none, and for one that is none. */
export function optionalTime(text: string | undefined): number | null {
  return text === undefined ? null : (parseTimestamp(text) ?? null);
}
