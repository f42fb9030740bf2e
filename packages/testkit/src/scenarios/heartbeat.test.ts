import assert from 'node:assert/strict';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import { changeKey, gapsInSeconds, registered } from './backend-steps.ts';
import { endByCard, startByCard } from './steps.ts';

const hourMs = 3_600_000;

scenario(
  'any answered call puts the next Heartbeat off, and a shorter interval counts at once (H-01)',
  { only: 'virtual' },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    await changeKey(world, 'HeartbeatInterval', '100');
    for (let turn = 0; turn < 6; turn++) {
      await world.pass(60_000);
      await world.sim({ action: turn % 2 === 0 ? 'plug' : 'unplug', evse: 1 });
    }
    assert.equal(world.calls('Heartbeat').length, 0);
    await world.pass(101_000);
    assert.equal(world.calls('Heartbeat').length, 1);
    await changeKey(world, 'HeartbeatInterval', '10');
    await world.pass(35_000);
    assert.equal(world.calls('Heartbeat').length, 4);
  },
);

scenario(
  'one Heartbeat a day is sent although the interval is 0 and the station talks all the time (H-01, H-02)',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 300 } },
  async (world) => {
    await changeKey(world, 'HeartbeatInterval', '0');
    await startByCard(world, 1, 'CARD1');
    await world.pass(49 * hourMs);
    const beats = world.calls('Heartbeat').map(({ atMs }) => atMs);
    assert.equal(beats.length, 2);
    assert.ok(gapsInSeconds(beats).every((gap) => gap <= 86_400 + 60));
    await endByCard(world, 1, 'CARD1');
  },
);

scenario('the day goes on over reconnects, which bring no time (H-02)', { only: 'virtual' }, async (world) => {
  await changeKey(world, 'HeartbeatInterval', '0');
  for (let turn = 0; turn < 5; turn++) {
    await world.pass(7 * hourMs);
    world.backend.disconnect(world.identity, { code: 1001 });
    await world.pass(60_000);
    await registered(world);
  }
  assert.equal(world.calls('BootNotification').length, 1);
  assert.equal(world.calls('Heartbeat').length, 1);
});

scenario('heartbeats of an outage are not made up for (H-04)', { only: 'virtual' }, async (world) => {
  await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
  await changeKey(world, 'HeartbeatInterval', '10');
  await world.cutLink();
  const before = world.calls('Heartbeat').length;
  await world.pass(600_000);
  await world.restoreLink();
  await registered(world);
  await world.pass(5_000);
  assert.equal(world.calls('Heartbeat').length, before);
  await world.pass(10_000);
  assert.equal(world.calls('Heartbeat').length, before + 1);
});

scenario(
  'the time of a Heartbeat sets the clock: what follows is stamped by it (H-03)',
  { only: 'virtual', defaults: { 'backend.heartbeatInterval': 10 } },
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    world.backend.checker.expect({ clockJumps: true });
    world.backend.configure({ clockOffsetMs: 2 * hourMs });
    await changeKey(world, 'HeartbeatInterval', '10');
    await world.pass(15_000);
    await world.sim({ action: 'plug', evse: 1 });
    await world.until('the status', () => world.calls('StatusNotification').length === 4);
    const told = Date.parse(say(world.calls('StatusNotification')[3]?.payload['timestamp']));
    assert.ok(Math.abs(told - world.time.systemWallMs() - 2 * hourMs) < 5_000, new Date(told).toISOString());
  },
);
