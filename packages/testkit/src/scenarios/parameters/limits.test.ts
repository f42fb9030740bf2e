import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, readKey } from '../backend-steps.ts';
import { offered, profile, setProfile, untilOffered } from '../charging-steps.ts';
import { endByCard, startByCard, untilReported } from '../steps.ts';

scenario('charging.operatorCurrentLimit: each connector has its own (SC-14)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await startByCard(world, 2, 'CARD2');
  await changeKey(world, 'OperatorCurrentLimit', '16');
  await untilOffered(world, 1, 16);
  assert.equal(offered(world, 2), 32);
  await changeKey(world, 'OperatorCurrentLimit_2', '10');
  await untilOffered(world, 2, 10);
  assert.equal(offered(world, 1), 16);
  assert.equal((await readKey(world, 'OperatorCurrentLimit'))?.['value'], '16');
  assert.equal((await readKey(world, 'operatorcurrentlimit_2'))?.['value'], '10');
  await changeKey(world, 'OperatorCurrentLimit', '63');
  await untilOffered(world, 1, 32);
  assert.equal(offered(world, 2), 10);
  await changeKey(world, 'OperatorCurrentLimit_2', '');
  await untilOffered(world, 2, 32);
  await changeKey(world, 'OperatorCurrentLimit', '16.5', 'Rejected');
  await changeKey(world, 'OperatorCurrentLimit_3', '16', 'NotSupported');
});

scenario(
  'charging.stationCurrentLimit: is shared, and 0 A at a connector pauses that one (SC-05, SC-09)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'CARD2');
    await changeKey(world, 'StationCurrentLimit', '40');
    await untilOffered(world, 1, 20);
    await untilOffered(world, 2, 20);
    await changeKey(world, 'OperatorCurrentLimit', '0');
    await untilReported(world, 1, 'SuspendedEVSE');
    await untilOffered(world, 2, 32);
    await changeKey(world, 'OperatorCurrentLimit', '');
    await untilReported(world, 1, 'Charging');
  },
);

scenario(
  'charging.offlineLimitEnabled: off, a lost connection changes nothing; on, the current falls after half a minute',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.cutLink();
    await world.pass(60_000);
    assert.equal(offered(world, 1), 32);
    await world.configure({ 'charging.offlineLimitEnabled': 'true' });
    await untilOffered(world, 1, 6);
    await world.restoreLink();
    await registeredAgain(world);
    await untilOffered(world, 1, 32);
    await world.cutLink();
    await world.pass(20_000);
    assert.equal(offered(world, 1), 32);
    await world.pass(15_000);
    assert.equal(offered(world, 1), 6);
    await world.restoreLink();
    await registeredAgain(world);
    await untilOffered(world, 1, 32);
  },
);

scenario(
  'charging.offlineCurrentLimit: says how much flows without a connection, beside the profiles (SC-12, SC-14)',
  { only: 'virtual', defaults: { 'charging.offlineLimitEnabled': true } },
  async (world) => {
    await changeKey(world, 'OfflineCurrentLimit', '13');
    await startByCard(world, 1, 'CARD1');
    await world.cutLink();
    await world.until('13 A', () => offered(world, 1) === 13, 40_000);
    await world.configure({ 'charging.offlineCurrentLimit': '20' });
    await untilOffered(world, 1, 20);
    await world.restoreLink();
    await registeredAgain(world);
    await untilOffered(world, 1, 32);
    assert.equal(await setProfile(world, 0, profile([[0, 10]])), 'Accepted');
    await untilOffered(world, 1, 10);
    await world.cutLink();
    await world.pass(60_000);
    assert.equal(offered(world, 1), 10);
    await world.restoreLink();
    await registeredAgain(world);
    await endByCard(world, 1, 'CARD1');
  },
);

async function registeredAgain(world: World): Promise<void> {
  await world.until('the connection', () => world.status().registration === 'accepted', 600_000);
}

scenario(
  'charging.externalLimitEnabled: off, limits from outside are refused and change nothing',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.configure({ 'charging.externalLimitEnabled': 'false' });
    await world.sim({ action: 'externalLimit', watts: 4_200 });
    await assert.rejects(world.station.limits.setExternal({ unit: 'W', amount: 4_200_000, untilMs: null }, 'EMS'), {
      code: 'config.refused',
    });
    await world.pass(2_000);
    assert.equal(offered(world, 1), 32);
    await world.configure({ 'charging.externalLimitEnabled': 'true' });
    await world.station.limits.setExternal({ unit: 'W', amount: 4_200_000, untilMs: null }, 'EMS');
    await untilOffered(world, 1, 6.086);
    await world.configure({ 'charging.externalLimitEnabled': 'false' });
    await untilOffered(world, 1, 32);
    assert.equal((await readKey(world, 'ExternalLimitEnabled'))?.['readonly'], true);
  },
);

scenario(
  'charging.externalLimitTimeout: when its source is silent so long, the fail-safe power holds until it speaks',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'charging.externalLimitTimeout': '120' });
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'externalLimit', watts: 0 });
    await untilReported(world, 1, 'SuspendedEVSE');
    await world.pass(100_000);
    await world.sim({ action: 'externalLimit', watts: 0 });
    await world.pass(100_000);
    assert.equal(offered(world, 1), 0);
    await world.until('the fail-safe power', () => offered(world, 1) === 6.086, 25_000);
    await untilReported(world, 1, 'Charging');
    await world.sim({ action: 'externalLimit', watts: 11_040 });
    await untilOffered(world, 1, 16);
    await world.pass(2_000);
    const log = await world.station.limits.externalLog();
    assert.deepEqual(
      log.map(({ event }) => event),
      ['set', 'failSafe', 'set'],
    );
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'charging.externalLimitFailSafe: is what all connectors share when the source fell silent, after a power cut too',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'charging.externalLimitTimeout': '60', 'charging.externalLimitFailSafe': '11040' });
    await world.sim({ action: 'externalLimit', watts: 0 });
    await world.pass(1_000);
    await world.powerCycle();
    await registeredAgain(world);
    await world.sim({ action: 'plug', evse: 1, soc: 20 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'SuspendedEVSE');
    assert.equal(offered(world, 1), 0);
    await world.until('the fail-safe power', () => offered(world, 1) === 16, 61_000);
    await startByCard(world, 2, 'CARD2');
    assert.deepEqual([offered(world, 1), offered(world, 2)], [8, 8]);
  },
);

scenario(
  'charging.phaseSwitchingSupported: says what the hardware can do',
  { evses: [{}, { phaseSwitching: true }] },
  async (world) => {
    const key = 'ConnectorSwitch3to1PhaseSupported';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: 'true' });
    const { status } = await ask(world, 'ChangeConfiguration', { key, value: 'false' });
    assert.equal(status, 'Rejected');
  },
);
