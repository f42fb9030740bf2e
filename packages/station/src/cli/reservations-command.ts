import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import { showAnswer } from './answers.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { say } from './say.ts';
import { chooseStation } from './station-choice.ts';
import { columns } from './text-layout.ts';
import { wallText } from './time-text.ts';

/** `kerbside reservations …`: for whom charging points are kept free. */
export async function runReservations(call: CommandCall): Promise<number> {
  const [word = 'list', id] = call.positionals;
  switch (word) {
    case 'list':
      return ask(call, 'GET', 'reservations');
    case 'cancel':
      if (id === undefined || !/^-?\d+$/.test(id)) {
        throw new KerbsideError('command.usage', 'Name the number: kerbside reservations cancel ID');
      }
      return ask(call, 'DELETE', `reservations/${id}`);
    default:
      throw new KerbsideError('command.usage', `reservations knows no "${word}"; it is list or cancel.`);
  }
}

async function ask(call: CommandCall, method: 'GET' | 'DELETE', address: string): Promise<number> {
  const { client, path } = await chooseStation(call);
  const answer = await client.ask(method, `${path}/${address}`);
  return showAnswer(answer, call.io, { json: flag(call.options, 'json'), show: reservationsText });
}

/** The reservations for people. */
export function reservationsText(body: unknown): string {
  const reservations = Array.isArray(body) ? body.filter(isRecord) : [];
  if (reservations.length === 0) return 'Nothing is reserved.\n';
  const rows = reservations.map(({ id, evse, idTag, parentIdTag, expiry }): [string, string] => {
    const place = evse === 0 ? 'any EVSE' : `EVSE ${say(evse)}`;
    const group = typeof parentIdTag === 'string' ? ` or the group ${parentIdTag}` : '';
    return [say(id), `${place} for ${say(idTag)}${group}, until ${wallText(Date.parse(say(expiry)))}`];
  });
  return `${columns(rows).join('\n')}\n`;
}
