import type { ParameterValue, ValueRule } from './row.ts';

/** How truth values, and words that have numbers, are written in OCPP keys (`compat.keyValueStyle`). */
export type KeyValueStyle = 'standard' | 'numeric';

/** A value as text: lists separated by commas, what is not set as ''. */
export function toText(value: ParameterValue): string {
  if (value === null) return '';
  return typeof value === 'object' ? value.join(',') : String(value);
}

/** A value as a configuration key carries it. In numeric style truth values are 1 and 0, and words that have numbers are these. */
export function toKeyText(rule: ValueRule, value: ParameterValue, style: KeyValueStyle): string {
  if (style === 'numeric' && typeof value === 'boolean') return value ? '1' : '0';
  const place =
    style === 'numeric' && rule.type === 'choice' && rule.numbered === true ? rule.values.indexOf(toText(value)) : -1;
  return place < 0 ? toText(value) : String(place);
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
