import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { showOutcomes } from './config-change.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';

/** `config undo NUMBER`: the number is that of `config history`. */
export async function undoChange(call: CommandCall): Promise<number> {
  const [number = '', ...rest] = call.positionals;
  if (!/^\d+$/.test(number) || rest.length > 0)
    throw new KerbsideError(
      'command.usage',
      'Give the number that `kerbside config history` shows: kerbside config undo NUMBER',
    );
  const { client, path } = await chooseStation(call);
  const force = flag(call.options, 'force');
  return showOutcomes(call, [await client.ask('POST', `${path}/parameters/history/${number}/undo`, { force })]);
}

/** `config presets [NAME]`: tasks, or the settings of one made. */
export async function usePreset(call: CommandCall): Promise<number> {
  const [name] = call.positionals;
  const { client, path } = await chooseStation(call);
  if (name === undefined) {
    const answer = await client.ask('GET', `${path}/presets`);
    return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: presetsText });
  }
  const dryRun = flag(call.options, 'dry-run');
  return showOutcomes(call, [await client.ask('POST', `${path}/presets/${encodeURIComponent(name)}`, { dryRun })]);
}

/** `config scheduled [cancel]`: what waits until no car charges. */
export async function showScheduled(call: CommandCall): Promise<number> {
  const [word] = call.positionals;
  if (word !== undefined && word !== 'cancel')
    throw new KerbsideError('command.usage', 'It is written: kerbside config scheduled [cancel]');
  const { client, path } = await chooseStation(call);
  const answer = await client.ask(word === 'cancel' ? 'DELETE' : 'GET', `${path}/parameters/scheduled`);
  const show = word === 'cancel' ? (): string => 'Nothing waits any more.\n' : scheduledText;
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show });
}

function presetsText(body: unknown): string {
  const presets = Array.isArray(body) ? body.filter(isRecord) : [];
  return presets
    .map(({ name, title, text, changes }) => {
      const lines = isRecord(changes) ? Object.entries(changes).map(([id, value]) => `  ${id} = ${say(value)}\n`) : [];
      return `${say(name)}: ${english(title)}\n  ${english(text)}\n${lines.join('')}`;
    })
    .join('\n');
}

function scheduledText(body: unknown): string {
  if (!isRecord(body) || !isRecord(body['changes'])) return 'Nothing waits.\n';
  const lines = Object.entries(body['changes']).map(([id, value]) => `  ${id} → ${say(value)}\n`);
  const since = `${wallText(Number(body['atMs']))} by ${say(body['who'])}`;
  return `Waits until no car charges, since ${since}:\n${lines.join('')}`;
}

function english(text: unknown): string {
  return isRecord(text) ? say(text['en']) : '';
}
