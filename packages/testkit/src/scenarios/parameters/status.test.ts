import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, registered } from '../backend-steps.ts';
import { leave, startByCard, statusOf, untilReported } from '../steps.ts';

/** What the backend was told of a connector since: status, error code unless none, and text. */
function told(world: World, connectorId: number, since: number): readonly string[] {
  return reports(world, connectorId)
    .slice(since)
    .map(({ status, errorCode, info }) =>
      [status, ...(errorCode === 'NoError' ? [] : [errorCode]), ...(info === undefined ? [] : [info])].join(' '),
    );
}

function reports(world: World, connectorId: number): readonly JsonObject[] {
  return world
    .calls('StatusNotification')
    .map(({ payload }) => payload)
    .filter((payload) => payload['connectorId'] === connectorId);
}

/** Plays something and gives what the backend was told of a connector meanwhile. */
async function toldBy(world: World, connectorId: number, play: () => Promise<unknown>): Promise<readonly string[]> {
  // What was reported before has arrived by then, on real sockets too.
  await world.pass(2_000);
  const since = reports(world, connectorId).length;
  await play();
  await world.pass(3_000);
  return told(world, connectorId, since);
}

scenario(
  'status.sendInformative: a text of the hardware is reported with NoError, or not at all',
  {},
  async (world) => {
    const notice = (): Promise<unknown> => world.sim({ action: 'notice', evse: 1, text: 'Door open' });
    assert.deepEqual(await toldBy(world, 1, notice), []);
    await changeKey(world, 'InfoStatusNotifications', 'true');
    assert.deepEqual(await toldBy(world, 1, notice), ['Available Door open']);
    const long = `${'Fan '.repeat(20)}end`;
    const [cut] = await toldBy(world, 2, () => world.sim({ action: 'notice', evse: 2, text: long }));
    assert.equal(cut, `Available ${long.slice(0, 50)}`);
    assert.deepEqual(await toldBy(world, 0, () => world.sim({ action: 'notice', text: 'Backup power' })), [
      'Available Backup power',
    ]);
  },
);

scenario('status.sendInformative: nothing is kept for later while there is no connection', {}, async (world) => {
  await changeKey(world, 'InfoStatusNotifications', 'true');
  await world.cutLink();
  const heard = await toldBy(world, 1, async () => {
    await world.sim({ action: 'notice', evse: 1, text: 'Door open' });
    await world.restoreLink();
    await registered(world);
  });
  assert.deepEqual(heard, ['Available']);
});

scenario('status.sendInformative: a lower limit is told when the error itself is not', {}, async (world) => {
  await changeKey(world, 'InfoStatusNotifications', 'true');
  await changeKey(world, 'ErrorStatusNotifications', 'false');
  await startByCard(world, 1, 'CARD1');
  const heat = (celsius: number): (() => Promise<unknown>) => {
    return () => world.sim({ action: 'temperature', evse: 1, celsius });
  };
  assert.deepEqual(await toldBy(world, 1, heat(80)), ['Charging Limited to 16 A']);
  const { command } = world.hardware.commands('setLimit').at(-1) ?? {};
  assert.equal(command?.type === 'setLimit' && command.milliamps, 16_000);
  assert.deepEqual(await toldBy(world, 1, heat(40)), ['Charging No longer limited']);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await untilReported(world, 1, 'Finishing');
});

scenario(
  'status.sendErrors: on, code, vendor code and texts of faults and warnings are reported',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    const fault = (id: string, active: boolean): (() => Promise<unknown>) => {
      return () => world.sim({ action: 'fault', evse: 1, fault: id, active });
    };
    assert.deepEqual(await toldBy(world, 1, fault('internal', true)), [
      'Charging InternalError Internal error of the hardware',
    ]);
    assert.deepEqual(await toldBy(world, 1, fault('internal', false)), [
      'Charging Resolved: Internal error of the hardware',
    ]);
    assert.deepEqual(await toldBy(world, 1, fault('overCurrent', true)), [
      'Faulted OverCurrentFailure Circuit breaker of the socket tripped',
    ]);
    const { vendorErrorCode, vendorId } = reports(world, 1).at(-1) ?? {};
    assert.deepEqual([vendorErrorCode, vendorId], ['SIM-MCB', 'Kerbside']);
    assert.deepEqual(await toldBy(world, 1, fault('overCurrent', false)), [
      'Finishing Resolved: Circuit breaker of the socket tripped',
    ]);
  },
);

