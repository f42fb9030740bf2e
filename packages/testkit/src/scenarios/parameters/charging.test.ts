import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { changeKey, delivered, happenedAfter } from '../backend-steps.ts';
import { endByCard, leave, startByCard, statusOf } from '../steps.ts';

function statusesOf(world: World, connectorId: number): readonly { readonly status: string; readonly atMs: number }[] {
  return world
    .calls('StatusNotification')
    .filter(({ payload }) => payload['connectorId'] === connectorId)
    .map(({ payload, atMs }) => ({ status: String(payload['status']), atMs }));
}

async function lockOf(world: World, evse: number): Promise<unknown> {
  const state: JsonObject = await world.sim({ action: 'state', evse });
  return state['lock'];
}

scenario(
  'charging.connectionTimeOut: a card without a car is forgotten after it (X-03, TC_004_2)',
  {},
  async (world) => {
    await changeKey(world, 'ConnectionTimeOut', '9');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Preparing', () => statusesOf(world, 1).at(-1)?.status === 'Preparing');
    await world.until('Available', () => statusesOf(world, 1).at(-1)?.status === 'Available');
    const [available, preparing] = statusesOf(world, 1).toReversed();
    happenedAfter(world, ((available?.atMs ?? 0) - (preparing?.atMs ?? 0)) / 1000, 9, 'Available came');
    assert.deepEqual(world.calls('StartTransaction'), []);
  },
);

scenario('charging.connectionTimeOut: a car without a card is Finishing after it (X-03)', {}, async (world) => {
  await changeKey(world, 'ConnectionTimeOut', '9');
  await world.sim({ action: 'plug', evse: 1 });
  await world.until('Finishing', () => statusesOf(world, 1).at(-1)?.status === 'Finishing');
  const [finishing, preparing] = statusesOf(world, 1).toReversed();
  happenedAfter(world, ((finishing?.atMs ?? 0) - (preparing?.atMs ?? 0)) / 1000, 9, 'Finishing came');
  await leave(world, 1);
});

scenario(
  'charging.stopTransactionOnEVSideDisconnect: on, the transaction ends when the car pulls its plug',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await world.until('StopTransaction', () => world.calls('StopTransaction').length === 1);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'EVDisconnected');
    await world.until('Available', () => statusOf(world, 1) === 'Available');
  },
);

scenario('charging.stopTransactionOnEVSideDisconnect: off, it goes on when the plug is back', {}, async (world) => {
  await changeKey(world, 'StopTransactionOnEVSideDisconnect', 'false');
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'unplugVehicle', evse: 1 });
  await world.until('SuspendedEV', () => statusesOf(world, 1).at(-1)?.status === 'SuspendedEV');
  assert.deepEqual(world.calls('StopTransaction'), []);
  await world.sim({ action: 'plug', evse: 1, soc: 20 });
  await world.until('Charging', () => statusesOf(world, 1).at(-1)?.status === 'Charging');
  await endByCard(world, 1, 'CARD1');
  assert.equal(world.calls('StartTransaction').length, 1);
  assert.equal(world.calls('StopTransaction')[0]?.payload['reason'] ?? 'Local', 'Local');
});

