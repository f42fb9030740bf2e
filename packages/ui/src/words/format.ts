import { language } from './language.ts';

const locales = { en: 'en-GB', de: 'de-DE' } as const;

const numbers = new Map<string, Intl.NumberFormat>();
const times = new Map<string, Intl.DateTimeFormat>();

/** A number with at most so many digits behind the point. */
export function number(value: number, digits = 1): string {
  const key = `${language.value} ${digits}`;
  let format = numbers.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locales[language.value], { maximumFractionDigits: digits });
    numbers.set(key, format);
  }
  return format.format(value);
}

/** A number with exactly so many digits behind the point, for values that change in their place. */
export function fixed(value: number, digits: number): string {
  return new Intl.NumberFormat(locales[language.value], {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value);
}

/** Wall ms as a time of the day; with its date where that is not today. */
export function moment(wallMs: number): string {
  const today = new Date().toDateString() === new Date(wallMs).toDateString();
  return today ? time(wallMs) : dayAndTime(wallMs);
}

/** Wall ms as a time of the day, with seconds. */
export function time(wallMs: number): string {
  return timeFormat('time', { timeStyle: 'medium' }).format(wallMs);
}

/** Wall ms with its date. */
export function dayAndTime(wallMs: number): string {
  return timeFormat('both', { dateStyle: 'medium', timeStyle: 'medium' }).format(wallMs);
}

/** Wall ms as a date. */
export function day(wallMs: number): string {
  return timeFormat('day', { dateStyle: 'medium' }).format(wallMs);
}

/** How long something takes, from milliseconds to days, in its two largest units. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${number(ms, 0)} ms`;
  const seconds = Math.round(ms / 1_000);
  const parts = [
    [Math.floor(seconds / 86_400), 'd'],
    [Math.floor(seconds / 3_600) % 24, 'h'],
    [Math.floor(seconds / 60) % 60, 'min'],
    [seconds % 60, 's'],
  ] as const;
  const first = parts.findIndex(([count]) => count > 0);
  return parts
    .slice(first, first + 2)
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(' ');
}

/** So many bytes, in the unit that fits. */
export function bytes(count: number): string {
  if (count < 1_000) return `${count} B`;
  return count < 1_000_000 ? `${number(count / 1_000)} kB` : `${number(count / 1_000_000)} MB`;
}

function timeFormat(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${language.value} ${name}`;
  let format = times.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(locales[language.value], options);
    times.set(key, format);
  }
  return format;
}
