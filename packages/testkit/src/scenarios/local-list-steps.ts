import type { JsonObject } from '@kerbside/station';

import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';

/** An entry that lets a card charge, or what else is said of it. */
export function listed(idTag: string, info: JsonObject = {}): JsonObject {
  return { idTag, idTagInfo: { status: 'Accepted', ...info } };
}

/** The backend sends entries; gives the answer's status. */
export async function sendList(
  world: World,
  updateType: 'Full' | 'Differential',
  version: number,
  entries?: readonly JsonObject[],
): Promise<unknown> {
  const list = entries === undefined ? {} : { localAuthorizationList: entries };
  return (await ask(world, 'SendLocalList', { updateType, listVersion: version, ...list }))['status'];
}

/** What the station says of the version of its list. */
export async function listVersion(world: World): Promise<unknown> {
  return (await ask(world, 'GetLocalListVersion'))['listVersion'];
}

/** The identifiers that the backend was asked about, in order. */
export function questions(world: World): readonly unknown[] {
  return world.calls('Authorize').map(({ payload }) => payload['idTag']);
}
