import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered, reset } from './backend-steps.ts';
import { leave, reported, startByCard, statusOf, untilReported } from './steps.ts';

async function change(world: World, connectorId: number, type: 'Operative' | 'Inoperative'): Promise<unknown> {
  return (await ask(world, 'ChangeAvailability', { connectorId, type }))['status'];
}

/** The backend has the first statuses. */
async function told(world: World): Promise<void> {
  await world.until('the first statuses', () => [0, 1, 2].every((id) => reported(world, id).length > 0));
}

scenario('a connector goes out of service and back, and an unknown one cannot (C-01, C-02)', {}, async (world) => {
  await told(world);
  assert.equal(await change(world, 2, 'Inoperative'), 'Accepted');
  await untilReported(world, 2, 'Unavailable');
  assert.equal(await change(world, 2, 'Inoperative'), 'Accepted');
  await world.pass(2_000);
  assert.deepEqual(reported(world, 2), ['Available', 'Unavailable']);
  assert.equal(await change(world, 2, 'Operative'), 'Accepted');
  await untilReported(world, 2, 'Available');
  assert.equal(await change(world, 3, 'Inoperative'), 'Rejected');
  assert.deepEqual([reported(world, 0), reported(world, 1)], [['Available'], ['Available']]);
});

scenario('connector 0 stands for the station and all connectors (C-01, N-02)', {}, async (world) => {
  await told(world);
  assert.equal(await change(world, 0, 'Inoperative'), 'Accepted');
  for (const id of [0, 1, 2]) await untilReported(world, id, 'Unavailable');
  assert.equal(await change(world, 0, 'Operative'), 'Accepted');
  for (const id of [0, 1, 2]) await untilReported(world, id, 'Available');
  assert.equal(reported(world, 0).length, 3);
});

scenario(
  'one connector named alone serves although the station is out of service, which connector 0 goes on showing (C-01, N-02)',
  {},
  async (world) => {
    await told(world);
    await change(world, 0, 'Inoperative');
    for (const id of [0, 1, 2]) await untilReported(world, id, 'Unavailable');
    assert.equal(await change(world, 1, 'Operative'), 'Accepted');
    await untilReported(world, 1, 'Available');
    await startByCard(world, 1, 'CARD1');
    assert.deepEqual([reported(world, 0, 1), reported(world, 2, 1)], [['Unavailable'], ['Unavailable']]);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await change(world, 0, 'Operative');
    for (const id of [0, 2]) await untilReported(world, id, 'Available');
  },
);

scenario(
  'out of service neither card nor remote start nor plug starts anything, and the card is refused without a question (X-13)',
  {},
  async (world) => {
    await told(world);
    await change(world, 1, 'Inoperative');
    await untilReported(world, 1, 'Unavailable');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    const { status } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R' });
    assert.equal(status, 'Rejected');
    await world.pass(3_000);
    assert.deepEqual([world.calls('Authorize'), world.calls('StartTransaction')], [[], []]);
    assert.deepEqual(reported(world, 1), ['Available', 'Unavailable']);
    const signals = world.hardware.commands('indicate').map(({ command }) => 'signal' in command && command.signal);
    assert.deepEqual(signals, ['refused', 'refused']);
    await change(world, 1, 'Operative');
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Charging');
  },
);

scenario(
  'Accepted is true from the answer on: a plug that comes in the same moment starts nothing with the card that waits for it (C-02, X-13)',
  { only: 'virtual' },
  async (world) => {
    await told(world);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    const asked = world.backend.call(world.identity, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    // Before any time passes: the station has answered, and its next turn has not come.
    const plugged = asked.then(async (answer) => {
      await world.sim({ action: 'plug', evse: 1 });
      return answer;
    });
    await untilReported(world, 1, 'Unavailable');
    assert.deepEqual(await plugged, { status: 'Accepted' });
    await world.pass(5_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    assert.equal(reported(world, 1, 1)[0], 'Unavailable');
  },
);

scenario(
  'during a transaction it is Scheduled, and its end leads from Charging to Unavailable with StopTransaction before it (C-02, N-09, X-09, fault 35)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await change(world, 1, 'Inoperative'), 'Scheduled');
    assert.equal(await change(world, 1, 'Inoperative'), 'Scheduled');
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Charging');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Unavailable');
    await world.sim({ action: 'unplug', evse: 1 });
    await world.pass(2_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Preparing', 'Charging', 'Unavailable']);
    const actions = world.calls().map(({ action, payload }) => `${action} ${String(payload['status'] ?? '')}`);
    assert.ok(actions.indexOf('StopTransaction ') < actions.indexOf('StatusNotification Unavailable'));
  },
);

scenario('after the end of a transaction it goes from Finishing to Unavailable (N-05, N-09)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await untilReported(world, 1, 'Finishing');
  assert.equal(await change(world, 1, 'Inoperative'), 'Accepted');
  await untilReported(world, 1, 'Unavailable');
  assert.deepEqual(reported(world, 1, 2), ['Finishing', 'Unavailable']);
});

scenario('a later opposite request cancels a scheduled one (C-03)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  assert.equal(await change(world, 1, 'Inoperative'), 'Scheduled');
  assert.equal(await change(world, 1, 'Operative'), 'Accepted');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await untilReported(world, 1, 'Finishing');
  await leave(world, 1);
  assert.ok(!reported(world, 1).includes('Unavailable'));
});

