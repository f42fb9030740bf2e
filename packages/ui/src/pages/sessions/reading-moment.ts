const written = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})[,.](\d{1,3})([+-])(\d{2}):?(\d{2})/;

/**
 * A meter's time, such as `2018-07-24T13:22:04,000+0200 I`, for people; null when it is none. It stays in the zone in which it
 * was signed: the browser may be in another one.
 */
export function momentOf(time: string, language: string): string | null {
  const match = written.exec(time);
  const ms = Date.parse(`${match?.[1] ?? ''}Z`);
  if (match === null || Number.isNaN(ms)) return null;
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  const [sign = '', hours = '', minutes = ''] = match.slice(3);
  const offset = `UTC${sign}${Number(hours)}${minutes === '00' ? '' : `:${minutes}`}`;
  return `${format.format(ms)} (${offset === 'UTC+0' || offset === 'UTC-0' ? 'UTC' : offset})`;
}
