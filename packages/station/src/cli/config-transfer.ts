import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { chooseStation } from './station-choice.ts';
import { say } from './say.ts';

/** `config diff [FILE]`. */
export async function showDiff(call: CommandCall): Promise<number> {
  const [file] = call.positionals;
  const document = file === undefined ? undefined : await readDocument(call, file);
  const { client, path } = await chooseStation(call);
  const answer =
    document === undefined
      ? await client.ask('GET', `${path}/parameters/diff`)
      : await client.ask('POST', `${path}/parameters/diff`, document);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: diffText });
}

/** `config export [FILE]`. */
export async function exportSettings(call: CommandCall): Promise<number> {
  const [file] = call.positionals;
  const categories = textOption(call.options, 'categories');
  const query = categories === undefined ? '' : `?categories=${encodeURIComponent(categories)}`;
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/parameters/export${query}`);
  if (file === undefined || !isSuccess(answer)) {
    return showAnswer(answer, call.io, {
      json: flag(call.options, 'json'),
      show: (body) => `${JSON.stringify(body, null, 2)}\n`,
    });
  }
  const target = resolve(call.io.workingFolder, file);
  try {
    writeFileSync(target, `${JSON.stringify(answer.body, null, 2)}\n`);
  } catch (error) {
    throw new KerbsideError('command.usage', `${target} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  call.io.err(`Written to ${target}, without secrets.\n`);
  return exitCodes.ok.code;
}

/** `config import FILE`; ends with 3 when some part was refused. */
export async function importSettings(call: CommandCall): Promise<number> {
  const [file] = call.positionals;
  if (file === undefined) throw new KerbsideError('command.usage', 'Name the file: kerbside config import FILE');
  const document = await readDocument(call, file);
  const { client, path } = await chooseStation(call);
  const query = flag(call.options, 'dry-run') ? '?dryRun=true' : '';
  const answer = await client.ask('POST', `${path}/parameters/import${query}`, document);
  const code = showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: importText });
  const outcomes = isRecord(answer.body) && Array.isArray(answer.body['outcomes']) ? answer.body['outcomes'] : [];
  const refused = outcomes.some(
    (outcome) => isRecord(outcome) && (outcome['kind'] === 'refused' || outcome['kind'] === 'unknown'),
  );
  return code === exitCodes.ok.code && refused ? exitCodes.refused.code : code;
}

async function readDocument({ io }: CommandCall, file: string): Promise<unknown> {
  try {
    const text = file === '-' ? await io.readInput() : readFileSync(resolve(io.workingFolder, file), 'utf8');
    const document: unknown = JSON.parse(text);
    return document;
  } catch (error) {
    // The parser quotes the text, in which secrets may stand.
    const problem = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new KerbsideError(
      'command.usage',
      `${file} cannot be read: ${problem}. \`kerbside config export\` shows the form.`,
    );
  }
}

function diffText(body: unknown): string {
  const differences = Array.isArray(body) ? body.filter(isRecord) : [];
  if (differences.length === 0) return 'No difference.\n';
  return differences.map(({ id, from, to }) => `${say(id)}: ${sideText(from)} → ${sideText(to)}\n`).join('');
}

function sideText(side: unknown): string {
  if (side === null) return '(unknown)';
  return side === '' ? '(not set)' : say(side);
}

const importWords: Readonly<Record<string, string>> = {
  applied: 'applied',
  unchanged: 'is so already',
  refused: 'refused',
  unknown: 'unknown',
};

function importText(body: unknown): string {
  const outcomes = isRecord(body) && Array.isArray(body['outcomes']) ? body['outcomes'].filter(isRecord) : [];
  const lines = outcomes.map((outcome) => {
    const remark = outcome['reason'] ?? outcome['warning'];
    const word = importWords[say(outcome['kind'])] ?? say(outcome['kind']);
    return `${say(outcome['name'])}: ${word}${remark === undefined ? '' : `: ${say(remark)}`}`;
  });
  const note = isRecord(body) && body['dryRun'] === true ? ['Nothing was stored (--dry-run).'] : [];
  return `${[...lines, ...note].join('\n')}\n`;
}
