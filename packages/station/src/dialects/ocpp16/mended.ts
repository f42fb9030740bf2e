import { isRecord } from '../../core/json.ts';

/** The members of 1.6 that are times. */
const timeMembers: ReadonlySet<string> = new Set([
  'currentTime',
  'expiryDate',
  'retrieveDate',
  'retrieveDateTime',
  'installDateTime',
  'startTime',
  'stopTime',
  'oldestTimestamp',
  'latestTimestamp',
  'validFrom',
  'validTo',
  'startSchedule',
]);
const timeWithoutZone = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?$/;

/**
 * A payload as its sender must have meant it: many backends write `null` for what they leave out, or times without a zone, which
 * are read as UTC (T-20). Whether the result obeys its schema is the caller's to see.
 */
export function mended(payload: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept = Object.entries(payload).filter(([, value]) => value !== null);
  return Object.fromEntries(kept.map(([name, value]) => [name, mendedValue(name, value)]));
}

function mendedValue(name: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => mendedValue(name, item));
  if (isRecord(value)) return mended(value);
  const isTime = timeMembers.has(name) && typeof value === 'string' && timeWithoutZone.test(value);
  return isTime ? `${value.replace(' ', 'T')}Z` : value;
}
