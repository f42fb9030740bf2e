import { isRecord } from '../core/json.ts';
import { runAction } from './action-words.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { askOrOpen } from './offline-accounts.ts';
import { say } from './say.ts';

/** `kerbside password reset USER`: for whoever stands at the device. */
export function runPassword(call: CommandCall): Promise<number> {
  return runAction(call, 'password', { reset: { words: ['USER'], run: resetPassword } });
}

async function resetPassword(call: CommandCall): Promise<number> {
  const [name = ''] = call.positionals;
  const path = `/api/v1/users/${encodeURIComponent(name)}/password`;
  const answer = await askOrOpen(call, { method: 'POST', path }, async (accounts) => {
    return { name, password: await accounts.reset(name) };
  });
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: passwordText });
}

/** A password that was made just now. */
export function passwordText(body: unknown): string {
  if (!isRecord(body)) return '';
  return `The password, told this once:\n  ${say(body['name'])}  ${say(body['password'])}\n`;
}
