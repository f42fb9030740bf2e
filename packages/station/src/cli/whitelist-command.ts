import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';

/** `kerbside whitelist …`: the operator's own list of cards. */
export async function runWhitelist(call: CommandCall): Promise<number> {
  const [word = 'list', value] = call.positionals;
  switch (word) {
    case 'list':
      return list(call);
    case 'add':
      return add(call, wanted(value, 'the card: kerbside whitelist add CARD'));
    case 'remove':
      return remove(call, wanted(value, 'the card: kerbside whitelist remove CARD'));
    case 'import':
      return importList(call, wanted(value, 'the file: kerbside whitelist import FILE'));
    case 'export':
      return exportList(call, value);
    default:
      throw new KerbsideError(
        'command.usage',
        `whitelist knows no "${word}"; it is list, add, remove, import or export.`,
      );
  }
}

function wanted(value: string | undefined, what: string): string {
  if (value === undefined) throw new KerbsideError('command.usage', `Name ${what}`);
  return value;
}

async function list(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/white-list`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: whitelistText });
}

async function add(call: CommandCall, idTag: string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const note = textOption(call.options, 'note');
  const until = textOption(call.options, 'until');
  const entry = { idTag, ...(note === undefined ? {} : { note }), ...(until === undefined ? {} : { expiry: until }) };
  const answer = await client.ask('POST', `${path}/white-list`, entry);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: countText });
}

async function remove(call: CommandCall, idTag: string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('DELETE', `${path}/white-list/${encodeURIComponent(idTag)}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: countText });
}

async function importList(call: CommandCall, file: string): Promise<number> {
  const document = await readEntries(call, file);
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('PUT', `${path}/white-list`, document);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: countText });
}

async function exportList(call: CommandCall, file: string | undefined): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/white-list`);
  const document = (body: unknown): string =>
    `${JSON.stringify({ entries: isRecord(body) ? body['entries'] : [] }, null, 2)}\n`;
  if (file === undefined || !isSuccess(answer)) return showAnswer(answer, call.io, { json: false, show: document });
  const target = resolve(call.io.workingFolder, file);
  try {
    writeFileSync(target, document(answer.body));
  } catch (error) {
    throw new KerbsideError('command.usage', `${target} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  call.io.err(`Written to ${target}.\n`);
  return exitCodes.ok.code;
}

async function readEntries({ io }: CommandCall, file: string): Promise<unknown> {
  try {
    return entriesOf(file === '-' ? await io.readInput() : readFileSync(resolve(io.workingFolder, file), 'utf8'));
  } catch (error) {
    const problem = error instanceof SyntaxError ? 'it is not JSON' : messageOf(error);
    throw new KerbsideError(
      'command.usage',
      `${file} cannot be read: ${problem}. \`kerbside whitelist export\` shows the form; plain text has one card in each line.`,
    );
  }
}

/** JSON as it is exported, or plain text with one card in each line. */
export function entriesOf(content: string): unknown {
  if (/^\s*[{[]/.test(content)) {
    const document: unknown = JSON.parse(content);
    return Array.isArray(document) ? { entries: document } : document;
  }
  const lines = content.split(/\r?\n/).map((line) => line.trim());
  return { entries: lines.filter((line) => line !== '' && !line.startsWith('#')).map((idTag) => ({ idTag })) };
}

/** The list for people. */
export function whitelistText(body: unknown): string {
  if (!isRecord(body)) return '';
  const entries = Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
  const rows = entries.map(({ idTag, note, expiry }): [string, string] => {
    const until = typeof expiry === 'string' ? `until ${expiry}` : '';
    return [say(idTag), [until, say(note)].filter((part) => part !== '').join('  ')];
  });
  return [countText(body).trimEnd(), ...columns(rows).map((line) => line.trimEnd()), ''].join('\n');
}

function countText(body: unknown): string {
  return isRecord(body) ? `${say(body['count'])} of ${say(body['maxLength'])} entries\n` : '';
}
