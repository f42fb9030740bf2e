import assert from 'node:assert/strict';

import { createMemoryStore } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, delivered, registered, reset } from './backend-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

/** The types of the security events that the backend was told, in order. */
function told(world: World): readonly string[] {
  return world.calls('SecurityEventNotification').map(({ payload }) => String(payload['type']));
}

async function untilTold(world: World, type: string, count = 1): Promise<void> {
  await world.until(`${count} × ${type}`, () => told(world).filter((each) => each === type).length >= count);
}

/** What the station keeps of its security events: type, and whether the backend confirmed it. */
async function logged(world: World): Promise<readonly (readonly [type: string, told: boolean])[]> {
  const entries = await world.station.securityLog.read();
  return entries.map((entry) => [entry.type, entry.told] as const);
}

async function tamper(world: World): Promise<void> {
  await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: true });
  await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: false });
}

scenario(
  'a start is told after registration and statuses, with the time when it happened (S-14, S-15)',
  {},
  async (world) => {
    await untilTold(world, 'StartupOfTheDevice');
    const actions = world.calls().map(({ action }) => action);
    assert.deepEqual(actions.slice(0, 5), [
      'BootNotification',
      'StatusNotification',
      'StatusNotification',
      'StatusNotification',
      'SecurityEventNotification',
    ]);
    const [call] = world.calls('SecurityEventNotification');
    assert.match(String(call?.payload['timestamp']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.deepEqual(Object.keys(call?.payload ?? {}).toSorted(), ['techInfo', 'timestamp', 'type']);
    await delivered(world);
    assert.deepEqual(await logged(world), [['StartupOfTheDevice', true]]);
  },
);

scenario(
  'while the registration is Pending no security event is sent; it comes after Accepted (S-15)',
  { unregistered: true, only: 'virtual' },
  async (world) => {
    world.backend.setRules([{ on: { action: 'BootNotification' }, do: { boot: { status: 'Pending', interval: 30 } } }]);
    await world.powerCycle();
    await world.until('Pending', () => world.status().registration === 'pending');
    await tamper(world);
    await world.pass(100_000);
    const before = told(world).length;
    assert.equal(told(world).filter((type) => type === 'TamperDetectionActivated').length, 0);
    world.backend.setRules([]);
    await registered(world);
    await untilTold(world, 'TamperDetectionActivated');
    assert.ok(told(world).length > before);
  },
);

scenario(
  'what happens offline is told once when the link is back, also after a power cut, with its own time (S-14)',
  { only: 'virtual', store: createMemoryStore() },
  async (world) => {
    await untilTold(world, 'StartupOfTheDevice');
    await world.cutLink();
    await world.pass(60_000);
    const happenedMs = world.time.systemWallMs();
    await tamper(world);
    await world.pass(120_000);
    await world.powerCycle();
    await world.restoreLink();
    await registered(world);
    await untilTold(world, 'StartupOfTheDevice', 2);
    await delivered(world);
    await world.pass(10_000);
    const calls = world.calls('SecurityEventNotification');
    assert.deepEqual(told(world).toSorted(), ['StartupOfTheDevice', 'StartupOfTheDevice', 'TamperDetectionActivated']);
    const tampered = calls.find(({ payload }) => payload['type'] === 'TamperDetectionActivated');
    assert.ok(Math.abs(Date.parse(String(tampered?.payload['timestamp'])) - happenedMs) < 1_000);
    assert.match(String(tampered?.payload['techInfo']), /station: Housing opened/);
    assert.deepEqual(await logged(world), [
      ['StartupOfTheDevice', true],
      ['TamperDetectionActivated', true],
      ['StartupOfTheDevice', true],
    ]);
  },
);

scenario('a Reset is told after the restart, and once (S-14)', {}, async (world) => {
  await untilTold(world, 'StartupOfTheDevice');
  await delivered(world);
  await reset(world, 'Soft');
  await registered(world);
  await untilTold(world, 'StartupOfTheDevice', 2);
  await delivered(world);
  const after = world.calls().slice(world.calls().findLastIndex(({ action }) => action === 'BootNotification'));
  const events = after.flatMap(({ payload }) => (payload['type'] === undefined ? [] : [String(payload['type'])]));
  assert.deepEqual(events, ['ResetOrReboot', 'StartupOfTheDevice']);
  assert.deepEqual(told(world), ['StartupOfTheDevice', 'ResetOrReboot', 'StartupOfTheDevice']);
});

/** A backend that knows nothing of the security whitepaper. */
const unknown = ['SecurityEventNotification', 'LogStatusNotification', 'SignCertificate'].map((action) => ({
  on: { action },
  do: { callError: { code: 'NotImplemented' } },
}));

scenario(
  'a backend that does not know security messages is asked once for each registration; sessions are as ever, and the log keeps everything (S-14)',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 60, 'authorization.localPreAuthorize': false } },
  async (world) => {
    world.backend.setRules(unknown);
    await world.powerCycle();
    await registered(world);
    await world.pass(10_000);
    const asked = told(world).length;
    const before = world.calls().length;
    for (const _ of [1, 2, 3]) await tamper(world);
    await startByCard(world, 1, 'CARD1');
    await world.pass(125_000);
    await tamper(world);
    await endByCard(world, 1, 'CARD1');
    assert.equal(told(world).length, asked, 'asked again before the next registration');
    const session = world.calls().slice(before);
    assert.deepEqual(
      session.map(({ action }) => action).filter((action) => action !== 'StatusNotification' && action !== 'Heartbeat'),
      ['Authorize', 'StartTransaction', 'MeterValues', 'MeterValues', 'StopTransaction'],
    );
    assert.equal(statusOf(world, 1), 'Available');
    const kept = await logged(world);
    assert.equal(kept.filter(([type]) => type === 'TamperDetectionActivated').length, 4);
    assert.ok(kept.slice(-4).every(([, confirmed]) => !confirmed));
    world.station.resendParked();
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.pass(10_000);
    assert.equal(told(world).length, asked + 1, 'one attempt for the new registration');
    world.backend.setRules([]);
    await tamper(world);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await untilTold(
      world,
      'TamperDetectionActivated',
      told(world).filter((type) => type === 'TamperDetectionActivated').length + 1,
    );
    await delivered(world);
    const last = await logged(world);
    assert.deepEqual(last.slice(-2), [
      ['TamperDetectionActivated', false],
      ['TamperDetectionActivated', true],
    ]);
  },
);

