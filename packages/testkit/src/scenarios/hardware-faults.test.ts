import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { leave, startByCard, statusOf } from './steps.ts';

scenario(
  'a ground failure ends the transaction and shows Faulted until the car has left (X-11, N-03)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    await world.sim({ action: 'fault', evse: 1, fault: 'groundFailure', active: true });
    await world.until('Faulted', () => statusOf(world, 1) === 'Faulted');
    await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
    await world.sim({ action: 'unplug', evse: 1 });
    await world.until('Available', () => statusOf(world, 1) === 'Available');
    const faulted = world.calls('StatusNotification').find(({ payload }) => payload['status'] === 'Faulted');
    assert.equal(faulted?.payload['errorCode'], 'GroundFailure');
  },
);

scenario('a lock that does not move refuses the start (X-14, N-03, TC_024)', {}, async (world) => {
  await world.sim({ action: 'lockJam', evse: 1, active: true });
  await world.sim({ action: 'plug', evse: 1 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Faulted', () => statusOf(world, 1) === 'Faulted');
  await world.pass(1_000);
  assert.equal(world.backend.ledger.transactions().length, 0);
  const faulted = world.calls('StatusNotification').find(({ payload }) => payload['status'] === 'Faulted');
  assert.equal(faulted?.payload['errorCode'], 'ConnectorLockFailure');
  await world.sim({ action: 'lockJam', evse: 1, active: false });
  await world.sim({ action: 'unplug', evse: 1 });
  await world.until('Available', () => statusOf(world, 1) === 'Available');
});

scenario(
  'a meter that falls silent leaves samples out and the end to the last good register (fault 36, E-07)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'metering.sampleInterval': '10' });
    await startByCard(world, 1, 'CARD1');
    await world.pass(35_000);
    await world.sim({ action: 'meter', evse: 1, mode: 'silent' });
    await world.pass(35_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    const [transaction] = world.backend.ledger.transactions();
    assert.ok((transaction?.meterValues.length ?? 0) <= 4);
    assert.ok((transaction?.stops[0]?.meterStop ?? 0) > (transaction?.meterStart ?? 0));
  },
);

scenario('a slow meter delays neither the other connector nor the link', { only: 'virtual' }, async (world) => {
  await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 25 });
  await startByCard(world, 2, 'CARD2');
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(1_000);
  assert.equal(world.status().evses[0]?.contactor, 'open');
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.until('the second to finish', () => statusOf(world, 2) === 'Finishing', 3_000);
  await world.until('the first to finish', () => statusOf(world, 1) === 'Finishing', 40_000);
});

scenario('the car pauses and goes on: SuspendedEV and Charging (N-01, N-04)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'pause', evse: 1 });
  await world.until('SuspendedEV', () => statusOf(world, 1) === 'SuspendedEV');
  await world.sim({ action: 'resume', evse: 1 });
  await world.until('Charging', () => statusOf(world, 1) === 'Charging');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
});

scenario('a card at the common reader belongs to the connector that is plugged next', {}, async (world) => {
  await world.sim({ action: 'card', uid: 'CARD1' });
  await world.until('a promise', () => statusOf(world, 1) === 'Preparing');
  await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
  await world.until('Charging', () => statusOf(world, 2) === 'Charging');
  assert.equal(statusOf(world, 1), 'Available');
  await world.sim({ action: 'card', uid: 'CARD1' });
  await world.until('Finishing', () => statusOf(world, 2) === 'Finishing');
});

scenario(
  'of two faults the last word is the one that lasts, and no Faulted is told twice (N-01, N-03, X-11)',
  {},
  async (world) => {
    const told = (): readonly string[] =>
      world
        .calls('StatusNotification')
        .filter(({ payload }) => payload['connectorId'] === 1 && payload['status'] === 'Faulted')
        .map(({ payload }) => `${String(payload['errorCode'])}: ${String(payload['info'])}`);
    await world.until('the first statuses', () => world.calls('StatusNotification').length >= 3);
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
    await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: true });
    await world.until('both faults', () => told().length === 2);
    const [first = '', second = ''] = told();
    await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: false });
    await world.until('the first again', () => told().length === 3);
    await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: true });
    await world.until('the second again', () => told().length === 4);
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: false });
    await world.pass(5_000);
    assert.deepEqual(told(), [first, second, first, second]);
    await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: false });
    await world.until('Available', () => statusOf(world, 1) === 'Available');
  },
);
