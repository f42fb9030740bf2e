import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, reset } from './backend-steps.ts';
import { endByCard, leave, reported, startByCard, statusOf, untilReported } from './steps.ts';

scenario(
  'a card after the time-out starts through Preparing, also a foreign one (X-03, N-05)',
  { defaults: { 'charging.connectionTimeOut': 5 } },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Finishing');
    assert.deepEqual(world.calls('StartTransaction'), []);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(reported(world, 1, 4), ['Preparing', 'Finishing', 'Preparing', 'Charging']);
    await endByCard(world, 1, 'CARD1');
  },
);

for (const [stops, unlocks, id] of [
  [true, true, 'TC_005_1'],
  [true, false, 'TC_005_2'],
  [false, false, 'TC_005_3'],
] as const) {
  const defaults = {
    'charging.stopTransactionOnEVSideDisconnect': stops,
    'charging.unlockConnectorOnEVSideDisconnect': unlocks,
  };
  scenario(
    `the cable is pulled at the car: the transaction ${stops ? 'ends' : 'stays'}, the plug at the station ${unlocks ? 'is freed' : 'stays locked'} (X-10, fault 34, ${id})`,
    { defaults },
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.pass(3_000);
      await world.sim({ action: 'unplugVehicle', evse: 1 });
      await untilReported(world, 1, !stops ? 'SuspendedEV' : unlocks ? 'Available' : 'Finishing');
      await world.pass(3_000);
      assert.equal((await world.sim({ action: 'state', evse: 1 }))['lock'], unlocks ? 'unlocked' : 'locked');
      assert.equal(world.status().evses[0]?.contactor, 'open');
      const stopped = world.calls('StopTransaction').map(({ payload }) => payload['reason']);
      assert.deepEqual(stopped, stops ? ['EVDisconnected'] : []);
      if (stops && !unlocks) await freedByCard(world);
      if (stops) return;
      const suspended = world.calls('StatusNotification').at(-1)?.payload;
      assert.deepEqual([suspended?.['info'], suspended?.['errorCode']], ['EV side disconnected', 'NoError']);
      await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
      await untilReported(world, 1, 'Charging');
      await endByCard(world, 1, 'CARD1');
    },
  );
}

/** Another card cannot have the plug; the one that started frees it, and nobody else is asked for that. */
async function freedByCard(world: World): Promise<void> {
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.pass(3_000);
  assert.equal((await world.sim({ action: 'state', evse: 1 }))['lock'], 'locked');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await untilReported(world, 1, 'Available');
  assert.equal((await world.sim({ action: 'state', evse: 1 }))['lock'], 'unlocked');
  assert.equal(world.calls('StartTransaction').length, 1);
}

scenario('two connectors have their own transactions, and each only one (X-15, A-12)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await startByCard(world, 2, 'CARD2');
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
  await world.pass(3_000);
  assert.deepEqual([statusOf(world, 1), statusOf(world, 2)], ['Charging', 'Charging']);
  await endByCard(world, 1, 'CARD1');
  assert.equal(statusOf(world, 2), 'Charging');
  await endByCard(world, 2, 'CARD2');
  assert.deepEqual(
    world.backend.ledger.transactions().map(({ idTag, stops }) => [idTag, stops.length]),
    [
      ['CARD1', 1],
      ['CARD2', 1],
    ],
  );
});

scenario('a card of the group that is blocked stops nothing (A-11)', {}, async (world) => {
  world.backend.configure({
    idTags: { CARD1: { parentIdTag: 'FLEET' }, CARD2: { parentIdTag: 'FLEET', status: 'Blocked' } },
  });
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.pass(3_000);
  assert.equal(statusOf(world, 1), 'Charging');
  assert.deepEqual(world.calls('StopTransaction'), []);
  await endByCard(world, 1, 'CARD1');
});

