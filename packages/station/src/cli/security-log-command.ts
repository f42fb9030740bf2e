import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { isSuccess, showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { wallText } from './time-text.ts';

/** `kerbside security-log …`: what happened to the security of a station. */
export async function runSecurityLog(call: CommandCall): Promise<number> {
  const [word = 'show', file] = call.positionals;
  switch (word) {
    case 'show':
      return show(call);
    case 'export':
      return exportLog(call, file);
    case 'clear':
      return clear(call);
    default:
      throw new KerbsideError('command.usage', `security-log knows no "${word}"; it is show, export or clear.`);
  }
}

async function show(call: CommandCall): Promise<number> {
  const count = textOption(call.options, 'count') ?? '50';
  if (!/^[1-9]\d{0,3}$/.test(count)) throw new KerbsideError('command.usage', '--count is a number from 1 to 9999.');
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/security-log?last=${count}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: entriesText });
}

async function exportLog(call: CommandCall, file: string | undefined): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('GET', `${path}/security-log/export`);
  if (file === undefined || !isSuccess(answer)) {
    return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: (body) => say(body) });
  }
  const target = resolve(call.io.workingFolder, file);
  try {
    writeFileSync(target, say(answer.body));
  } catch (error) {
    throw new KerbsideError('command.usage', `${target} cannot be written: ${messageOf(error)}`, { cause: error });
  }
  call.io.err(`Written to ${target}.\n`);
  return exitCodes.ok.code;
}

async function clear(call: CommandCall): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask('DELETE', `${path}/security-log`);
  return showAnswer(answer, call.io, {
    json: flag(call.options, 'json'),
    show: () => 'The security log is cleared.\n',
  });
}

function entriesText(body: unknown): string {
  const entries = isRecord(body) && Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
  if (entries.length === 0) return 'No security event so far.\n';
  const lines = entries.map(({ number, atMs, type, detail, told, estimated }) => {
    const marks = [...(estimated === true ? ['time estimated'] : []), told === true ? 'told' : 'not told'].join(', ');
    return `${say(number)}  ${wallText(Number(atMs))}  ${say(type)}${detail === '' ? '' : `: ${say(detail)}`}  (${marks})`;
  });
  return `${lines.join('\n')}\n`;
}
