/** When a zone's distance from UTC changes next, and to what. */
export interface OffsetChange {
  readonly atMs: number;
  readonly offsetMinutes: number;
}

const minuteMs = 60_000;
const weekMs = 7 * 86_400_000;
/** A zone that has not changed for so long has no daylight-saving time. */
const weeksAhead = 54;

/** How many minutes local time is ahead of UTC. @param zone an IANA name; one that nobody knows counts as UTC */
export function zoneOffsetMinutes(zone: string, atMs: number): number {
  return offsetAt(formatOf(zone), atMs);
}

/** The next change of a zone's distance from UTC within about a year, to the minute; null when there is none (E-17). */
export function nextOffsetChange(zone: string, fromMs: number): OffsetChange | null {
  const format = formatOf(zone);
  const now = offsetAt(format, fromMs);
  for (let week = 0; week < weeksAhead; week++) {
    const untilMs = fromMs + (week + 1) * weekMs;
    if (offsetAt(format, untilMs) === now) continue;
    const atMs = changeBetween(format, untilMs - weekMs, untilMs);
    return { atMs, offsetMinutes: offsetAt(format, atMs) };
  }
  return null;
}

/** The first whole minute after which the offset is another than at the beginning. */
function changeBetween(format: Intl.DateTimeFormat, fromMs: number, untilMs: number): number {
  const before = offsetAt(format, fromMs);
  let low = Math.floor(fromMs / minuteMs);
  let high = Math.ceil(untilMs / minuteMs);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(format, middle * minuteMs) === before) low = middle;
    else high = middle;
  }
  return high * minuteMs;
}

function offsetAt(format: Intl.DateTimeFormat, atMs: number): number {
  const name = format.formatToParts(atMs).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0'] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const offset = Number(hours) * 60 + Number(minutes);
  return sign === '-' ? -offset : offset;
}

function formatOf(zone: string): Intl.DateTimeFormat {
  const options = { timeZoneName: 'longOffset', year: 'numeric' } as const;
  try {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat('en', { ...options, timeZone: 'UTC' });
  }
}
