import { isRecord } from '../core/json.ts';
import { runAction } from './action-words.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { DaemonClient } from './daemon-client.ts';
import { dataFolderOf } from './data-folder.ts';
import { passwordText } from './password-command.ts';
import { say } from './say.ts';
import { columns } from './text-layout.ts';

const base = '/api/v1/users';

/** `kerbside users …`: who may sign in. */
export function runUsers(call: CommandCall): Promise<number> {
  return runAction(call, 'users', {
    list: { words: [], run: (list) => ask(list, 'GET', base, undefined, usersText) },
    add: {
      words: ['NAME', 'ROLE'],
      run: (add) => {
        const [name = '', role = ''] = add.positionals;
        return ask(add, 'POST', base, { name, role }, passwordText);
      },
    },
    role: {
      words: ['NAME', 'ROLE'],
      run: (change) => {
        const [name = '', role = ''] = change.positionals;
        return ask(change, 'PATCH', `${base}/${encodeURIComponent(name)}`, { role }, usersText);
      },
    },
    remove: {
      words: ['NAME'],
      run: (remove) =>
        ask(remove, 'DELETE', `${base}/${encodeURIComponent(remove.positionals[0] ?? '')}`, undefined, usersText),
    },
  });
}

async function ask(
  { io, options }: CommandCall,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body: unknown,
  show: (body: unknown) => string,
): Promise<number> {
  const client = new DaemonClient(dataFolderOf(options, io));
  return showAnswer(await client.ask(method, path, body), io, { json: flag(options, 'json'), show });
}

function usersText(body: unknown): string {
  const users = Array.isArray(body) ? body.filter(isRecord) : [];
  if (users.length === 0) return 'Nobody may sign in.\n';
  const rows = users.map(({ name, role, mustChange }) => {
    const note = mustChange === true ? '  (has to change the password at the next sign-in)' : '';
    return [say(name), `${say(role)}${note}`] as const;
  });
  return `${columns(rows).join('\n')}\n`;
}
