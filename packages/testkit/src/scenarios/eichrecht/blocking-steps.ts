import assert from 'node:assert/strict';

import type { World } from '../../world/world.ts';
import { ask } from '../backend-steps.ts';
import { statusOf } from '../steps.ts';

/** One connector with a meter that signs, and no samples in between. */
export const legalWorld = { evses: [{ signs: true }], defaults: { 'metering.sampleInterval': 0 } } as const;

/** A block as the backend sees it. */
export interface SeenBlock {
  readonly status: 'Unavailable' | 'Faulted';
  readonly errorCode: 'PowerMeterFailure' | 'InternalError';
  readonly info: string;
}

/** What the backend was told of connector 1 last. */
export function lastReport(world: World): SeenBlock {
  const last = world.calls('StatusNotification').findLast(({ payload }) => payload['connectorId'] === 1)?.payload ?? {};
  const { status, errorCode, info } = last;
  return { status, errorCode, info } as unknown as SeenBlock;
}

/** The causes that the API names for connector 1, in their order. */
export async function causes(world: World): Promise<readonly string[]> {
  const { connectors } = await world.station.eichrecht.view();
  return connectors[0]?.blocks.map(({ cause }) => cause) ?? [];
}

/**
 * The backend is told of the block, the API names it, and nobody can begin: not by card, with the reason for people on site, and
 * not from afar.
 */
export async function blocks(world: World, cause: string, seen: SeenBlock): Promise<void> {
  await world.until(`the backend to be told of ${cause}`, () => lastReport(world).info === seen.info, 600_000);
  assert.deepEqual(lastReport(world), seen);
  assert.ok((await causes(world)).includes(cause), (await causes(world)).join());
  await refusesEverybody(world);
}

/** Neither a card nor the backend can begin at connector 1. */
async function refusesEverybody(world: World): Promise<void> {
  const starts = world.calls('StartTransaction').length;
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(3_000);
  assert.deepEqual(await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'CARD1' }), {
    status: 'Rejected',
  });
  await world.pass(3_000);
  assert.equal(world.calls('StartTransaction').length, starts);
  const told = world.status().problems.map(({ text }) => text);
  assert.ok(
    told.some((text) => text.startsWith('a card was refused, calibration law forbids a start (EVSE 1: ')),
    told.join('\n'),
  );
  assert.ok(
    told.some((text) => text.startsWith('a remote start was refused, calibration law')),
    told.join('\n'),
  );
  await world.sim({ action: 'unplug', evse: 1 });
  await world.pass(1_000);
}

/** Nothing blocks any more: a session begins and ends. */
export async function isFree(world: World): Promise<void> {
  await world.until('connector 1 to be free', () => statusOf(world, 1) === 'Available', 600_000);
  assert.deepEqual(await causes(world), []);
  await session(world);
}

/** One whole session of some seconds. */
export async function session(world: World, uid = 'CARD1'): Promise<void> {
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.until('a session', () => statusOf(world, 1) === 'Charging');
  await world.pass(10_000);
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.until('its end', () => world.status().evses[0]?.transaction === null);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.until('the place to be free', () => world.status().evses[0]?.phase === 'idle');
}
