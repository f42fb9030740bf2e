import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { registered } from '../backend-steps.ts';
import { endByCard, startByCard, statusOf } from '../steps.ts';
import { billedPair, logged, signing } from './signed-steps.ts';

const hourMs = 3_600_000;

/** The clock settings that the hardware got, on the world's monotonic clock. */
function settings(
  world: World,
): readonly { readonly atMs: number; readonly offsetMinutes: number; readonly wallMs: number }[] {
  return world.hardware.commands('setMeterClock').flatMap(({ atMs, command }) => {
    if (command.type !== 'setMeterClock') return [];
    const { offsetMinutes, wallMs } = command;
    return [{ atMs, offsetMinutes, wallMs }];
  });
}

scenario(
  'the clock of a meter is set at the start and before a day is over, never within a session, and the logbook says so (E-15, E-16, pitfall 10)',
  { only: 'virtual', evses: signing, defaults: { 'metering.sampleInterval': 3_600 } },
  async (world) => {
    await world.until('the first setting', () => settings(world).length === 1);
    await world.pass(10 * hourMs);
    await startByCard(world, 1, 'CARD1');
    await world.pass(16 * hourMs);
    assert.equal(settings(world).length, 1, 'it was set within a session');
    await endByCard(world, 1, 'CARD1');
    await world.pass(1_000);
    assert.equal(settings(world).length, 2);
    await world.pass(24 * hourMs);
    const [, second, third] = settings(world);
    assert.ok(second !== undefined && third !== undefined && third.atMs - second.atMs < 24 * hourMs);
    assert.equal((await logged(world, 'timeSet')).length, 3);
  },
);

scenario(
  'a clock that drifted by more than two seconds is set before the begin is signed (E-16)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.until('the first setting', () => settings(world).length === 1);
    await world.sim({ action: 'meterClock', evse: 1, state: 'lost' });
    await world.until('it to be set again', () => settings(world).length === 2);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const [begin, end] = await billedPair(world);
    for (const { readings } of [begin, end]) for (const { clock } of readings) assert.notEqual(clock, 'U');
  },
);

scenario(
  'a clock that is set by the backend counts for the meter at once, outside sessions (E-15)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.until('the first setting', () => settings(world).length === 1);
    const atMs = settings(world)[0]?.wallMs ?? 0;
    world.backend.addRules([
      {
        on: { action: 'Heartbeat', nth: 1 },
        do: { answer: { merge: { currentTime: new Date(atMs + 600_000).toISOString() } } },
      },
    ]);
    await world.pass(hourMs);
    const last = settings(world).at(-1);
    assert.ok(settings(world).length >= 2 && (last?.wallMs ?? 0) - atMs > 0);
  },
);

scenario(
  'a clock that the backend sets at the start, while that of the meter is being set, blocks nobody: it is set once more (E-15, E-16)',
  { only: 'virtual', evses: signing },
  async (world) => {
    await world.until('the first setting', () => settings(world).length === 1);
    world.backend.configure({ clockOffsetMs: 240_000 });
    await world.powerCycle();
    await registered(world);
    await world.pass(5_000);
    const wanted = world.status().clock.nowMs - 5_000;
    assert.ok(Math.abs((settings(world).at(-1)?.wallMs ?? 0) - wanted) < 1_000, 'the meter follows the backend');
    const told = world.calls('StatusNotification').map(({ payload }) => payload['vendorErrorCode']);
    assert.ok(!told.includes('legal.clockUnset'), 'the backend was told of a clock that is not set');
    assert.deepEqual(await logged(world, 'blocked'), []);
  },
);

scenario(
  'the offset follows the zone, over the change to summer time as well (E-17)',
  { only: 'virtual', evses: signing, startWallMs: Date.parse('2027-03-27T12:00:00Z') },
  async (world) => {
    await world.until('the first setting', () => settings(world).length === 1);
    await world.pass(14 * hourMs);
    assert.deepEqual(
      settings(world).map(({ offsetMinutes }) => offsetMinutes),
      [60, 120],
    );
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const [begin] = await billedPair(world);
    assert.match(begin.readings[0]?.time ?? '', /\+0200/);
    await world.configure({ 'time.zone': 'Asia/Tokyo' });
    await world.pass(1_000);
    assert.equal(settings(world).at(-1)?.offsetMinutes, 540);
  },
);

scenario(
  'while the clock of the station is not set nobody charges by a meter whose clock would be wrong (E-16)',
  {
    only: 'virtual',
    evses: signing,
    unregistered: true,
    startWallMs: 0,
    defaults: { 'authorization.acceptBeforeBoot': true, 'authorization.allowOfflineTxForUnknownId': true },
  },
  async (world) => {
    await world.cutLink();
    await world.pass(5_000);
    assert.equal(settings(world).length, 0);
    assert.equal(statusOf(world, 1), 'Unavailable');
    const currentTime = '2026-11-22T12:00:00.000Z';
    world.backend.addRules(
      ['BootNotification', 'Heartbeat'].map((action) => ({
        on: { action },
        do: { answer: { merge: { currentTime } } },
      })),
    );
    await world.restoreLink();
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.until('the connector to be free', () => statusOf(world, 1) === 'Available', 400_000);
    assert.equal(settings(world).length, 1);
  },
);
