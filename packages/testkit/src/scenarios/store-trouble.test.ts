import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { leave, startByCard, statusOf } from './steps.ts';

test('a full disk: nobody can start, what runs can end, and everything is recorded when there is room again', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  await startByCard(world, 1, 'CARD1');
  await world.pass(30_000);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  await world.until(
    'connector 0 to show it',
    () => world.calls('StatusNotification').at(-1)?.payload['connectorId'] === 0,
  );
  assert.equal(world.calls('StatusNotification').at(-1)?.payload['status'], 'Faulted');
  await world.sim({ action: 'plug', evse: 2 });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.pass(5_000);
  assert.equal(statusOf(world, 2), 'Preparing');
  assert.match(world.status().blocked ?? '', /no space left/);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(20_000);
  assert.equal(world.status().evses[0]?.contactor, 'open');
  assert.equal(world.calls('StopTransaction').length, 0);
  store.setHealth({ kind: 'ok' });
  await world.until('the end to be recorded', () => statusOf(world, 1) === 'Finishing');
  await leave(world, 1);
  assert.equal(world.backend.ledger.counts.open, 0);
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.until('the other to charge', () => statusOf(world, 2) === 'Charging');
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.until('Finishing', () => statusOf(world, 2) === 'Finishing');
  // What could not be recorded did not wait: security events went before it.
  await world.end({ checker: ['security.overtakes'] });
});

test('a disk that fills up in a transaction: it goes on, and the end tells what the meter counted, not what the disk last took', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store, defaults: { 'metering.sampleInterval': 10 } });
  await world.until('registration', () => world.status().registration === 'accepted');
  await startByCard(world, 1, 'CARD1');
  await world.pass(30_000);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  const lastWh = world.status().evses[0]?.transaction?.lastWh ?? 0;
  await world.pass(60_000);
  assert.equal(statusOf(world, 1), 'Charging');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(10_000);
  assert.equal(statusOf(world, 1), 'SuspendedEVSE');
  store.setHealth({ kind: 'ok' });
  await world.until('the end to be recorded', () => statusOf(world, 1) === 'Finishing');
  await leave(world, 1);
  assert.ok(Number(world.calls('StopTransaction')[0]?.payload['meterStop']) > lastWh + 200);
  await world.end();
});

test('a power cut while the disk is full closes the transaction with the last register that was on it (X-12)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store, defaults: { 'metering.sampleInterval': 10 } });
  await world.until('registration', () => world.status().registration === 'accepted');
  await startByCard(world, 1, 'CARD1');
  await world.pass(30_000);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  const { lastWh, meterStartWh } = world.status().evses[0]?.transaction ?? { lastWh: 0, meterStartWh: 0 };
  await world.pass(60_000);
  const cut = world.powerCycle();
  await world.pass(1_000);
  store.setHealth({ kind: 'ok' });
  await world.pass(10_000);
  await cut;
  await world.until('the books to be closed', () => world.calls('StopTransaction').length === 1);
  const [stop] = world.calls('StopTransaction');
  assert.equal(stop?.payload['reason'], 'PowerLoss');
  assert.ok(lastWh > meterStartWh && Number(stop?.payload['meterStop']) >= lastWh);
  // What could not be recorded did not wait: security events went before it.
  await world.end({ checker: ['security.overtakes'] });
});
