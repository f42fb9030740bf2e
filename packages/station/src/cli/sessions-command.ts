import { closeSync, openSync, writeSync } from 'node:fs';
import { extname, resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { pageQuery } from './page-options.ts';
import { checkText, sessionsText, sessionText } from './session-text.ts';
import { chooseStation } from './station-choice.ts';

/** `kerbside sessions …`: what was charged, and what the meters signed. */
export async function runSessions(call: CommandCall): Promise<number> {
  const [word = 'list', ...rest] = call.positionals;
  switch (word) {
    case 'list':
      return list(call);
    case 'show':
      return show(call, rest);
    case 'export':
      return exportRecords(call, rest);
    case 'check':
      return check(call);
    case 'verify':
      return (await import('./sessions-verify.ts')).verifySessions(call, rest);
    default:
      throw new KerbsideError(
        'command.usage',
        `sessions knows no "${word}"; it is list, show, export, check or verify.`,
      );
  }
}

async function list(call: CommandCall): Promise<number> {
  const query = pageQuery(call, 20);
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/sessions?${query}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: sessionsText });
}

async function show(call: CommandCall, [transaction]: readonly string[]): Promise<number> {
  if (transaction === undefined) throw new KerbsideError('command.usage', 'show needs the key of a transaction.');
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/sessions/${encodeURIComponent(transaction)}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: sessionText });
}

async function check(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('POST', `${path}/signed-records/check`);
  const code = showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: checkText });
  return isSuccess(answer) && !isClean(answer.body) ? exitCodes.failure.code : code;
}

function isClean(body: unknown): boolean {
  const isEmpty = (list: unknown): boolean => Array.isArray(list) && list.length === 0;
  return isRecord(body) && isEmpty(body['problems']) && isEmpty(body['gaps']);
}

async function exportRecords(call: CommandCall, words: readonly string[]): Promise<number> {
  const all = flag(call.options, 'all');
  const [transaction, file] = all ? [null, words[0]] : [words[0], words[1]];
  if (transaction === undefined) {
    throw new KerbsideError('command.usage', 'export needs the key of a transaction, or --all.');
  }
  const form = formOf(call, file);
  const { client, path } = await chooseStation(call);
  const records = transaction === null ? 'signed-records' : `sessions/${encodeURIComponent(transaction)}/records`;
  const sink = file === undefined ? toOutput(call) : toFile(resolve(call.io.workingFolder, file));
  try {
    const answer = await client.download(`${path}/${records}?form=${form}`, sink.take);
    if (!isSuccess(answer)) return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: () => '' });
  } finally {
    sink.close();
  }
  if (file !== undefined) call.io.err(`Written to ${resolve(call.io.workingFolder, file)}.\n`);
  return exitCodes.ok.code;
}

const forms = ['ocmf', 'xml', 'csv'];

function formOf(call: CommandCall, file: string | undefined): string {
  const ending = extname(file ?? '')
    .slice(1)
    .toLowerCase();
  const form = textOption(call.options, 'form') ?? (forms.includes(ending) ? ending : 'ocmf');
  if (forms.includes(form)) return form;
  throw new KerbsideError('command.usage', `--form is one of ${forms.join(', ')}.`);
}

/** Where the pieces of a file go. */
interface Sink {
  readonly take: (piece: Uint8Array) => void;
  readonly close: () => void;
}

function toOutput(call: CommandCall): Sink {
  const decoder = new TextDecoder();
  return { take: (piece) => call.io.out(decoder.decode(piece, { stream: true })), close: () => undefined };
}

/** The file is made with the first piece: a refusal leaves none. */
function toFile(target: string): Sink {
  let descriptor: number | null = null;
  const take = (piece: Uint8Array): void => {
    try {
      descriptor ??= openSync(target, 'w', 0o600);
      for (let at = 0; at < piece.length;) at += writeSync(descriptor, piece, at);
    } catch (error) {
      throw new KerbsideError('command.usage', `${target} cannot be written: ${messageOf(error)}`, { cause: error });
    }
  };
  return { take, close: () => (descriptor === null ? undefined : closeSync(descriptor)) };
}
