/** What the clock of a reading was worth: unknown, informative, synchronised, relative. */
export type ClockStatus = 'U' | 'I' | 'S' | 'R';

/** A time of OCMF, such as `2018-07-24T13:22:04,000+0200 S`. */
export interface ReadingTime {
  /** Milliseconds since 1970. */
  readonly timeMs: number;
  /** Local time is UTC plus so many minutes. */
  readonly offsetMinutes: number;
  readonly clock: ClockStatus | null;
}

const pattern =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<clock>\d{2}:\d{2}:\d{2}),(?<millis>\d{3})(?<sign>[+-])(?<hours>\d{2})(?<minutes>\d{2})(?: (?<status>[UISR]))?$/;

/** Reads a time; null when it is none. */
export function readTime(text: string): ReadingTime | null {
  const found = pattern.exec(text)?.groups;
  if (found === undefined) return null;
  const { date = '', clock = '', millis = '', sign = '+', hours = '', minutes = '', status } = found;
  const timeMs = Date.parse(`${date}T${clock}.${millis}${sign}${hours}:${minutes}`);
  if (Number.isNaN(timeMs)) return null;
  const offset = Number(hours) * 60 + Number(minutes);
  const time = {
    timeMs,
    offsetMinutes: sign === '-' ? -offset : offset,
    clock: (status ?? null) as ClockStatus | null,
  };
  // A thirtieth of February would be read as a day of March.
  return timeText(time).startsWith(`${date}T${clock},`) ? time : null;
}

/** Writes a time as local time with its distance from UTC. */
export function timeText({ timeMs, offsetMinutes, clock }: ReadingTime): string {
  const local = new Date(timeMs + offsetMinutes * 60_000).toISOString();
  const [hours, minutes] = [Math.floor(Math.abs(offsetMinutes) / 60), Math.abs(offsetMinutes) % 60];
  const offset = `${offsetMinutes < 0 ? '-' : '+'}${String(hours).padStart(2, '0')}${String(minutes).padStart(2, '0')}`;
  return `${local.slice(0, -1).replace('.', ',')}${offset}${clock === null ? '' : ` ${clock}`}`;
}