const refusedAtStart = [
  { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Invalid' } } } } },
] as const;

scenario(
  'charging.stopTransactionOnInvalidId: on, an idTag refused at the start ends the transaction',
  {},
  async (world) => {
    world.backend.setRules(refusedAtStart);
    await world.sim({ action: 'plug', evse: 1, soc: 20 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('StopTransaction', () => world.calls('StopTransaction').length === 1);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'DeAuthorized');
    await delivered(world);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the cable to be free', () => world.hardware.commands('unlock').length > 0);
    await leave(world, 1);
  },
);

scenario('charging.stopTransactionOnInvalidId: off, the transaction goes on without energy', {}, async (world) => {
  await changeKey(world, 'StopTransactionOnInvalidId', 'false');
  world.backend.setRules(refusedAtStart);
  await world.sim({ action: 'plug', evse: 1, soc: 20 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('SuspendedEVSE', () => statusesOf(world, 1).at(-1)?.status === 'SuspendedEVSE');
  await world.pass(10_000);
  assert.deepEqual(world.calls('StopTransaction'), []);
  assert.equal(
    world.hardware.commands().findLast(({ command }) => command.type.endsWith('Contactor'))?.command.type,
    'openContactor',
  );
  await endByCard(world, 1, 'CARD1');
});

/** What connector 1 took from the refusal of its StartTransaction to its last meter reading, in Wh. */
async function takenAfterRefusal(world: World): Promise<number> {
  const { meterStart } = world.calls('StartTransaction')[0]?.payload ?? {};
  const { register } = await meterOf(world);
  return register - Number(meterStart);
}

async function meterOf(world: World): Promise<{ readonly register: number }> {
  const reading = await world.station.station?.evses[0]?.readMeter();
  assert.ok(reading?.energyImportWh !== undefined);
  return { register: reading.energyImportWh };
}

for (const stops of [true, false]) {
  scenario(
    `charging.maxEnergyOnInvalidId: a refused card takes so much, and then ${stops ? 'the transaction ends' : 'it is SuspendedEVSE'} (X-06)`,
    { defaults: { 'charging.stopTransactionOnInvalidId': stops } },
    async (world) => {
      await changeKey(world, 'MaxEnergyOnInvalidId', '100');
      world.backend.setRules(refusedAtStart);
      await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await world.until('Charging', () => statusesOf(world, 1).at(-1)?.status === 'Charging');
      const end = stops ? 'Finishing' : 'SuspendedEVSE';
      await world.until(end, () => statusesOf(world, 1).at(-1)?.status === end, 60_000);
      await world.pass(20_000);
      const taken = await takenAfterRefusal(world);
      assert.ok(taken >= 99 && taken <= 108, `${taken} Wh were taken`);
      assert.equal(world.status().evses[0]?.contactor, 'open');
      const reasons = world.calls('StopTransaction').map(({ payload }) => payload['reason']);
      assert.deepEqual(reasons, stops ? ['DeAuthorized'] : []);
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
      await leave(world, 1);
    },
  );
}

scenario('charging.maxEnergyOnInvalidId: a restart grants nothing anew (X-06)', {}, async (world) => {
  await changeKey(world, 'MaxEnergyOnInvalidId', '100000');
  world.backend.setRules(refusedAtStart);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Charging', () => statusesOf(world, 1).at(-1)?.status === 'Charging');
  await world.powerCycle();
  await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
  assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'PowerLoss');
  const { register } = await meterOf(world);
  await world.pass(30_000);
  assert.equal((await meterOf(world)).register, register);
  assert.equal(world.calls('StartTransaction').length, 1);
});

scenario(
  'charging.maxEnergyOnInvalidId: what the meter does not count is not given (X-06)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'MaxEnergyOnInvalidId', '100000');
    world.backend.setRules(refusedAtStart);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Charging', () => statusesOf(world, 1).at(-1)?.status === 'Charging');
    await world.sim({ action: 'meter', evse: 1, mode: 'fail' });
    await world.until('the end', () => world.calls('StopTransaction').length === 1, 15_000);
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'DeAuthorized');
  },
);

for (const unlocks of [true, false]) {
  scenario(
    `charging.unlockConnectorOnEVSideDisconnect: ${unlocks ? 'on, the cable is free' : 'off, the cable stays locked'} when the car pulls its plug`,
    { defaults: { 'charging.unlockConnectorOnEVSideDisconnect': !unlocks } },
    async (world) => {
      await changeKey(world, 'UnlockConnectorOnEVSideDisconnect', String(unlocks));
      await startByCard(world, 1, 'CARD1');
      assert.equal(await lockOf(world, 1), 'locked');
      await world.sim({ action: 'unplugVehicle', evse: 1 });
      const shown = unlocks ? 'Available' : 'Finishing';
      await world.until(shown, () => statusOf(world, 1) === shown);
      await world.pass(1_000);
      assert.equal(await lockOf(world, 1), unlocks ? 'unlocked' : 'locked');
      assert.equal(world.hardware.commands('unlock').length, unlocks ? 1 : 0);
    },
  );
}
