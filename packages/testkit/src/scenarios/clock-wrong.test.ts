import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { endByCard, startByCard } from './steps.ts';

const nowMs = Date.UTC(2026, 10, 22, 12);
const dayMs = 86_400_000;
/** The station connects when the backend’s clock is wrong already. */
const options = {
  only: 'virtual',
  unregistered: true,
  startWallMs: nowMs,
  defaults: { 'backend.communicationType': 'off' },
} as const;

async function connect(world: World, clockOffsetMs: number): Promise<void> {
  world.backend.configure({ clockOffsetMs });
  await world.configure({ 'backend.communicationType': 'ocpp1.6' });
  await world.station.applyEndpoint(true);
  await world.until('registration', () => world.status().registration === 'accepted');
}

for (const wrong of ['2099-01-01T00:00:00.000Z', '9999-12-31T00:00:00.000Z', '2020-01-01T00:00:00.000Z']) {
  scenario(
    `a backend that says it is ${wrong.slice(0, 4)} is not believed, before and after a restart: the station keeps its time (H-03, N-08)`,
    options,
    async (world) => {
      await connect(world, Date.parse(wrong) - nowMs);
      for (const round of [1, 2]) {
        await world.until('registration', () => world.status().registration === 'accepted');
        await startByCard(world, 1, `CARD${round}`);
        const start = world.calls('StartTransaction').at(-1)?.payload;
        const aheadMs = Date.parse(String(start?.['timestamp'])) - world.time.systemWallMs();
        assert.ok(Math.abs(aheadMs) < 60_000, String(start?.['timestamp']));
        assert.ok(world.status().problems.some(({ text }) => text.includes(wrong.slice(0, 4))));
        await endByCard(world, 1, `CARD${round}`);
        await world.powerCycle();
      }
    },
  );
}

scenario(
  'the time of a backend that is a year ahead is taken, but does not outlive a restart: the system’s clock is right (H-03)',
  options,
  async (world) => {
    await connect(world, 365 * dayMs);
    assert.equal(world.status().clock.source, 'backend');
    assert.ok(world.status().clock.nowMs > nowMs + 364 * dayMs);
    // The least time is written every ten minutes.
    await world.pass(700_000);
    await world.cutLink();
    await world.powerCycle();
    await world.until('a new life', () => world.status().clock.source === 'system');
    assert.ok(Math.abs(world.status().clock.nowMs - world.time.systemWallMs()) < 60_000);
    world.backend.configure({ clockOffsetMs: 0 });
    await world.restoreLink();
    await world.until('registration', () => world.status().registration === 'accepted', 400_000);
    const [status] = world.calls('StatusNotification').slice(-1);
    assert.match(String(status?.payload['timestamp']), /^2026-11-22T/);
  },
);
