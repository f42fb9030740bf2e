import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import { reported, startByCard, statusOf, untilReported } from './steps.ts';

/** The supply fails; what the hardware has left keeps everything going for a while. */
async function fail(world: World): Promise<void> {
  await world.sim({ action: 'supply', state: 'failing' });
}

function stops(world: World): readonly unknown[] {
  return world.calls('StopTransaction').map(({ payload }) => payload['reason']);
}

scenario(
  'backup power is used to end what runs: StopTransaction goes out before the power does, and the status after it (X-12, X-07, X-09, TC_032_1)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    await world.pass(3_000);
    await fail(world);
    await world.until('both ends', () => stops(world).length === 2);
    await untilReported(world, 0, 'Faulted');
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(3_000);
    assert.deepEqual(stops(world), ['PowerLoss', 'PowerLoss']);
    const firstLife = world.calls().map(({ action, payload }) => {
      return action === 'StatusNotification'
        ? `${String(payload['connectorId'])} ${String(payload['status'])}`
        : action;
    });
    const lastStop = firstLife.lastIndexOf('StopTransaction');
    assert.ok(lastStop < firstLife.indexOf('0 Faulted'), firstLife.join(', '));
    assert.ok(firstLife.indexOf('StopTransaction') < firstLife.indexOf('1 Finishing'), firstLife.join(', '));
    assert.deepEqual(reported(world, 0), ['Available', 'Faulted', 'Available']);
  },
);

scenario(
  'the power goes 200 ms after the warning, the end not yet answered: one StopTransaction all the same (X-12, X-08, TC_032_1)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(3_000);
    world.backend.setRules([{ on: { action: 'StopTransaction', nth: 1 }, do: { noAnswer: { booked: true } } }]);
    await fail(world);
    await world.pass(200);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the end', () => world.status().outbox.waiting === 0, 200_000);
    const sent = world.calls('StopTransaction');
    assert.deepEqual(new Set(sent.map(({ id }) => id)).size, 1, 'whatever was sent again is the same message');
    assert.deepEqual(new Set(stops(world)), new Set(['PowerLoss']));
    const [transaction, ...others] = world.backend.ledger.transactions();
    assert.deepEqual([transaction?.stops.length, others.length], [1, 0]);
  },
);

scenario(
  'the power goes while a slow meter is still being closed: the end is told after the boot, with the time of the warning (X-12, TC_032_1)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(3_000);
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 20 });
    await fail(world);
    const warnedMs = world.time.systemWallMs();
    await world.pass(200);
    assert.equal(statusOf(world, 1), 'Charging');
    assert.deepEqual(stops(world), []);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the end', () => stops(world).length > 0, 200_000);
    await world.pass(60_000);
    assert.deepEqual(stops(world), ['PowerLoss']);
    const toldMs = Date.parse(String(world.calls('StopTransaction')[0]?.payload['timestamp']));
    assert.ok(Math.abs(toldMs - warnedMs) <= 1_000, `${toldMs - warnedMs} ms after the warning`);
  },
);

scenario(
  'without a link the end waits on disk, and is told once when power and link are back (X-12, X-05, TC_032_1)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(3_000);
    await world.cutLink();
    await fail(world);
    await world.pass(200);
    assert.deepEqual(stops(world), []);
    await world.sim({ action: 'powerCycle' });
    await world.pass(5_000);
    await world.restoreLink();
    await registered(world);
    await world.until('the end', () => stops(world).length > 0);
    await world.pass(60_000);
    assert.deepEqual(stops(world), ['PowerLoss']);
  },
);

scenario(
  'a start under way when the supply fails ends as soon as it has begun, and nobody starts before it is back (X-12, X-13, N-02)',
  { mechanics: { lockMs: 800, contactorMs: 100 } },
  async (world) => {
    await world.until('the first statuses', () => reported(world, 2).length > 0);
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the lock to move', () => world.hardware.commands('lock').length === 1);
    await fail(world);
    assert.equal((await ask(world, 'RemoteStartTransaction', { connectorId: 2, idTag: 'R' }))['status'], 'Rejected');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await world.until('the end', () => stops(world).length === 1);
    await untilReported(world, 0, 'Faulted');
    assert.deepEqual(stops(world), ['PowerLoss']);
    assert.equal(world.calls('StartTransaction').length, 1);
    await world.sim({ action: 'supply', state: 'back' });
    await untilReported(world, 0, 'Available');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await untilReported(world, 2, 'Charging');
    await world.pass(2_000);
    assert.deepEqual(stops(world), ['PowerLoss'], 'who starts afterwards goes on');
  },
);

scenario(
  'a station whose supply fails while it starts lets nobody begin, and says so (X-12, X-13, N-02)',
  { only: 'virtual' },
  async (world) => {
    await world.until('the first statuses', () => reported(world, 2).length > 0);
    await fail(world);
    await world.powerCycle();
    await registered(world);
    await world.until('the statuses', () => reported(world, 0, 1)[0] === 'Faulted');
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(5_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    await world.sim({ action: 'supply', state: 'back' });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Charging');
    assert.equal(reported(world, 0, 1)[0], 'Available');
  },
);
