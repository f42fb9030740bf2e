import type { ParameterValue } from './row.ts';

/** How truth values are written in OCPP keys (`compat.keyValueStyle`). */
export type KeyValueStyle = 'standard' | 'numeric';

/** A value as text: lists separated by commas, what is not set as ''. */
export function toText(value: ParameterValue, style: KeyValueStyle = 'standard'): string {
  if (value === null) return '';
  if (typeof value === 'boolean') return style === 'numeric' ? (value ? '1' : '0') : String(value);
  if (typeof value === 'object') return value.join(',');
  return String(value);
}

/** What stands in place of a secret that is set. */
export const mask = '********';

/** A value for people: a secret shows only whether it is set. */
export function toShownText(value: ParameterValue, secret: boolean): string {
  const text = toText(value);
  return secret && text !== '' ? mask : text;
}

/** True when two values are the same, lists item by item. */
export function sameValue(a: ParameterValue, b: ParameterValue): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
