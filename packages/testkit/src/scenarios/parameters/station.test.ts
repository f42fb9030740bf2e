import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask, askInVain, changeKey, readKey, registered, reset } from '../backend-steps.ts';

/** What BootNotification tells of the station: the name of the story, the key, the member of the message and a value. */
const told = [
  [
    'station.vendor: set on site, BootNotification tells it after the restart',
    'ChargePointVendor',
    'chargePointVendor',
    'Example Motors',
  ],
  [
    'station.model: set on site, BootNotification tells it after the restart',
    'ChargePointModel',
    'chargePointModel',
    'Twin 22',
  ],
  [
    'station.serialNumber: set on site, BootNotification tells it after the restart',
    'ChargePointSerialNumber',
    'chargePointSerialNumber',
    'EM-2026-000123',
  ],
  [
    'station.chargeBoxSerialNumber: set on site, BootNotification tells it after the restart',
    'ChargeBoxSerialNumber',
    'chargeBoxSerialNumber',
    'CB-000123',
  ],
] as const;

scenario(
  'GetConfiguration tells the names of the hardware where nothing is set, as BootNotification does (K-01)',
  { only: 'virtual' },
  async (world) => {
    const boot = world.calls('BootNotification')[0]?.payload;
    for (const [, key, member] of told.slice(0, 3)) {
      assert.ok(String(boot?.[member] ?? '') !== '', member);
      assert.deepEqual(await readKey(world, key), { key, readonly: true, value: boot?.[member] });
    }
  },
);

for (const [name, key, member, value] of told) {
  scenario(name, {}, async (world) => {
    assert.notEqual(world.calls('BootNotification')[0]?.payload[member], value);
    await changeKey(world, key, value, 'Rejected');
    await world.configure({ [name.split(':', 1)[0] ?? '']: value });
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('the triggered BootNotification', () => world.calls('BootNotification').length === 2);
    assert.notEqual(world.calls('BootNotification')[1]?.payload[member], value, 'not before the restart');
    await reset(world);
    await registered(world);
    assert.equal(world.calls('BootNotification')[2]?.payload[member], value);
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value });
  });
}

scenario(
  'station.firmwareVersion: BootNotification and the key tell the same, and nobody changes it (B-01, B-10)',
  {},
  async (world) => {
    const version = world.calls('BootNotification')[0]?.payload['firmwareVersion'];
    assert.equal(version, 'simulated');
    const key = 'FirmwareVersion';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: version });
    await changeKey(world, key, '9.9.9', 'Rejected');
  },
);

scenario('station.numberOfConnectors: as many as the hardware has', { evses: 3 }, async (world) => {
  const key = 'NumberOfConnectors';
  assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '3' });
  await changeKey(world, key, '4', 'Rejected');
  const reported = (): unknown[] => world.calls('StatusNotification').map(({ payload }) => payload['connectorId']);
  await world.until('a status of each connector', () => reported().length === 4);
  assert.deepEqual(reported(), [0, 1, 2, 3]);
});

scenario(
  'station.supportedFeatureProfiles: calls of the profiles named are served, calls that no station serves are NotSupported (K-06, T-14)',
  {},
  async (world) => {
    const key = 'SupportedFeatureProfiles';
    const { value } = (await readKey(world, key)) ?? {};
    assert.equal(value, 'Core,FirmwareManagement,LocalAuthListManagement,RemoteTrigger,Reservation,SmartCharging');
    await changeKey(world, key, 'Core', 'Rejected');
    assert.deepEqual(await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' }), { status: 'Accepted' });
    await world.until('the heartbeat', () => world.calls('Heartbeat').length === 1);
    assert.deepEqual(await ask(world, 'GetLocalListVersion'), { listVersion: 0 });
    assert.deepEqual(await ask(world, 'ClearChargingProfile'), { status: 'Unknown' });
    assert.deepEqual(await ask(world, 'CancelReservation', { reservationId: 1 }), { status: 'Rejected' });
    assert.equal(await askInVain(world, 'Heartbeat'), 'NotSupported');
  },
);

scenario(
  'station.getConfigurationMaxKeys: of more keys the first ones are answered (K-01)',
  { defaults: { 'station.getConfigurationMaxKeys': 2 } },
  async (world) => {
    const key = 'GetConfigurationMaxKeys';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '2' });
    await changeKey(world, key, '10', 'Rejected');
    const answer = await ask(world, 'GetConfiguration', { key: ['HeartbeatInterval', 'Nonsense', 'MessageTimeout'] });
    assert.deepEqual(answer['unknownKey'], ['Nonsense']);
    assert.deepEqual(answer['configurationKey'], [{ key: 'HeartbeatInterval', readonly: false, value: '300' }]);
  },
);

for (const retries of [3, 0]) {
  scenario(
    `station.resetRetries: hardware that does not restart is asked ${retries + 1} times, then the station goes on (Z-04)`,
    {},
    async (world) => {
      await changeKey(world, 'ResetRetries', String(retries));
      await world.sim({ action: 'fault', fault: 'reset', active: true });
      assert.deepEqual(await ask(world, 'Reset', { type: 'Hard' }), { status: 'Accepted' });
      await world.until(
        'ResetFailure',
        () =>
          world.calls('StatusNotification').some(({ payload }) => payload['info'] === 'The hardware did not restart'),
        30_000,
      );
      assert.equal(world.hardware.commands('restart').length, retries + 1);
      await world.sim({ action: 'fault', fault: 'reset', active: false });
      await world.pass(1_000);
      await reset(world, 'Hard');
      await registered(world);
      assert.equal(world.hardware.commands('restart').length, retries + 2);
    },
  );
}
