import { KerbsideError } from '../core/errors.ts';
import { isRecord } from '../core/json.ts';
import type { CommandCall } from './command.ts';
import { textOption } from './command.ts';
import { DaemonClient } from './daemon-client.ts';
import { dataFolderOf } from './data-folder.ts';
import { say } from './say.ts';

/** A daemon, and the address of one of its stations. */
export interface ChosenStation {
  readonly client: DaemonClient;
  readonly name: string;
  /** The address of the station; further parts are added to it. */
  readonly path: string;
}

/** The client for the daemon of the data folder. */
export function clientOf(call: CommandCall): DaemonClient {
  return new DaemonClient(dataFolderOf(call.options, call.io));
}

/** The station that the options name, or the only one. Throws `command.usage` when there are several, `config.invalid` in safe mode. */
export async function chooseStation(call: CommandCall): Promise<ChosenStation> {
  const client = clientOf(call);
  const named = textOption(call.options, 'station');
  const name = named ?? onlyOne((await client.ask('GET', '/api/v1/stations')).body);
  return { client, name, path: `/api/v1/stations/${encodeURIComponent(name)}` };
}

function onlyOne(body: unknown): string {
  const stations = isRecord(body) && Array.isArray(body['stations']) ? body['stations'] : [];
  const names = stations.map((station: unknown) => (isRecord(station) ? say(station['name']) : ''));
  const [first] = names;
  if (first === undefined) {
    const problems =
      isRecord(body) && Array.isArray(body['configurationProblems']) ? body['configurationProblems'] : [];
    throw new KerbsideError(
      'config.invalid',
      ['The daemon is in safe mode and runs no station.', ...problems.map(say)].join('\n'),
    );
  }
  if (names.length > 1) {
    throw new KerbsideError(
      'command.usage',
      `There are ${names.length} stations; name one with --station: ${names.slice(0, 10).join(', ')}${names.length > 10 ? ' …' : ''}.`,
    );
  }
  return first;
}