scenario(
  'a security event waits until Start and Stop of an offline session are told (S-14)',
  { only: 'virtual', defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await untilTold(world, 'StartupOfTheDevice');
    await world.cutLink();
    await tamper(world);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('EVSE 1 to charge', () => statusOf(world, 1) === 'Charging');
    await tamper(world);
    await world.pass(200_000);
    await endByCard(world, 1, 'CARD1');
    await tamper(world);
    await world.restoreLink();
    await registered(world);
    await delivered(world);
    const order = world
      .calls()
      .map(({ action }) => action)
      .filter((action) => ['StartTransaction', 'StopTransaction', 'SecurityEventNotification'].includes(action))
      .slice(1);
    assert.deepEqual(order, [
      'StartTransaction',
      'StopTransaction',
      'SecurityEventNotification',
      'SecurityEventNotification',
      'SecurityEventNotification',
    ]);
  },
);

scenario(
  'a jump of the clock is told with both times, a small correction is not (S-14, H-03)',
  { only: 'virtual' },
  async (world) => {
    await untilTold(world, 'StartupOfTheDevice');
    const ahead = (ms: number): string => new Date(world.time.systemWallMs() + ms).toISOString();
    world.backend.setRules([
      { on: { action: 'Heartbeat', nth: 1 }, do: { answer: { merge: { currentTime: ahead(2_000) } } } },
    ]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.pass(5_000);
    assert.ok(!told(world).includes('SettingSystemTime'));
    world.backend.setRules([
      { on: { action: 'Heartbeat', nth: 1 }, do: { answer: { merge: { currentTime: ahead(3_600_000) } } } },
    ]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await untilTold(world, 'SettingSystemTime');
    const [set] = world
      .calls('SecurityEventNotification')
      .filter(({ payload }) => payload['type'] === 'SettingSystemTime');
    assert.match(String(set?.payload['techInfo']), /^set by the backend from 2026-\S+ to 2026-\S+$/);
    world.backend.setRules([]);
  },
);

scenario(
  'a flood of one kind is told in part and counted; messages of the backend that break the protocol are only logged (S-14)',
  { only: 'virtual', unregistered: true },
  async (world) => {
    await registered(world);
    await untilTold(world, 'StartupOfTheDevice');
    for (let each = 0; each < 40; each++) world.backend.sendText(world.identity, `[2,"bad${each}","Reset",{"type":7}]`);
    for (let each = 0; each < 60; each++)
      await world.configure({ 'backend.tlsVerification': each % 2 === 0 ? 'encryptOnly' : 'strict' });
    await world.pass(5_000);
    const count = (type: string): number => told(world).filter((each) => each === type).length;
    assert.equal(count('InvalidMessages'), 0);
    const kept = await logged(world);
    assert.equal(kept.filter(([type]) => type === 'InvalidMessages').length, 5);
    const reconfigured = count('ReconfigurationOfSecurityParameters');
    assert.ok(reconfigured > 5 && reconfigured <= 21, String(reconfigured));
    await world.pass(1_200_000);
    const entries = await world.station.securityLog.read();
    assert.match(entries.findLast(({ type }) => type === 'InvalidMessages')?.detail ?? '', /and 34 more before/);
  },
);

scenario('clearing the log leaves that it was cleared, and the backend is told (S-14)', {}, async (world) => {
  await untilTold(world, 'StartupOfTheDevice');
  await delivered(world);
  await world.station.securityLog.clear('the manufacturer');
  await untilTold(world, 'SecurityLogWasCleared');
  await delivered(world);
  assert.deepEqual(await logged(world), [['SecurityLogWasCleared', true]]);
});
