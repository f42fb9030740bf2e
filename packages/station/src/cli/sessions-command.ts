import { extname } from 'node:path';

import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { download } from './download.ts';
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
  const isEmpty = (found: unknown): boolean => Array.isArray(found) && found.length === 0;
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
  return download(call, client, `${path}/${records}?form=${form}`, file);
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