scenario(
  'a remote stop works for a transaction that began offline, as soon as it has an id (R-06, X-05)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.restoreLink();
    await world.until('the books to be open', () => world.backend.ledger.counts.open === 1);
    await world.pass(2_000);
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 0;
    assert.equal((await ask(world, 'RemoteStopTransaction', { transactionId }))['status'], 'Accepted');
    await untilReported(world, 1, 'Finishing');
    assert.equal((await ask(world, 'RemoteStopTransaction', { transactionId }))['status'], 'Rejected');
    await leave(world, 1);
  },
);

scenario(
  'offline begun, refused afterwards: the transaction ends as DeAuthorized, the cable waits for its card (X-06, TC_037_3)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Invalid' } } });
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.restoreLink();
    await untilReported(world, 1, 'Finishing');
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'DeAuthorized');
    await assert.rejects(world.sim({ action: 'unplug', evse: 1 }), /lock/i);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(1_000);
    await leave(world, 1);
  },
);

scenario(
  'offline begun, refused afterwards, with StopTransactionOnInvalidId off: SuspendedEVSE without energy (X-06, TC_037_2)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true, 'charging.stopTransactionOnInvalidId': false } },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Invalid' } } });
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.restoreLink();
    await untilReported(world, 1, 'SuspendedEVSE');
    assert.equal(world.status().evses[0]?.contactor, 'open');
    assert.deepEqual(world.calls('StopTransaction'), []);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'offline begun and accepted afterwards, the transaction goes on (X-05, TC_037_1)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    const beganMs = world.status().evses[0]?.transaction?.startedMs ?? 0;
    await world.pass(5_000);
    await world.restoreLink();
    await world.until('the books to be open', () => world.backend.ledger.counts.open === 1);
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Charging');
    assert.equal(Date.parse(String(world.calls('StartTransaction')[0]?.payload['timestamp'])), Math.trunc(beganMs));
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'ended offline, StopTransaction comes at the reconnect with its own time (X-08, TC_038)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.until('the books to be open', () => world.backend.ledger.counts.open === 1);
    await world.cutLink();
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    const endedMs = world.status().clock.nowMs;
    await world.pass(30_000);
    await world.restoreLink();
    await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
    const { timestamp, reason, idTag } = world.calls('StopTransaction')[0]?.payload ?? {};
    assert.deepEqual([reason, idTag], ['Local', 'CARD1']);
    assert.ok(Math.abs(Date.parse(String(timestamp)) - endedMs) < 5_000);
  },
);

scenario(
  'the station suspends before the car does: SuspendedEVSE wins (N-04, fault 49)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true, 'charging.stopTransactionOnInvalidId': false } },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'pause', evse: 1 });
    await world.until('SuspendedEV', () => statusOf(world, 1) === 'SuspendedEV');
    await world.restoreLink();
    await untilReported(world, 1, 'SuspendedEVSE');
    await world.sim({ action: 'resume', evse: 1 });
    await world.pass(3_000);
    assert.deepEqual(reported(world, 1, 2), ['SuspendedEV', 'SuspendedEVSE']);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
  },
);

for (const [type, id] of [
  ['Hard', 'TC_013'],
  ['Soft', 'TC_014'],
] as const) {
  scenario(
    `Reset ${type} without a transaction: BootNotification, and every connector anew (Z-01, Z-03, ${id})`,
    {},
    async (world) => {
      await world.until('the first statuses', () => world.calls('StatusNotification').length === 3);
      await reset(world, type);
      await world.until('the statuses', () => world.calls('StatusNotification').length === 6);
      assert.equal(world.calls('BootNotification').length, 2);
      assert.deepEqual(
        [0, 1, 2].map((connector) => reported(world, connector, 1)[0]),
        ['Available', 'Available', 'Available'],
      );
      assert.deepEqual(world.calls('StopTransaction'), []);
    },
  );
}

