import { dictionary } from '../../words/dictionary.ts';
import { number } from '../../words/format.ts';
import type { ParameterView, RowShape, ValueRule } from './parameter-shapes.ts';

const englishUnits: Readonly<Record<string, string>> = {
  d: 'days',
  messages: 'messages',
  'messages/s': 'messages/s',
  samples: 'samples',
  entries: 'entries',
  times: 'times',
  items: 'items',
};

const englishChoices: Readonly<Record<string, string>> = {
  auto: 'automatic',
  off: 'off',
  on: 'on',
  none: 'none',
  ws: 'not encrypted',
  wss: 'encrypted',
  strict: 'check everything',
  allowExpired: 'accept expired ones',
  skipHostName: 'do not check the name',
  allowExpiredSkipHostName: 'accept expired ones and other names',
  encryptOnly: 'accept any certificate',
  installed: 'installed ones only',
  'installed+public': 'installed and public ones',
  text: 'as typed',
  hex: 'hexadecimal digits',
  continue: 'go on charging',
  block: 'no new session',
  oca: 'as OCPP says',
  bare: 'text of the meter only',
  asRead: 'as read',
  upper: 'capital letters',
  lower: 'small letters',
  reversed: 'turned round',
  reset: 'with the next restart',
  quiet: 'half a minute after the last change',
  all: 'all connectors',
  changed: 'changed ones only',
  onDemand: 'when the backend asks for it',
  true: 'always',
  false: 'never',
  anyCard: 'any card',
  plugged: 'any car that is plugged in',
  noOcpp: 'plug in and charge, the backend is told nothing',
  statusWithoutCard: 'plug in and charge, the backend sees the status',
  statusWithCard: 'any card, the backend sees the status',
  fixedTagWithCard: 'any card, told under a fixed identifier',
  fixedTagWithoutCard: 'plug in and charge, told under a fixed identifier',
  ethernet: 'cable',
  wlan: 'wireless network',
  gsm: 'mobile network',
  Never: 'never',
  OncePerTransaction: 'once in each transaction',
  EveryMeterValue: 'with every value',
  dataTransfer: 'as DataTransfer',
  both: 'both ways',
  park: 'kept until the start is delivered',
  minusOne: 'sent with transaction −1',
  standard: 'true and false',
  numeric: '1 and 0',
};

const germanUnits: Readonly<Record<string, string>> = {
  d: 'Tage',
  messages: 'Nachrichten',
  'messages/s': 'Nachrichten/s',
  samples: 'Messungen',
  entries: 'Einträge',
  times: 'Mal',
  items: 'Stück',
};

const germanChoices: Readonly<Record<string, string>> = {
  auto: 'automatisch',
  off: 'aus',
  on: 'ein',
  none: 'keine',
  ws: 'unverschlüsselt',
  wss: 'verschlüsselt',
  strict: 'alles prüfen',
  allowExpired: 'abgelaufene annehmen',
  skipHostName: 'Namen nicht prüfen',
  allowExpiredSkipHostName: 'abgelaufene und fremde Namen annehmen',
  encryptOnly: 'jedes Zertifikat annehmen',
  installed: 'nur installierte',
  'installed+public': 'installierte und öffentliche',
  text: 'wie eingegeben',
  hex: 'hexadezimale Ziffern',
  continue: 'weiter laden',
  block: 'kein neuer Ladevorgang',
  oca: 'wie in OCPP festgelegt',
  bare: 'nur der Text des Zählers',
  asRead: 'wie gelesen',
  upper: 'Großbuchstaben',
  lower: 'Kleinbuchstaben',
  reversed: 'umgekehrt',
  reset: 'mit dem nächsten Neustart',
  quiet: 'eine halbe Minute nach der letzten Änderung',
  all: 'alle Ladepunkte',
  changed: 'nur geänderte',
  onDemand: 'wenn das Backend es verlangt',
  true: 'immer',
  false: 'nie',
  anyCard: 'jede Karte',
  plugged: 'jedes eingesteckte Fahrzeug',
  noOcpp: 'einstecken und laden, das Backend erfährt nichts',
  statusWithoutCard: 'einstecken und laden, das Backend sieht den Status',
  statusWithCard: 'jede Karte, das Backend sieht den Status',
  fixedTagWithCard: 'jede Karte, gemeldet unter fester Kennung',
  fixedTagWithoutCard: 'einstecken und laden, gemeldet unter fester Kennung',
  ethernet: 'Kabel',
  wlan: 'Funknetz',
  gsm: 'Mobilfunk',
  Never: 'nie',
  OncePerTransaction: 'einmal je Transaktion',
  EveryMeterValue: 'mit jedem Wert',
  dataTransfer: 'als DataTransfer',
  both: 'auf beiden Wegen',
  park: 'aufgehoben, bis der Start zugestellt ist',
  minusOne: 'gesendet mit Transaktion −1',
  standard: 'true und false',
  numeric: '1 und 0',
};

