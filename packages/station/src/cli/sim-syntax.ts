import { KerbsideError } from '../core/errors.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { fits, shapeOf } from '../api/action-schemas.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import type { ActionParameter, ActionRow } from '../drivers/simulator/action-table.ts';
import type { OptionValues } from './command.ts';
import { textOption } from './command.ts';

/** The word of the command line for a name of the table: `powerCycle` → `power-cycle`. */
export function toWord(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** Whether a parameter has to be given. */
function isRequired({ field }: ActionParameter): boolean {
  return !('optional' in field);
}

/** The action that the words of the command line mean. Throws `command.usage` with how it is written. */
export function readAction(words: readonly string[], options: OptionValues): JsonObject {
  const [word = '', ...values] = words;
  const name = Object.keys(actionTable).find((candidate) => toWord(candidate) === toWord(word));
  const row = name === undefined ? undefined : actionTable[name];
  if (name === undefined || row === undefined) {
    const known = Object.keys(actionTable).map(toWord).join(', ');
    const problem = word === '' ? 'No action is named.' : `There is no action "${word}".`;
    throw new KerbsideError('command.usage', `${problem} Known are: ${known}.`);
  }
  const action: Record<string, Json> = { action: name };
  const positional = positionalNames(name, row, values.length);
  for (const [index, parameter] of positional.entries()) {
    action[parameter] = readValue(name, row, parameter, values[index] ?? '');
  }
  for (const parameter of Object.keys(row.parameters)) {
    const text = textOption(options, toWord(parameter));
    if (text === undefined) continue;
    if (positional.includes(parameter)) throw usage(name, row, `${parameter} is given twice`);
    action[parameter] = readValue(name, row, parameter, text);
  }
  refuseForeign(name, row, options);
  return action;
}

/** How an action is written, such as `card UID [--evse EVSE]`. */
export function syntaxOf(name: string, row: ActionRow): string {
  const parts = Object.entries(row.parameters).map(([parameter, definition]) => {
    const placeholder = toWord(parameter).toUpperCase();
    return isRequired(definition) ? placeholder : `[--${toWord(parameter)} ${placeholder}]`;
  });
  return [toWord(name), ...parts].join(' ');
}

/** The table's example as a command line. */
export function commandOf(name: string, row: ActionRow): string {
  const entries = Object.entries(row.parameters).filter(([parameter]) => row.example[parameter] !== undefined);
  const given = entries.filter(([, definition]) => isRequired(definition)).map(([parameter]) => wordOf(row, parameter));
  const options = entries
    .filter(([, definition]) => !isRequired(definition))
    .map(([parameter]) => `--${toWord(parameter)} ${wordOf(row, parameter)}`);
  return [toWord(name), ...given, ...options].join(' ');
}

function wordOf(row: ActionRow, parameter: string): string {
  const value = row.example[parameter];
  if (typeof value === 'boolean') return parameter === 'up' ? (value ? 'up' : 'down') : value ? 'on' : 'off';
  if (typeof value === 'string') return /\s/.test(value) ? `"${value}"` : value;
  return JSON.stringify(value) ?? '';
}

/** What must be given stands in the table's order; one value more is the charging point, in its place. */
function positionalNames(name: string, row: ActionRow, count: number): readonly string[] {
  const all = Object.entries(row.parameters);
  const required = all.filter(([, parameter]) => isRequired(parameter)).map(([parameter]) => parameter);
  if (count === required.length) return required;
  const withEvse = all
    .filter(([parameter, definition]) => isRequired(definition) || parameter === 'evse')
    .map(([parameter]) => parameter);
  if (count === withEvse.length) return withEvse;
  if (count > required.length) throw usage(name, row, 'too many values');
  // One that is missing here may be given by an option; the simulator names what is missing in the end.
  return required.slice(0, count);
}

const words: readonly (readonly [RegExp, Json])[] = [
  [/^(on|yes|true|up|1)$/i, true],
  [/^(off|no|false|down|0)$/i, false],
  [/^(null|none|normal)$/i, null],
];

/** Text where text is wanted, else the number, truth value or null that the text means. */
function readValue(name: string, row: ActionRow, parameter: string, text: string): Json {
  const definition = row.parameters[parameter];
  const number = text.trim() === '' ? [] : [Number(text)].filter((value) => !Number.isNaN(value));
  const meanings = words.filter(([pattern]) => pattern.test(text)).map(([, meaning]) => meaning);
  const candidates: readonly Json[] = [text, ...number, ...meanings];
  const value =
    definition === undefined ? undefined : candidates.find((candidate) => fits(shapeOf(definition.field), candidate));
  if (value !== undefined) return value;
  const expected = definition === undefined ? 'nothing' : shapeOf(definition.field).expects;
  throw usage(name, row, `${parameter} cannot be "${text}"; it is ${expected}`);
}

function refuseForeign(name: string, row: ActionRow, options: OptionValues): void {
  const known = new Set(Object.keys(row.parameters).map(toWord));
  const all = new Set(Object.values(actionTable).flatMap(({ parameters }) => Object.keys(parameters).map(toWord)));
  const foreign = Object.keys(options).find((option) => all.has(option) && !known.has(option));
  if (foreign !== undefined) throw usage(name, row, `--${foreign} does not belong to it`);
}

function usage(name: string, row: ActionRow, problem: string): KerbsideError {
  return new KerbsideError(
    'command.usage',
    `${toWord(name)}: ${problem}. It is written: kerbside sim ${syntaxOf(name, row)}`,
  );
}
