import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { ask, changeKey, readKey } from '../backend-steps.ts';
import { clearProfiles, periods, profile, setProfile } from '../charging-steps.ts';

scenario(
  'charging.chargeProfileMaxStackLevel: the level is Accepted, the next one Rejected, of a remote start too (SC-13)',
  { defaults: { 'charging.chargeProfileMaxStackLevel': 8 } },
  async (world) => {
    const key = 'ChargeProfileMaxStackLevel';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '8' });
    await changeKey(world, key, '9', 'Rejected');
    assert.equal(await setProfile(world, 1, profile([[0, 16]], { stackLevel: 8 })), 'Accepted');
    assert.equal(await setProfile(world, 1, profile([[0, 8]], { stackLevel: 9 })), 'Rejected');
    assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 16]]);
    const chargingProfile = profile([[0, 8]], { purpose: 'TxProfile', stackLevel: 9 });
    const { status } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile });
    assert.equal(status, 'Rejected');
  },
);

scenario(
  'charging.chargingScheduleMaxPeriods: so many periods are Accepted, one more is Rejected (SC-13, fault 51)',
  { defaults: { 'charging.chargingScheduleMaxPeriods': 3 } },
  async (world) => {
    const key = 'ChargingScheduleMaxPeriods';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '3' });
    await changeKey(world, key, '4', 'Rejected');
    const most = [
      [0, 16],
      [600, 8],
      [1_200, 10],
    ] as const;
    assert.equal(await setProfile(world, 1, profile(most)), 'Accepted');
    assert.equal(await setProfile(world, 1, profile([...most, [1_800, 6]])), 'Rejected');
    assert.deepEqual(
      (await periods(world, 1, 3_000, 'A')).map(([, limit]) => limit),
      [16, 8, 10],
    );
  },
);

scenario(
  'charging.maxChargingProfilesInstalled: so many are kept, one more is Rejected until there is room (SC-13)',
  { defaults: { 'charging.maxChargingProfilesInstalled': 2 } },
  async (world) => {
    const key = 'MaxChargingProfilesInstalled';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '2' });
    await changeKey(world, key, '3', 'Rejected');
    const third = profile([[0, 8]], { id: 3, stackLevel: 3 });
    for (const id of [1, 2])
      assert.equal(await setProfile(world, 1, profile([[0, 16]], { id, stackLevel: id })), 'Accepted');
    assert.equal(await setProfile(world, 1, third), 'Rejected');
    assert.equal(await clearProfiles(world, { id: 3 }), 'Unknown');
    assert.equal(await clearProfiles(world, { id: 1 }), 'Accepted');
    assert.equal(await setProfile(world, 1, third), 'Accepted');
  },
);

scenario(
  'charging.chargingScheduleAllowedChargingRateUnit: other units are Rejected, in profiles and in questions (SC-01, SC-11)',
  { defaults: { 'charging.chargingScheduleAllowedChargingRateUnit': ['Current'] } },
  async (world) => {
    const key = 'ChargingScheduleAllowedChargingRateUnit';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: 'Current' });
    await changeKey(world, key, 'Power', 'Rejected');
    assert.equal(await setProfile(world, 1, profile([[0, 11_040]], { unit: 'W' })), 'Rejected');
    assert.equal(await setProfile(world, 1, profile([[0, 16]])), 'Accepted');
    const inWatts = { connectorId: 1, duration: 60, chargingRateUnit: 'W' };
    assert.deepEqual(await ask(world, 'GetCompositeSchedule', inWatts), { status: 'Rejected' });
    assert.deepEqual(await periods(world, 1, 60), [[0, 16]]);
  },
);