scenario(
  'a cable that is pulled at the car and put back just after the start never brings Finishing: the transaction runs (X-10, N-01)',
  { defaults: { 'charging.stopTransactionOnEVSideDisconnect': false } },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, ready: false, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the start', () => world.calls('StartTransaction').length === 1);
    await world.pass(500);
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await untilReported(world, 1, 'SuspendedEV');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(reported(world, 1, 3), ['Preparing', 'SuspendedEV', 'Charging']);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'the StopTransaction after a power cut is no older and no lower than the last triggered values (X-08, X-12)',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 0 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(25_000);
    await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues', connectorId: 1 });
    await world.until('the values', () => world.calls('MeterValues').length === 1);
    await world.pass(5_000);
    await world.powerCycle();
    await world.until('the Stop', () => world.calls('StopTransaction').length === 1);
    const [values] = world.calls('MeterValues');
    const [stop] = world.calls('StopTransaction');
    const told = JSON.parse(JSON.stringify(values?.payload['meterValue'])) as readonly {
      readonly timestamp: string;
      readonly sampledValue: readonly { readonly measurand?: string; readonly value: string }[];
    }[];
    const register = told[0]?.sampledValue.find(({ measurand }) => measurand === 'Energy.Active.Import.Register');
    assert.ok(String(stop?.payload['timestamp']) >= String(told[0]?.timestamp), JSON.stringify(stop?.payload));
    assert.ok(Number(stop?.payload['meterStop']) >= Number(register?.value), JSON.stringify(stop?.payload));
  },
);

for (const [what, happens] of [
  ['a power cut', (world: World) => world.powerCycle()],
  ['a Hard reset', (world: World) => reset(world, 'Hard')],
] as const) {
  scenario(`after ${what} the plug is free: the driver can leave (X-12, Z-02, fault 29)`, {}, async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(3_000);
    await happens(world);
    await world.until('the Stop', () => world.calls('StopTransaction').length === 1);
    await untilReported(world, 1, 'Preparing');
    await leave(world, 1);
    assert.equal(statusOf(world, 1), 'Available');
  });
}

scenario(
  'after a power cut while a start was under way the plug is free too (X-12)',
  { only: 'virtual' },
  async (world) => {
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 10 });
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the meter to be asked', () => world.hardware.commands('beginMeter').length === 1);
    await world.sim({ action: 'powerCycle' });
    await world.until('a second life', () => world.calls('BootNotification').length === 2);
    await world.pass(30_000);
    await leave(world, 1);
    assert.deepEqual(world.calls('StartTransaction'), []);
  },
);

scenario(
  'while a slow meter still closes what a power cut left open, a remote start is Rejected (R-01, X-12)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 20 });
    await world.sim({ action: 'powerCycle' });
    await world.until('a second life', () => world.calls('BootNotification').length === 2);
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(world.calls('StopTransaction'), []);
    const request = { connectorId: 1, idTag: 'REMOTE' };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Rejected' });
    await world.until('the Stop', () => world.calls('StopTransaction').length === 1);
    await world.pass(5_000);
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Accepted' });
    await untilReported(world, 1, 'Charging');
    await endByCard(world, 1, 'REMOTE');
  },
);

scenario(
  'while a slow meter still closes what a power cut left open, Inoperative is Scheduled and shows after the StopTransaction (C-02, N-02, X-12)',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 20 });
    await world.sim({ action: 'powerCycle' });
    await world.until('a second life', () => world.calls('BootNotification').length === 2);
    await world.until('registration', () => world.status().registration === 'accepted');
    const change = { connectorId: 1, type: 'Inoperative' };
    assert.deepEqual(await ask(world, 'ChangeAvailability', change), { status: 'Scheduled' });
    await world.pass(1_000);
    assert.deepEqual(world.calls('StopTransaction'), []);
    assert.notEqual(reported(world, 1, 1)[0], 'Unavailable');
    await untilReported(world, 1, 'Unavailable');
    assert.equal(world.calls('StopTransaction')[0]?.payload['reason'], 'PowerLoss');
    await world.sim({ action: 'unplug', evse: 1 });
  },
);
