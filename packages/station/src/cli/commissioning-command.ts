import type { Accounts } from '../api/access/accounts.ts';
import { setupName } from '../api/access/account.ts';
import { isRecord } from '../core/json.ts';
import { runAction } from './action-words.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { askOrOpen } from './offline-accounts.ts';
import { passwordText } from './password-command.ts';
import { say } from './say.ts';

const path = '/api/v1/commissioning';

/** `kerbside commissioning …`: the access of somebody who sets the device up. */
export function runCommissioning(call: CommandCall): Promise<number> {
  return runAction(call, 'commissioning', {
    status: { words: [], run: (status) => show(status, 'GET', offlineStatus) },
    open: { words: [], run: (open) => show(open, 'POST', offlineOpen) },
    close: { words: [], run: (close) => show(close, 'DELETE', offlineClose) },
  });
}

async function show(
  call: CommandCall,
  method: 'GET' | 'POST' | 'DELETE',
  offline: (accounts: Accounts) => Promise<unknown>,
): Promise<number> {
  const answer = await askOrOpen(call, { method, path }, offline);
  const text = method === 'POST' ? openedText : stateText;
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: text });
}

function offlineStatus(accounts: Accounts): Promise<unknown> {
  // How long it is open is counted by the daemon, from its start on.
  return Promise.resolve({ open: accounts.commissioningSinceMs !== null, remainingSeconds: null });
}

async function offlineOpen(accounts: Accounts): Promise<unknown> {
  return { name: setupName, password: await accounts.openCommissioning() };
}

async function offlineClose(accounts: Accounts): Promise<unknown> {
  await accounts.closeCommissioning();
  return { open: false, remainingSeconds: null };
}

function openedText(body: unknown): string {
  return `The commissioning access is open for 30 minutes, or until a backend has accepted the station.\n${passwordText(body)}`;
}

function stateText(body: unknown): string {
  if (!isRecord(body) || body['open'] !== true) return 'The commissioning access is shut.\n';
  const seconds = body['remainingSeconds'];
  const left = typeof seconds === 'number' ? ` for ${Math.ceil(seconds / 60)} more min` : '';
  return `The commissioning access is open${left}; the user is ${say(setupName)}.\n`;
}
