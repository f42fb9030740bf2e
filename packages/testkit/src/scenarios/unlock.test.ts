import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { leave, reported, startByCard, statusOf, untilReported } from './steps.ts';

async function unlock(world: World, connectorId: number): Promise<unknown> {
  return (await ask(world, 'UnlockConnector', { connectorId }))['status'];
}

async function lockOf(world: World, evse: number): Promise<unknown> {
  return (await world.sim({ action: 'state', evse }))['lock'];
}

/** Where connector 1 has a captive cable. */
const captive = { evses: [{ fixedCable: true }, {}] } as const;

scenario('without a session the plug is Unlocked (R-07, TC_017_1)', {}, async (world) => {
  await world.sim({ action: 'plug', evse: 1 });
  assert.equal(await unlock(world, 1), 'Unlocked');
  assert.equal(await lockOf(world, 1), 'unlocked');
  assert.equal(await unlock(world, 1), 'Unlocked');
  assert.equal(statusOf(world, 1), 'Preparing');
});

scenario(
  'a session is finished first with reason UnlockCommand, and then the plug is Unlocked (R-07, X-07, X-09, TC_018_1)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    assert.equal(await lockOf(world, 1), 'locked');
    assert.equal(await unlock(world, 1), 'Unlocked');
    assert.equal(await lockOf(world, 1), 'unlocked');
    const types = world.hardware.commands().map(({ command }) => command.type);
    const order = ['openContactor', 'endMeter', 'unlock'].map((type) =>
      types.lastIndexOf(type as (typeof types)[number]),
    );
    assert.deepEqual(
      order,
      order.toSorted((left, right) => left - right),
    );
    await untilReported(world, 1, 'Finishing');
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'UnlockCommand');
    const actions = world.calls().map(({ action, payload }) => `${action} ${String(payload['status'] ?? '')}`);
    assert.ok(actions.indexOf('StopTransaction ') < actions.indexOf('StatusNotification Finishing'));
    await leave(world, 1);
  },
);

scenario('a captive cable is NotSupported (R-07, TC_017_2)', captive, async (world) => {
  assert.equal(await unlock(world, 1), 'NotSupported');
  assert.equal(world.hardware.commands('unlock').length, 0);
});

scenario(
  'at a captive cable it is no way to stop a session: NotSupported, and it goes on (R-07, TC_018_2)',
  captive,
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    assert.equal(await unlock(world, 1), 'NotSupported');
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Charging');
    assert.deepEqual(world.calls('StopTransaction'), []);
  },
);

scenario('connector 0 and an unknown one are NotSupported (R-07, TC_031)', {}, async (world) => {
  for (const connectorId of [0, 3, 9_999]) assert.equal(await unlock(world, connectorId), 'NotSupported');
});

scenario(
  'a lock that does not move is an UnlockFailed, and the session is over all the same (R-07, TC_030)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'lockJam', evse: 1, active: true });
    assert.equal(await unlock(world, 1), 'UnlockFailed');
    await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'UnlockCommand');
    assert.equal(await lockOf(world, 1), 'locked');
    await world.sim({ action: 'lockJam', evse: 1, active: false });
    assert.equal(await unlock(world, 1), 'Unlocked');
    await leave(world, 1);
  },
);

scenario('the cable that a refused user left locked is freed (R-07, X-06)', {}, async (world) => {
  world.backend.setRules([
    { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Blocked' } } } } },
  ]);
  await world.sim({ action: 'plug', evse: 1 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await untilReported(world, 1, 'Finishing');
  assert.equal(await lockOf(world, 1), 'locked');
  assert.equal(await unlock(world, 1), 'Unlocked');
  await leave(world, 1);
});

scenario(
  'slow hardware keeps no other answer waiting, and after 18 s it is an UnlockFailed; the plug is freed when the end is recorded (G-05, R-07)',
  // The checker's second is for what need not wait for the hardware.
  { only: 'virtual', allow: { checker: ['answer.late'] } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 25 });
    const began = world.time.monotonicMs();
    let status: unknown;
    const unlocking = world.backend.call(world.identity, 'UnlockConnector', { connectorId: 1 });
    void unlocking.then((answer) => {
      status = answer['status'];
    });
    await world.pass(1_000);
    const asked = world.time.monotonicMs();
    await ask(world, 'GetConfiguration', { key: ['HeartbeatInterval'] });
    assert.ok(world.time.monotonicMs() - asked < 1_000);
    await world.until('the answer', () => status !== undefined);
    assert.equal(status, 'UnlockFailed');
    assert.ok(world.time.monotonicMs() - began < 19_500);
    assert.equal(await lockOf(world, 1), 'locked');
    await untilReported(world, 1, 'Finishing');
    assert.equal(await lockOf(world, 1), 'unlocked');
    assert.deepEqual(reported(world, 1, 2), ['Charging', 'Finishing']);
  },
);
