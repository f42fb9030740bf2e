import { catalogue } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import { checkFormat } from './formats.ts';
import { formatMeasurand, parseMeasurand } from './measurands.ts';
import type { ParameterRow, ParameterValue, TextOrigin, ValueRule } from './row.ts';
import { toText } from './value-text.ts';

/** A value of the catalogue, or why the text is refused. */
export type Parsed =
  | { readonly ok: true; readonly value: ParameterValue }
  | { readonly ok: false; readonly reason: string };

/** The longest value that an OCPP 1.6 key can carry (K-02). */
const longestKeyValue = 500;

type RuleOf<T extends ValueRule['type']> = Extract<ValueRule, { readonly type: T }>;

/** Reads a text as the value of a parameter; accepts both styles of truth values, any letter case of words (K-04). */
export function parseValue(id: ParameterId, text: string, origin: TextOrigin): Parsed {
  const row = catalogue[id];
  const parsed = parseByRule(row, text, origin);
  if (parsed.ok && row.ocpp16 !== undefined && toText(parsed.value).length > longestKeyValue) {
    return refuse(`The value is longer than the ${longestKeyValue} characters that OCPP can carry.`);
  }
  return parsed;
}

const refuse = (reason: string): Parsed => ({ ok: false, reason });
const accept = (value: ParameterValue): Parsed => ({ ok: true, value });

function parseByRule(row: ParameterRow, text: string, origin: TextOrigin): Parsed {
  switch (row.rule.type) {
    case 'boolean':
      return parseBoolean(text);
    case 'integer':
      return text.trim() === '' && row.default === null ? accept(null) : parseInteger(row.rule, text.trim());
    case 'choice':
      return parseChoice(row.rule, text.trim());
    case 'text':
      return parseText(row.rule, text, origin);
    case 'list':
      return parseList(row.rule, text);
    case 'measurands':
      return parseMeasurands(row.rule, text);
  }
}

function parseBoolean(text: string): Parsed {
  const word = text.trim().toLowerCase();
  if (word === 'true' || word === '1') return accept(true);
  if (word === 'false' || word === '0') return accept(false);
  return refuse('Must be true or false.');
}

function parseInteger(rule: RuleOf<'integer'>, text: string): Parsed {
  const word = rule.also?.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return accept(word);
  const number = Number(text);
  const inRange =
    /^\d{1,15}$/.test(text) && ((number >= rule.min && number <= rule.max) || rule.allowed?.includes(number));
  return inRange ? accept(number) : refuse(`Must be ${describeInteger(rule)}.`);
}

/** The numbers and words that a rule takes, such as `auto, 0 or 5…9999`. */
export function describeInteger(rule: RuleOf<'integer'>): string {
  const single = [...(rule.also ?? []), ...(rule.allowed ?? [])].join(', ');
  const range = `${rule.min}…${rule.max}`;
  return single === '' ? `a whole number ${range}` : `${single} or ${range}`;
}

function parseChoice(rule: RuleOf<'choice'>, text: string): Parsed {
  const numbered = rule.numbered === true && /^\d{1,2}$/.test(text) ? rule.values[Number(text)] : undefined;
  const word = numbered ?? rule.values.find((candidate) => candidate.toLowerCase() === text.toLowerCase());
  if (word !== undefined) return accept(word);
  return refuse(rule.refused?.[text.toLowerCase()] ?? `Must be one of ${rule.values.join(', ')}.`);
}

function parseText(rule: RuleOf<'text'>, text: string, origin: TextOrigin): Parsed {
  if (text.trim() === '') {
    const emptyAllowed = rule.minLength === 0 && !(rule.format === 'password' && origin === 'backend');
    return emptyAllowed ? accept('') : refuse('Must not be empty.');
  }
  const checked = rule.format === undefined ? { ok: true as const, text } : checkFormat(rule.format, text, origin);
  if (!checked.ok) return refuse(checked.reason);
  const { length } = Array.from(checked.text);
  if (length < rule.minLength || length > rule.maxLength) {
    return refuse(`Must have ${Math.max(1, rule.minLength)} to ${rule.maxLength} characters; this has ${length}.`);
  }
  return accept(checked.text);
}

/** Items of a comma-separated list, trimmed, without empty ones. */
function splitList(text: string): readonly string[] {
  return text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parseList(rule: RuleOf<'list'>, text: string): Parsed {
  const items: string[] = [];
  for (const item of splitList(text)) {
    const word = rule.values.find((candidate) => candidate.toLowerCase() === item.toLowerCase());
    if (word === undefined) return refuse(`"${item}" is none of ${rule.values.join(', ')}.`);
    if (!items.includes(word)) items.push(word);
  }
  return items.length > rule.maxItems ? refuse(`At most ${rule.maxItems} items are taken.`) : accept(items);
}

/** Order, duplicates and spaces are tolerated (V-09). */
function parseMeasurands(rule: RuleOf<'measurands'>, text: string): Parsed {
  const items: string[] = [];
  for (const item of splitList(text)) {
    const measurand = parseMeasurand(item);
    if (measurand === undefined) return refuse(`"${item}" is not a measurand of OCPP.`);
    const word = formatMeasurand(measurand);
    if (!items.includes(word)) items.push(word);
  }
  return items.length > rule.maxItems ? refuse(`At most ${rule.maxItems} measurands are taken.`) : accept(items);
}
