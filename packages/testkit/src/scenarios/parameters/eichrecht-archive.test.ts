import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { startByCard, statusOf } from '../steps.ts';

/** One connector with a meter that signs. */
const signing = [{ signs: true }] as const;
const dayMs = 86_400_000;

const quiet = { 'metering.sampleInterval': 0, 'authorization.allowOfflineTxForUnknownId': true } as const;

async function session(world: World): Promise<void> {
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('the end', () => ['Finishing', 'Unavailable'].includes(statusOf(world, 1) ?? ''));
  await world.sim({ action: 'unplug', evse: 1 });
  await world.until('the car to be gone', () => ['Available', 'Unavailable'].includes(statusOf(world, 1) ?? ''));
}

function shown(world: World): readonly unknown[] {
  const last = world.calls('StatusNotification').findLast(({ payload }) => payload['connectorId'] === 1);
  return [last?.payload['status'], last?.payload['errorCode']];
}

function exhausted(world: World): number {
  return world.calls('SecurityEventNotification').filter(({ payload }) => payload['type'] === 'MemoryExhaustion')
    .length;
}

scenario(
  'eichrecht.recordCapacity: full of what the backend has not confirmed, the station takes no new session, and tells it; delivered, it goes on (E-11)',
  { only: 'virtual', evses: signing, defaults: { ...quiet, 'eichrecht.recordCapacity': 100 } },
  async (world) => {
    const { signed } = world.station.archives;
    await world.cutLink();
    for (let count = 0; count < 50; count++) await session(world);
    await world.until('the connector to be blocked', () => statusOf(world, 1) === 'Unavailable');
    assert.deepEqual(await signed.status(), { records: 100, undelivered: 100, capacity: 100, blocked: 'full' });
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(30_000);
    assert.equal((await signed.status()).records, 100, 'no session began');
    await world.sim({ action: 'unplug', evse: 1 });
    await world.restoreLink();
    await world.until('the delivery', () => world.calls('StopTransaction').length === 50, 600_000);
    await world.until('the connector to be free', () => shown(world)[0] === 'Available', 60_000);
    assert.equal(exhausted(world), 1);
    assert.deepEqual(await signed.status(), { records: 100, undelivered: 0, capacity: 100, blocked: null });
    await session(world);
    await world.pass(5_000);
    const { records, next } = await signed.page(0, 1_000);
    assert.deepEqual(
      [records.length, records.at(-1)?.number, next],
      [100, 102, null],
      'the oldest delivered ones made room',
    );
  },
);

scenario(
  'eichrecht.recordRetention: a delivered record stays so many days, one that waits stays whatever its age',
  {
    only: 'virtual',
    evses: signing,
    defaults: { ...quiet, 'eichrecht.recordRetention': 2, 'traffic.transactionMessageAttempts': 1 },
    allow: { books: { parkedResends: true } },
  },
  async (world) => {
    const { signed } = world.station.archives;
    const numbers = async (): Promise<readonly (readonly [number, string])[]> =>
      (await signed.page(0, 100)).records.map(({ number, state }) => [number, state]);
    await session(world);
    await world.pass(dayMs);
    await session(world);
    await world.pass(1_000);
    assert.deepEqual(
      (await numbers()).map(([number]) => number),
      [1, 2, 3, 4],
    );
    await world.pass(1.5 * dayMs);
    await world.cutLink();
    await session(world);
    await world.pass(1_000);
    assert.deepEqual(await numbers(), [
      [3, 'delivered'],
      [4, 'delivered'],
      [5, 'waiting'],
      [6, 'waiting'],
    ]);
    await world.pass(3 * dayMs);
    await session(world);
    await world.pass(1_000);
    assert.deepEqual(
      (await numbers()).map(([number]) => number),
      [5, 6, 7, 8],
    );
    assert.equal(
      (await world.station.archives.logbook.read({ limit: 9 })).filter(({ kind }) => kind === 'expired').length,
      2,
    );
    await world.restoreLink();
    await world.until(
      'the delivery',
      () => world.status().outbox.waiting === 0 && world.calls('StopTransaction').length === 4,
    );
  },
);
