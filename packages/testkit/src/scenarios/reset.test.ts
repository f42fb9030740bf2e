import assert from 'node:assert/strict';
import { test } from 'node:test';

import { scenario } from '../world/scenario.ts';
import { createFleet } from '../world/fleet.ts';
import { ask, delivered, registered, reset } from './backend-steps.ts';
import { startByCard, statusOf } from './steps.ts';

for (const [type, reason, idle, busy] of [
  ['Soft', 'SoftReset', 'TC_014', 'TC_016'],
  ['Hard', 'HardReset', 'TC_013', 'TC_015'],
] as const) {
  scenario(
    `Reset ${type} of an idle station: the answer arrives, then BootNotification and each status once (Z-02, Z-03, Z-05, ${idle})`,
    {},
    async (world) => {
      await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
      const before = world.calls().length;
      await reset(world, type);
      await registered(world);
      await world.until('three more statuses', () => world.calls('StatusNotification').length === 6);
      assert.deepEqual(
        world
          .calls()
          .slice(before)
          .map(({ action }) => action)
          .filter((action) => action !== 'SecurityEventNotification'),
        ['BootNotification', 'StatusNotification', 'StatusNotification', 'StatusNotification'],
      );
      assert.deepEqual(
        world
          .calls('StatusNotification')
          .slice(3)
          .map(({ payload }) => [payload['connectorId'], payload['status']]),
        [
          [0, 'Available'],
          [1, 'Available'],
          [2, 'Available'],
        ],
      );
    },
  );

  scenario(
    `Reset ${type} while a car charges: StopTransaction, then Finishing, then the restart, and Preparing while the cable is in (Z-01…Z-03, fault 32, ${busy})`,
    { only: 'virtual' },
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.pass(5_000);
      const before = world.calls().length;
      await reset(world, type);
      await registered(world);
      await world.until('statuses', () => world.calls('StatusNotification').length >= 3);
      await world.pass(2_000);
      const story = world
        .calls()
        .slice(before)
        .filter(({ action, payload }) => action !== 'StatusNotification' || payload['connectorId'] === 1)
        .map(({ action, payload }) => (action === 'StatusNotification' ? payload['status'] : action))
        .filter((action) => action !== 'SecurityEventNotification');
      assert.deepEqual(story, ['StopTransaction', 'Finishing', 'BootNotification', 'Preparing']);
      assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], reason);
      assert.equal(statusOf(world, 1), 'Preparing');
    },
  );

  scenario(
    `Reset ${type} with a backend that does not answer StopTransaction: it is sent again after the boot, once is in the books (Z-01, Z-05, fault 32)`,
    { only: 'virtual' },
    async (world) => {
      world.backend.setRules([{ on: { action: 'StopTransaction', times: 1 }, do: { noAnswer: { booked: true } } }]);
      await startByCard(world, 1, 'CARD1');
      await world.pass(5_000);
      await reset(world, type);
      await registered(world);
      await world.until('the second StopTransaction', () => world.calls('StopTransaction').length === 2, 300_000);
      await delivered(world);
      const [first, second] = world.calls('StopTransaction');
      assert.deepEqual(second?.payload, first?.payload);
      assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
    },
  );
}

scenario(
  'hardware that does not restart: the station tells ResetFailure, and goes on charging (Z-04)',
  { defaults: { 'station.resetRetries': 2 } },
  async (world) => {
    await world.sim({ action: 'fault', fault: 'reset', active: true });
    assert.deepEqual(await ask(world, 'Reset', { type: 'Hard' }), { status: 'Accepted' });
    await world.until('ResetFailure', () =>
      world.calls('StatusNotification').some(({ payload }) => payload['info'] === 'The hardware did not restart'),
    );
    assert.equal(world.hardware.commands('restart').length, 3);
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    assert.equal(world.calls('BootNotification').length, 1);
  },
);

test('a Reset of one of many stations of a process is not noticed by the others (Z-02)', async () => {
  const { backend, time, identities, end } = await createFleet(3);
  await time.advance(60_000);
  const [first = '', ...others] = identities;
  for (const type of ['Soft', 'Hard']) {
    const answer = backend.call(first, 'Reset', { type });
    await time.advance(60_000);
    assert.deepEqual(await answer, { status: 'Accepted' });
  }
  assert.equal(backend.frames.calls('BootNotification', first).length, 3);
  for (const identity of others) {
    assert.equal(backend.frames.calls('BootNotification', identity).length, 1, identity);
    assert.equal(backend.attempts.filter((attempt) => attempt.identity === identity).length, 1, identity);
  }
  await end();
});

scenario(
  'a Soft reset waits for the answer to a StopTransaction that is on its way, and the Stop goes once (Z-01, Z-05)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    world.backend.setRules([{ on: { action: 'StopTransaction' }, do: { delay: { ms: 1_500 } } }]);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the Stop', () => world.calls('StopTransaction').length === 1);
    await reset(world, 'Soft');
    await registered(world);
    await world.pass(10_000);
    assert.equal(world.calls('BootNotification').length, 2);
    assert.equal(world.calls('StopTransaction').length, 1);
  },
);
