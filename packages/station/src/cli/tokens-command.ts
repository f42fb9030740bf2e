import { isRecord } from '../core/json.ts';
import { runAction } from './action-words.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { DaemonClient } from './daemon-client.ts';
import { dataFolderOf } from './data-folder.ts';
import { say } from './say.ts';
import { columns } from './text-layout.ts';
import { wallText } from './time-text.ts';

const base = '/api/v1/tokens';

/** `kerbside tokens …`: the tokens of programs. */
export function runTokens(call: CommandCall): Promise<number> {
  return runAction(call, 'tokens', {
    list: { words: [], run: (list) => ask(list, 'GET', base, undefined, tokensText) },
    add: {
      words: ['NAME', 'ROLE'],
      run: (add) => {
        const [name = '', role = ''] = add.positionals;
        return ask(add, 'POST', base, { name, role }, tokenText);
      },
    },
    remove: {
      words: ['ID'],
      run: (remove) =>
        ask(remove, 'DELETE', `${base}/${encodeURIComponent(remove.positionals[0] ?? '')}`, undefined, tokensText),
    },
  });
}

async function ask(
  { io, options }: CommandCall,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body: unknown,
  show: (body: unknown) => string,
): Promise<number> {
  const client = new DaemonClient(dataFolderOf(options, io));
  return showAnswer(await client.ask(method, path, body), io, { json: flag(options, 'json'), show });
}

function tokenText(body: unknown): string {
  return isRecord(body) ? `The token, told this once:\n  ${say(body['token'])}\n` : '';
}

function tokensText(body: unknown): string {
  const tokens = Array.isArray(body) ? body.filter(isRecord) : [];
  if (tokens.length === 0) return 'No program has a token of its own.\n';
  const rows = tokens.map(
    ({ id, name, role, createdMs }) =>
      [say(id), `${say(role).padEnd(12)}  ${wallText(Number(createdMs))}  ${say(name)}`] as const,
  );
  return `${columns(rows).join('\n')}\n`;
}