scenario('status.sendErrors: off, Faulted keeps its true code, and all else is not told', {}, async (world) => {
  await changeKey(world, 'ErrorStatusNotifications', 'false');
  await startByCard(world, 1, 'CARD1');
  const fault = (id: string, active: boolean): (() => Promise<unknown>) => {
    return () => world.sim({ action: 'fault', evse: 1, fault: id, active });
  };
  assert.deepEqual(await toldBy(world, 1, fault('internal', true)), []);
  assert.deepEqual(await toldBy(world, 1, fault('internal', false)), []);
  assert.deepEqual(await toldBy(world, 1, fault('overCurrent', true)), ['Faulted OverCurrentFailure']);
  assert.equal(reports(world, 1).at(-1)?.['vendorErrorCode'], undefined);
  assert.deepEqual(await toldBy(world, 1, fault('overCurrent', false)), ['Finishing']);
});

scenario(
  'status.sendUsbErrors: reported only together with the other errors, where the device is',
  {},
  async (world) => {
    const usb = (more: JsonObject): (() => Promise<unknown>) => {
      return () => world.sim({ action: 'usb', active: true, ...more });
    };
    const isWell = async (): Promise<void> => {
      for (const evse of [0, 1]) await world.sim({ action: 'usb', evse, active: false });
      for (const evse of [0, 1]) await world.sim({ action: 'usb', evse, active: false, device: 'reader' });
      await world.sim({ action: 'usb', evse: 1, active: false, device: 'meter' });
      await world.pass(1_000);
    };
    assert.deepEqual(await toldBy(world, 0, usb({})), []);
    assert.deepEqual(await toldBy(world, 1, usb({ evse: 1, device: 'reader' })), []);
    await isWell();
    await changeKey(world, 'USBErrorStatusNotifications', 'true');
    assert.deepEqual(await toldBy(world, 0, usb({})), ['Available OtherError USB device error']);
    assert.deepEqual(await toldBy(world, 1, usb({ evse: 1, device: 'reader' })), [
      'Available ReaderFailure USB card reader does not answer',
    ]);
    await isWell();
    assert.deepEqual(await toldBy(world, 1, usb({ evse: 1, device: 'meter' })), [
      'Faulted PowerMeterFailure USB meter lost',
    ]);
    await isWell();
    await changeKey(world, 'ErrorStatusNotifications', 'false');
    assert.deepEqual(await toldBy(world, 0, usb({ device: 'reader' })), []);
  },
);

scenario(
  'status.minimumDuration: shorter statuses are left out, the last is told, and a trigger is not delayed (N-06, TR-04)',
  {},
  async (world) => {
    await changeKey(world, 'MinimumStatusDuration', '10');
    const hasty = await toldBy(world, 1, async () => {
      await world.sim({ action: 'plug', evse: 1 });
      await world.pass(4_000);
      await world.sim({ action: 'unplug', evse: 1 });
      await world.pass(20_000);
    });
    assert.deepEqual(hasty, []);
    await startByCard(world, 1, 'CARD1');
    assert.equal(reports(world, 1).at(-1)?.['status'], 'Available');
    assert.deepEqual(await toldBy(world, 1, () => world.pass(8_000)), ['Charging']);
    const asked = await toldBy(world, 1, async () => {
      await world.sim({ action: 'pause', evse: 1 });
      await world.until('SuspendedEV', () => statusOf(world, 1) === 'SuspendedEV');
      await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
    });
    assert.deepEqual(asked, ['SuspendedEV']);
    assert.deepEqual(await toldBy(world, 1, () => world.pass(20_000)), []);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    await world.pass(12_000);
    assert.equal(reports(world, 1).at(-1)?.['status'], 'Available');
  },
);
