import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered, reset } from './backend-steps.ts';
import { leave, startByCard, statusOf } from './steps.ts';

/** Starts and Stops as the backend saw them, in order; one that came again under its id counts once. */
function sessions(world: World): readonly string[] {
  return [...new Map(world.calls().map((call) => [call.id, call])).values()]
    .filter(({ action }) => action === 'StartTransaction' || action === 'StopTransaction')
    .map(({ action, payload }) =>
      action === 'StartTransaction'
        ? `Start ${String(payload['idTag'])}`
        : `Stop ${String(payload['reason'] ?? 'Local')}`,
    );
}

async function interrupted(world: World): Promise<void> {
  await world.configure({ 'charging.restartAfterPowerLoss': 'true' });
  await startByCard(world, 1, 'CARD1');
  await world.pass(10_000);
}

scenario(
  'after a power failure the transaction ends with PowerLoss, and another one begins for the same card without an Authorize, once (X-12)',
  {},
  async (world) => {
    await interrupted(world);
    const asked = world.calls('Authorize').length;
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the next session', () => statusOf(world, 1) === 'Charging' && sessions(world).length >= 3);
    assert.deepEqual(sessions(world), ['Start CARD1', 'Stop PowerLoss', 'Start CARD1']);
    assert.equal(world.calls('Authorize').length, asked);
    // The card that began ends it.
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the end', () => statusOf(world, 1) === 'Finishing' && sessions(world).length >= 4);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(30_000);
    assert.deepEqual(sessions(world), ['Start CARD1', 'Stop PowerLoss', 'Start CARD1', 'Stop Local']);
    await leave(world, 1);
  },
);

scenario(
  'hardware with backup power: what it ended in time goes on after the restart, and when the supply is back without one (X-12, TC_032_1)',
  { only: 'virtual' },
  async (world) => {
    await interrupted(world);
    await world.sim({ action: 'supply', state: 'failing' });
    await world.until('the end', () => sessions(world).includes('Stop PowerLoss'));
    await world.pass(20_000);
    assert.equal(sessions(world).length, 2, 'nobody begins while the supply fails');
    await world.sim({ action: 'supply', state: 'back' });
    await world.until('the next session', () => sessions(world).length === 3);
    await world.pass(10_000);
    await world.sim({ action: 'supply', state: 'failing' });
    await world.until('the second end', () => sessions(world).length === 4);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the third session', () => sessions(world).length === 5);
  },
);

for (const [what, between] of [
  ['a car that has left meanwhile', (world: World) => world.sim({ action: 'unplug', evse: 1 })],
  [
    'a connector that is out of service',
    (world: World) => ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' }),
  ],
  ['a parameter that is off again', (world: World) => world.configure({ 'charging.restartAfterPowerLoss': 'false' })],
] as const) {
  scenario(`nobody goes on after a power failure: ${what} (X-12)`, { only: 'virtual' }, async (world) => {
    await interrupted(world);
    await world.sim({ action: 'supply', state: 'failing' });
    await world.until('the end', () => sessions(world).length === 2);
    await between(world);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(60_000);
    assert.deepEqual(sessions(world), ['Start CARD1', 'Stop PowerLoss']);
  });
}

scenario(
  'a card that the backend has refused meanwhile does not go on after a power failure (X-06, X-12)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({
      'charging.restartAfterPowerLoss': 'true',
      'charging.stopTransactionOnInvalidId': 'false',
    });
    world.backend.setRules([
      {
        on: { action: 'StartTransaction' },
        do: { answer: { merge: { idTagInfo: { status: 'Blocked' } } } },
      },
    ]);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the start', () => sessions(world).length === 1);
    await world.pass(10_000);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(60_000);
    assert.deepEqual(sessions(world), ['Start CARD1', 'Stop PowerLoss']);
  },
);

scenario('after a Reset nobody goes on by himself (Z-01)', { only: 'virtual' }, async (world) => {
  await interrupted(world);
  await reset(world, 'Soft');
  await world.pass(60_000);
  assert.deepEqual(sessions(world), ['Start CARD1', 'Stop SoftReset']);
});

scenario(
  'another car at the connector after the first has left is not charged for it, whatever was remembered (X-12)',
  { only: 'virtual' },
  async (world) => {
    await interrupted(world);
    await world.sim({ action: 'supply', state: 'failing' });
    await world.until('the end', () => sessions(world).length === 2);
    await world.sim({ action: 'unplug', evse: 1 });
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'supply', state: 'back' });
    await world.pass(60_000);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(60_000);
    assert.equal(sessions(world).length, 2);
  },
);

/** A session that a first power failure interrupts; the plan cuts the power once more anywhere. */
async function twice(plan: CutPlan): Promise<PowerWorld> {
  const world = new PowerWorld(plan, { defaults: { 'charging.restartAfterPowerLoss': true } });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await world.start();
  await world.pass(5_000);
  const sim = (action: JsonObject): Promise<unknown> => world.sim(action);
  await sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(10_000);
  // Closing what was left open takes time, which passes below.
  void world.station?.powerCycle();
  await world.pass(60_000);
  return world;
}

test('power may go again at any durable step: who was interrupted goes on once for each failure, and no session is left without its end (X-12, G-01, fault 27)', async () => {
  const calm = await twice({});
  const steps = calm.durableSteps;
  await calm.end();
  assert.ok(steps >= 8, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const world = await twice(plan);
      const { counts } = world.backend.ledger;
      const what = JSON.stringify(plan);
      const { transactions, open, doubles } = counts;
      assert.equal(doubles, 0, what);
      assert.ok(transactions <= 3, `${what}: ${transactions} sessions`);
      assert.equal(open, transactions === 0 ? 0 : 1, `${what}: ${open} of ${transactions} sessions are open`);
      assert.equal(world.station?.status().evses[0]?.transaction === null, transactions === 0, what);
      await world.end();
    }
  }
});
