import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';

/** What an energy manager asks for, one after the other: watts, or null for the release. */
const wishes: readonly (number | null)[] = [4_200, 11_040, null, 5_520];

/** Asks until the power went; gives how many were asked for, and how many were answered. */
async function play(plan: CutPlan): Promise<{ world: PowerWorld; asked: number; answered: number }> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const played = { world, asked: 0, answered: 0 };
  await world.start();
  await world.pass(5_000);
  for (const wish of wishes) {
    if (world.cuts > 0) break;
    const limit = wish === null ? null : ({ unit: 'W', amount: wish * 1000, untilMs: null } as const);
    const setting = world.station?.limits.setExternal(limit, 'EMS');
    void setting?.then(() => (played.answered += 1)).catch(() => undefined);
    played.asked += 1;
    await world.pass(500);
  }
  await world.pass(30_000);
  return played;
}

/** The limit in watts that holds at the hardware for a car that comes now. */
function heldWatts(world: PowerWorld): number {
  const milliamps = world.station?.status().evses[0]?.limitMilliamps ?? -1;
  return Math.round((milliamps * 3 * 230) / 1_000_000) * 1_000;
}

function roundedWatts(wish: number | null | undefined): number {
  return wish === null || wish === undefined ? 22_000 : Math.round(Math.floor(wish / 0.69) * 0.00069) * 1_000;
}

test('power may go at any durable step of limits from outside: what was answered holds, and the log has each once (SC-14)', async () => {
  const calm = await play({});
  assert.deepEqual([calm.answered, heldWatts(calm.world)], [wishes.length, roundedWatts(wishes.at(-1))]);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, asked, answered } = await play(plan);
      const possible = [null, ...wishes].slice(answered, asked + 1).map(roundedWatts);
      assert.ok(
        possible.includes(heldWatts(world)),
        `${heldWatts(world)} W at ${JSON.stringify(plan)} of ${possible.join()}`,
      );
      const log = (await world.station?.limits.externalLog()) ?? [];
      const logged = log.map(({ limit }) => (limit === null ? null : limit.amount / 1000));
      assert.deepEqual(logged, wishes.slice(0, logged.length), `the log at ${JSON.stringify(plan)}`);
      assert.ok(logged.length >= answered && logged.length <= asked, `the log at ${JSON.stringify(plan)}`);
      await world.end();
    }
  }
});