scenario(
  'the station with one transaction running: Scheduled, and what is idle is Unavailable at once (C-01, C-02)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await change(world, 0, 'Inoperative'), 'Scheduled');
    for (const id of [0, 2]) await untilReported(world, id, 'Unavailable');
    assert.equal(statusOf(world, 1), 'Charging');
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await untilReported(world, 1, 'Unavailable');
    assert.deepEqual(reported(world, 1, 2), ['Charging', 'Unavailable']);
  },
);

scenario(
  'with a plug without a card it goes through Finishing, and back to Preparing (C-03, N-01)',
  {},
  async (world) => {
    await told(world);
    await world.sim({ action: 'plug', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    assert.equal(await change(world, 1, 'Inoperative'), 'Accepted');
    await untilReported(world, 1, 'Unavailable');
    await change(world, 1, 'Operative');
    await untilReported(world, 1, 'Preparing');
    assert.deepEqual(reported(world, 1, 4), ['Preparing', 'Finishing', 'Unavailable', 'Preparing']);
    await world.until('the time-out', () => statusOf(world, 1) === 'Finishing', 70_000);
  },
);

scenario('a remote start that waits for its car lapses (C-02)', {}, async (world) => {
  await told(world);
  await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R' });
  await untilReported(world, 1, 'Preparing');
  assert.equal(await change(world, 1, 'Inoperative'), 'Accepted');
  await untilReported(world, 1, 'Unavailable');
  await change(world, 1, 'Operative');
  await untilReported(world, 1, 'Available');
  await world.sim({ action: 'plug', evse: 1 });
  await untilReported(world, 1, 'Preparing');
  await world.pass(3_000);
  assert.deepEqual(world.calls('StartTransaction'), []);
});

for (const how of ['powerCycle', 'Soft', 'Hard'] as const) {
  scenario(
    `after ${how === 'powerCycle' ? 'a power failure' : `Reset ${how}`} what was out of service is reported Unavailable straight away (C-03, N-10, TC_034)`,
    {},
    async (world) => {
      await told(world);
      await change(world, 0, 'Inoperative');
      await change(world, 1, 'Operative');
      for (const [id, status] of ['Unavailable', 'Available', 'Unavailable'].entries())
        await untilReported(world, id, status);
      await world.pass(2_000);
      await world.sim({ action: 'plug', evse: 2 });
      const before = world.calls('StatusNotification').length;
      if (how === 'powerCycle') await world.powerCycle();
      else await reset(world, how);
      await registered(world);
      await world.until('three statuses', () => world.calls('StatusNotification').length >= before + 3);
      await world.pass(2_000);
      const after = world.calls('StatusNotification').slice(before);
      assert.deepEqual(
        after.map(({ payload }) => [payload['connectorId'], payload['status']]),
        [
          [0, 'Unavailable'],
          [1, 'Available'],
          [2, 'Unavailable'],
        ],
      );
      await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
      await world.pass(2_000);
      assert.deepEqual(world.calls('StartTransaction'), []);
    },
  );
}

scenario(
  'a scheduled one survives a power failure: Unavailable at the boot, the transaction is closed (C-03, N-10)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await change(world, 1, 'Inoperative'), 'Scheduled');
    await world.powerCycle();
    await registered(world);
    await untilReported(world, 1, 'Unavailable');
    await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'PowerLoss');
  },
);

test('what cannot be stored is Rejected and changes nothing (C-03)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await change(world, 1, 'Inoperative'), 'Rejected');
  await world.pass(1_000);
  assert.equal(statusOf(world, 1), 'Available');
  store.setHealth({ kind: 'ok' });
  assert.equal(await change(world, 1, 'Inoperative'), 'Accepted');
  await untilReported(world, 1, 'Unavailable');
  await world.end();
});

scenario('offline it is remembered, and told at the reconnect (N-07)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  assert.equal(await change(world, 1, 'Inoperative'), 'Scheduled');
  await world.cutLink();
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Unavailable', () => statusOf(world, 1) === 'Unavailable');
  await world.restoreLink();
  await untilReported(world, 1, 'Unavailable');
});

/** A transaction during which the connector goes out of service, and comes back into service later. */
async function playAvailability(
  plan: CutPlan,
): Promise<{ readonly world: PowerWorld; readonly answers: readonly string[] }> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const answers: string[] = [];
  const demand = async (type: string): Promise<void> => {
    if (!world.backend.online('CS-1')) return;
    const asked = world.backend.call('CS-1', 'ChangeAvailability', { connectorId: 0, type });
    void asked.then(({ status }) => answers.push(`${type} ${String(status)}`)).catch(() => undefined);
    await world.pass(200);
  };
  await world.start();
  await world.pass(5_000);
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(5_000);
  await demand('Operative');
  await demand('Inoperative');
  await world.pass(5_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(20_000);
  return { world, answers };
}

test('power may go at any durable step: what was answered for an Inoperative holds afterwards (C-03, N-10)', async () => {
  const calm = await playAvailability({});
  assert.deepEqual(calm.answers, ['Operative Accepted', 'Inoperative Scheduled']);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps > 8, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, answers } = await playAvailability(plan);
      const shown = world.station?.status().evses.map(({ status }) => status);
      if (answers.some((answer) => answer.startsWith('Inoperative')))
        assert.deepEqual(shown, ['Unavailable', 'Unavailable'], JSON.stringify(plan));
      await world.end();
    }
  }
});
