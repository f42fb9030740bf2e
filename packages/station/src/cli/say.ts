/** A value of the daemon's JSON in a line for people. */
export function say(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}
