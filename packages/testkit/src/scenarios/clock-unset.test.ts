import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { startByCard, statusOf } from './steps.ts';

/** A board without a real-time clock wakes in 1970. */
const options = {
  only: 'virtual',
  unregistered: true,
  startWallMs: 0,
  defaults: { 'backend.communicationType': 'off' },
} as const;
const nowMs = Date.UTC(2026, 10, 22, 12);

scenario(
  'a station that wakes in 1970 charges nobody before a backend gave it the time, and never says 1970 (B-08, N-08, fault 20)',
  options,
  async (world) => {
    world.backend.configure({ clockOffsetMs: nowMs });
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(5_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    assert.match(world.status().blocked ?? '', /clock/);
    await world.configure({ 'backend.communicationType': 'ocpp1.6' });
    await world.station.applyEndpoint(true);
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.sim({ action: 'unplug', evse: 1 });
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    const times = world.backend.frames
      .all(world.identity)
      .flatMap(({ direction, text }) => (direction === 'in' ? (text.match(/\d{4}-\d\d-\d\dT/g) ?? []) : []));
    assert.ok(times.length > 0);
    assert.ok(
      times.every((time) => time.startsWith('2026-')),
      times.join(' '),
    );
  },
);