/** Words for values, units and ranges. What has no word here is shown as it is written. */
const words = dictionary(
  {
    on: 'On',
    off: 'Off',
    notSet: 'not set',
    isSet: 'set',
    none: 'none',
    units: englishUnits,
    choices: englishChoices,
    wholeNumber: (range: string) => `a whole number ${range}`,
    or: (special: string, range: string) => `${special} or ${range}`,
    oneOf: (values: string) => `one of ${values}`,
    upTo: (count: string) => `at most ${count} characters`,
    between: (least: string, most: string) => `${least} to ${most} characters`,
    items: (count: string) => `at most ${count}`,
    onOrOff: 'on or off',
    wantNumber: (range: string) => `Enter ${range}.`,
    wantText: 'This must not be empty.',
    tooLong: (most: string, has: string) => `At most ${most} characters fit; these are ${has}.`,
    tooMany: (most: string) => `At most ${most} can be chosen.`,
  },
  {
    on: 'Ein',
    off: 'Aus',
    notSet: 'nicht gesetzt',
    isSet: 'gesetzt',
    none: 'keine',
    units: germanUnits,
    choices: germanChoices,
    wholeNumber: (range: string) => `eine ganze Zahl ${range}`,
    or: (special: string, range: string) => `${special} oder ${range}`,
    oneOf: (values: string) => `eines von ${values}`,
    upTo: (count: string) => `höchstens ${count} Zeichen`,
    between: (least: string, most: string) => `${least} bis ${most} Zeichen`,
    items: (count: string) => `höchstens ${count}`,
    onOrOff: 'ein oder aus',
    wantNumber: (range: string) => `Geben Sie ein: ${range}.`,
    wantText: 'Dies darf nicht leer sein.',
    tooLong: (most: string, has: string) => `Höchstens ${most} Zeichen passen; dies sind ${has}.`,
    tooMany: (most: string) => `Höchstens ${most} können gewählt werden.`,
  },
);

/** What stands in place of a secret that is set. */
const mask = '********';

/** The unit of a value in words; '' when it has none. */
export function unitWord(row: RowShape): string {
  return row.unit === undefined ? '' : (words().units[row.unit] ?? row.unit);
}

/** A word of a choice with what it means, such as `wss – encrypted`. */
export function choiceWord(value: string): string {
  const meaning = words().choices[value];
  return meaning === undefined || meaning === value ? value : `${value} – ${meaning}`;
}

/** A value for people: with its unit, in the language of the page. */
export function valueWord(row: RowShape, value: string): string {
  const w = words();
  if (row.secret === true) return value === '' ? w.notSet : value === mask ? w.isSet : '••••••••';
  if (row.rule.type === 'boolean') return value === 'true' ? w.on : value === 'false' ? w.off : value;
  if (row.rule.type === 'list' || row.rule.type === 'measurands')
    return value === '' ? w.none : itemsOf(value).join(', ');
  if (value === '') return w.notSet;
  if (row.rule.type === 'choice') return choiceWord(value);
  const unit = unitWord(row);
  return row.rule.type === 'integer' && /^\d+$/.test(value) ? `${plainNumber(value, unit)} ${unit}`.trim() : value;
}

/** Ports and the like are not grouped by thousands; quantities are. */
function plainNumber(value: string, unit: string): string {
  return unit === '' ? value : number(Number(value), 0);
}

/** What a value may be, in words, such as `auto, 0 or 5 … 9,999`. */
export function rangeWords({ rule, unit }: RowShape): string {
  const w = words();
  switch (rule.type) {
    case 'boolean':
      return w.onOrOff;
    case 'integer':
      return integerRange(rule, unit ?? '');
    case 'choice':
    case 'list':
      return rule.values.join(', ');
    case 'text':
      return rule.minLength > 1
        ? w.between(number(rule.minLength), number(rule.maxLength))
        : w.upTo(number(rule.maxLength));
    case 'measurands':
      return w.items(number(rule.maxItems));
  }
}

function integerRange(rule: Extract<ValueRule, { type: 'integer' }>, unit: string): string {
  const single = [...(rule.also ?? []), ...(rule.allowed ?? []).map(String)].join(', ');
  const range = `${plainNumber(String(rule.min), unit)} … ${plainNumber(String(rule.max), unit)}`;
  return single === '' ? range : words().or(single, range);
}

/** Why a value cannot be meant, by the rule of its row alone; '' when it may be. The station decides in the end. */
export function problemWithValue({ row, default: standard }: ParameterView, value: string): string {
  const w = words();
  const { rule } = row;
  switch (rule.type) {
    case 'integer':
      return isInteger(rule, value) || (value === '' && standard === '') ? '' : w.wantNumber(rangeWords(row));
    case 'text': {
      const { length } = Array.from(value);
      if (value.trim() === '') return rule.minLength === 0 ? '' : w.wantText;
      return length > rule.maxLength ? w.tooLong(number(rule.maxLength), number(length)) : '';
    }
    case 'list':
    case 'measurands':
      return itemsOf(value).length > rule.maxItems ? w.tooMany(number(rule.maxItems)) : '';
    case 'boolean':
    case 'choice':
      return '';
  }
}

function isInteger(rule: Extract<ValueRule, { type: 'integer' }>, value: string): boolean {
  if (rule.also?.includes(value) === true) return true;
  const read = Number(value);
  const inRange = read >= rule.min && read <= rule.max;
  return /^\d{1,15}$/.test(value) && (inRange || rule.allowed?.includes(read) === true);
}

/** The items of a list as it is written: separated by commas. */
export function itemsOf(value: string): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}
