import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';

/** `kerbside local-list`: the backend's list of cards, page by page. */
export async function runLocalList(call: CommandCall): Promise<number> {
  const { io, options } = call;
  const { client, path } = await chooseStation(call);
  const page = new URLSearchParams();
  for (const name of ['offset', 'limit'] as const) {
    const wanted = textOption(options, name);
    if (wanted !== undefined) page.set(name, wanted);
  }
  const answer = await client.ask('GET', `${path}/local-list?${page.toString()}`);
  return showAnswer(answer, io, { json: flag(options, 'json'), show: localListText });
}

/** The list for people; what is not an ordinary entry is said. */
export function localListText(body: unknown): string {
  if (!isRecord(body)) return '';
  const entries = Array.isArray(body['entries']) ? body['entries'].filter(isRecord) : [];
  const off = body['enabled'] === true ? '' : ' (switched off: LocalAuthListEnabled)';
  const head = `version ${say(body['version'])}, ${say(body['count'])} entries${off}`;
  const rows = entries.map((entry): [string, string] => [say(entry['idToken']), entryText(entry)]);
  return [head, ...columns(rows), ''].join('\n');
}

function entryText({ status, expiryMs, parentIdToken }: Readonly<Record<string, unknown>>): string {
  const until = typeof expiryMs === 'number' ? ` until ${new Date(expiryMs).toISOString()}` : '';
  const group = typeof parentIdToken === 'string' ? `, group ${parentIdToken}` : '';
  return `${say(status)}${until}${group}`;
}
