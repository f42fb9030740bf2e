import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encodeBootNotification } from '../../dialects/ocpp16/messages/boot-notification.ts';
import type { EvseDescription, HardwareDescription } from '../../evse/hardware.ts';
import { overridesOf } from '../../params/overrides.ts';
import { openParameters, type Parameters as StationParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { firmwareVersionOf, stationIdentity } from './station-identity.ts';

const hardware: HardwareDescription = { simulated: true, vendor: 'Acme', model: 'Box', serial: 'S1', evses: [] };

function open(pinned: NonNullable<Parameters<typeof overridesOf>[0]['pinned']> = {}): Promise<StationParameters> {
  return openParameters({
    station: 's',
    store: createMemoryStore(),
    clock: { nowMs: () => 0 },
    time: { monotonicMs: () => 0 },
    overrides: overridesOf({ pinned }),
  });
}

function withMeter(type: string, serial: string): HardwareDescription {
  const meter = { type, serial, signs: false, measurands: [] };
  return { ...hardware, evses: [{ meter: null }, { meter }] as unknown as EvseDescription[] };
}

test('what the manufacturer set stands before what the hardware says of itself', async () => {
  const params = await open({ 'station.vendor': 'Maker', 'station.serialNumber': 'S9' });
  const { vendor, model, serialNumber } = stationIdentity(params, hardware);
  assert.deepEqual([vendor, model, serialNumber], ['Maker', 'Box', 'S9']);
});

test('before the hardware spoke there is a name all the same, and the rest is not known (B-01)', async () => {
  const { vendor, model, ...rest } = stationIdentity(await open(), null);
  assert.ok(vendor !== '' && model !== '');
  assert.deepEqual(
    [rest.serialNumber, rest.meterType, rest.meterSerialNumber, rest.chargeBoxSerialNumber],
    [null, null, null, null],
  );
});

test('identifiers are never cut: one of the hardware that is too long is not told (T-18)', async () => {
  const params = await open();
  const long = stationIdentity(params, {
    ...withMeter('T'.repeat(26), 'N'.repeat(26)),
    serial: 'S'.repeat(26),
    model: 'M'.repeat(21),
  });
  assert.deepEqual([long.serialNumber, long.meterType, long.meterSerialNumber], [null, null, null]);
  assert.ok(!long.model.startsWith('M'));
  const fits = stationIdentity(params, { ...withMeter('T'.repeat(25), 'N'.repeat(25)), serial: 'S'.repeat(25) });
  assert.deepEqual([fits.serialNumber?.length, fits.meterType?.length, fits.meterSerialNumber?.length], [25, 25, 25]);
});

test('what is empty is not sent', async () => {
  const { chargePointSerialNumber } = encodeBootNotification(
    stationIdentity(await open(), { ...hardware, serial: '' }),
  );
  assert.equal(chargePointSerialNumber, undefined);
});

test('the firmware version of the hardware is told as far as the protocol carries it', () => {
  assert.equal(firmwareVersionOf({ ...hardware, firmwareVersion: '5.33' }), '5.33');
  assert.equal(firmwareVersionOf({ ...hardware, firmwareVersion: 'x'.repeat(51) }), '');
  assert.equal(firmwareVersionOf(null), '');
});
