import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { catalogue } from '../params/catalogue.ts';
import { findParameter } from '../params/names.ts';
import { parameterOf } from '../params/value-id.ts';
import { isSuccess, refusalText } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import type { DaemonAnswer } from './daemon-client.ts';
import { exitCodes, exitOfStatus } from './exit-codes.ts';
import { chooseStation } from './station-choice.ts';
import { say } from './say.ts';

/** What is to be changed. */
export type WantedChange =
  | { readonly kind: 'set'; readonly changes: Readonly<Record<string, string>> }
  | { readonly kind: 'reset'; readonly names: readonly string[] };

/** Reads what `config set` is to set: NAME VALUE, NAME=VALUE…, or NAME with a source. A secret never comes from the command line. */
export async function readChange(call: CommandCall): Promise<WantedChange> {
  const { positionals, options } = call;
  const file = textOption(options, 'file');
  const [name, value, ...rest] = positionals;
  if (name === undefined) throw usage('Name the parameter.');
  if (flag(options, 'stdin') || file !== undefined) {
    if (value !== undefined) throw usage('With --stdin or --file only the name is given.');
    return { kind: 'set', changes: { [name]: await readSource(call, file) } };
  }
  const changes =
    value !== undefined && rest.length === 0 && !name.includes('=') ? { [name]: value } : readAssignments(positionals);
  for (const each of Object.keys(changes)) refuseSecret(each);
  return { kind: 'set', changes };
}

function readAssignments(words: readonly string[]): Readonly<Record<string, string>> {
  const pairs = words.map((word): readonly [string, string] => {
    const split = word.indexOf('=');
    if (split < 1) throw usage(`"${word}" has no value.`);
    return [word.slice(0, split), word.slice(split + 1)];
  });
  return Object.fromEntries(pairs);
}

function refuseSecret(name: string): void {
  const named = findParameter(name);
  if (named?.kind !== 'parameter' || catalogue[parameterOf(named.id)].secret !== true) return;
  throw usage(`${named.id} is a secret: the command line would show it to others. Use --stdin or --file.`);
}

async function readSource(call: CommandCall, file: string | undefined): Promise<string> {
  try {
    const text =
      file === undefined ? await call.io.readInput() : readFileSync(resolve(call.io.workingFolder, file), 'utf8');
    return text.replace(/\r?\n$/, '');
  } catch (error) {
    throw new KerbsideError('command.usage', `The value cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

function usage(problem: string): KerbsideError {
  return new KerbsideError('command.usage', `${problem} It is written: kerbside config set NAME VALUE`);
}

/** Carries the change out and shows what became of it. */
export async function writeChange(call: CommandCall, wanted: WantedChange): Promise<number> {
  const { client, path } = await chooseStation(call);
  const dryRun = flag(call.options, 'dry-run');
  if (wanted.kind === 'set') {
    const when = flag(call.options, 'when-idle') ? 'idle' : 'now';
    const body = { changes: wanted.changes, dryRun, when };
    const texts = when === 'idle' && !dryRun ? { ...outcomeTexts, ...idleTexts } : outcomeTexts;
    return showOutcomes(call, [await client.ask('PATCH', `${path}/parameters`, body)], texts);
  }
  if (dryRun)
    throw new KerbsideError(
      'command.usage',
      'There is no --dry-run of a reset; `kerbside config explain NAME` shows the default.',
    );
  const answers: DaemonAnswer[] = [];
  for (const name of wanted.names) {
    answers.push(await client.ask('POST', `${path}/parameters/${encodeURIComponent(name)}/reset`));
  }
  return showOutcomes(call, answers);
}

/** Shows what became of changes; gives back the exit code. */
export function showOutcomes(
  { io, options }: CommandCall,
  answers: readonly DaemonAnswer[],
  texts: Readonly<Record<string, string>> = outcomeTexts,
): number {
  const outcomes = answers.flatMap(({ body }) =>
    isRecord(body) && Array.isArray(body['outcomes']) ? body['outcomes'] : [],
  );
  const failed = answers.find((answer) => !isSuccess(answer));
  if (flag(options, 'json')) {
    const [first] = answers;
    io.out(`${JSON.stringify(answers.length === 1 ? first?.body : { outcomes }, null, 2)}\n`);
  } else {
    for (const outcome of outcomes.filter(isRecord)) io.out(`${outcomeText(outcome, texts)}\n`);
    if (failed !== undefined) io.err(refusalText(failed.body));
  }
  return failed === undefined ? exitCodes.ok.code : exitCodes[exitOfStatus(failed.status)].code;
}

const outcomeTexts: Readonly<Record<string, string>> = {
  accepted: 'changed',
  staged: 'staged; `kerbside config apply` applies it, and it has to prove itself',
  restartRequired: 'stored; takes effect at the next start',
  unchanged: 'is so already',
};

const whenIdle = 'applied as soon as no car charges; `kerbside config scheduled` shows what waits';
const idleTexts: Readonly<Record<string, string>> = {
  accepted: whenIdle,
  staged: `${whenIdle}; then it is staged`,
  restartRequired: `${whenIdle}; then it takes effect at the next start`,
};

function outcomeText(outcome: Readonly<Record<string, unknown>>, texts: Readonly<Record<string, string>>): string {
  const name = say(outcome['id'] ?? outcome['name']);
  const kind = say(outcome['kind']);
  const text = texts[kind] ?? `refused: ${say(outcome['reason'])}`;
  return `${name}: ${text}${outcome['warning'] === undefined ? '' : ` (${say(outcome['warning'])})`}`;
}
