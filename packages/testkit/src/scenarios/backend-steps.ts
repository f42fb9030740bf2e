import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { CallRefused } from '../testkit-error.ts';
import type { World } from '../world/world.ts';

/** The backend sends a CALL; time passes until the answer is there. */
export async function ask(
  world: World,
  action: string,
  payload: JsonObject = {},
  identity: string = world.identity,
): Promise<JsonObject> {
  const answer = await answerTo(world, action, payload, identity);
  assert.ok(!(answer instanceof CallRefused), `${action} was refused: ${String(answer)}`);
  return answer;
}

/** The backend sends a CALL that the station refuses with a CALLERROR; gives its code. */
export async function askInVain(world: World, action: string, payload: JsonObject = {}): Promise<string> {
  const answer = await answerTo(world, action, payload, world.identity);
  assert.ok(answer instanceof CallRefused, `${action} was not refused: ${JSON.stringify(answer)}`);
  return answer.errorCode;
}

async function answerTo(
  world: World,
  action: string,
  payload: JsonObject,
  identity: string,
): Promise<JsonObject | CallRefused> {
  let settled = false;
  const asked = world.backend
    .call(identity, action, payload)
    .catch((error: unknown) => {
      if (error instanceof CallRefused) return error;
      throw error;
    })
    .finally(() => {
      settled = true;
    });
  asked.catch(() => undefined);
  await world.until(`${action} to be answered`, () => settled);
  return asked;
}

/** What GetConfiguration says of one key. */
export async function readKey(world: World, key: string): Promise<JsonObject | undefined> {
  const answer = await ask(world, 'GetConfiguration', { key: [key] });
  const entries = answer['configurationKey'];
  assert.ok(Array.isArray(entries));
  return entries.find((entry): entry is JsonObject => typeof entry === 'object' && entry !== null);
}

/** What ChangeConfiguration may answer. */
export type ChangeStatus = 'Accepted' | 'RebootRequired' | 'Rejected' | 'NotSupported';

/** The backend changes a key over OCPP, and reads back what was accepted. */
export async function changeKey(
  world: World,
  key: string,
  value: string,
  expected: ChangeStatus = 'Accepted',
): Promise<void> {
  const { status } = await ask(world, 'ChangeConfiguration', { key, value });
  assert.equal(status, expected, `ChangeConfiguration ${key} = ${value}`);
  const entry = await readKey(world, key);
  if (expected !== 'Accepted' && expected !== 'RebootRequired') return;
  assert.deepEqual(entry, { key, readonly: false, value });
}

/** The backend resets the station; ends when the station begins anew. */
export async function reset(world: World, type: 'Soft' | 'Hard' = 'Soft'): Promise<void> {
  const before = world.station.station;
  const { status } = await ask(world, 'Reset', { type });
  assert.equal(status, 'Accepted');
  await world.until('the station to begin anew', () => world.station.station !== before);
}

/** Time passes until the station is registered with this many BootNotifications in all. */
export async function registered(world: World): Promise<void> {
  await world.until(
    'registration',
    () => world.status().registration === 'accepted' && world.status().link.kind === 'open',
  );
}

/** Time passes until nothing waits for the backend any more. */
export async function delivered(world: World): Promise<void> {
  await world.until('everything to be delivered', () => {
    const { registration, outbox } = world.status();
    return registration === 'accepted' && outbox.waiting === 0;
  });
}

/** The differences between the numbers of a list, in seconds. */
export function gapsInSeconds(timesMs: readonly number[]): readonly number[] {
  return timesMs.slice(1).map((atMs, index) => (atMs - (timesMs[index] ?? atMs)) / 1000);
}

/** Fails unless something happened when it should: exactly on the virtual clock, roughly where sockets and machines take time. */
export function happenedAfter(world: World, seconds: number, expected: number, what: string): void {
  const { early, late } = world.kind === 'virtual' ? { early: 0.05, late: 0.05 } : { early: 2, late: 12 };
  const held = seconds >= expected - early && seconds <= expected + late;
  assert.ok(held, `${what} after ${seconds} s instead of ${expected} s`);
}

/** The URLs of the attempts to connect, in order. */
export function attemptedUrls(world: World): readonly string[] {
  return world.wire.of('connect').map(({ request }) => request.url);
}
