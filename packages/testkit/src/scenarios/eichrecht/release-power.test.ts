import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../../world/power-world.ts';

const defaults = {
  'metering.sampleInterval': 0,
  'traffic.eichrechtMessageAttempts': 1,
  'eichrecht.onUndelivered': 'block',
} as const;

interface Told {
  readonly world: PowerWorld;
  /** The durable steps before somebody released. */
  readonly before: number;
  /** Whoever released was told that it is done. */
  readonly done: boolean;
  /** What shows of the connector at the end, and how often its release stands in the logbook. */
  readonly status: string | undefined;
  readonly entries: number;
}

/** A session whose end the backend refuses, and a release of the connector that it blocks. */
async function story(plan: CutPlan): Promise<Told> {
  const world = new PowerWorld(plan, { evses: [{ signs: true }], defaults });
  world.backend.checker.expect({
    answersArrive: false,
    allStatuses: false,
    parkedResends: true,
    finishingMayOvertake: true,
  });
  world.backend.setRules([
    { on: { action: 'StopTransaction', times: 1_000_000 }, do: { callError: { code: 'InternalError' } } },
  ]);
  await world.start();
  await world.pass(5_000);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 50 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(10_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(10_000);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.pass(10_000);
  const before = world.durableSteps;
  let done = false;
  const request = { evse: 1, cause: 'undelivered', reason: 'the backend is repaired on Monday' };
  void world.station?.eichrecht.release(request, { role: 'operator', who: 'operator token' }).then(
    () => {
      done = true;
    },
    () => undefined,
  );
  await world.pass(10_000);
  void world.station?.powerCycle();
  await world.pass(20_000);
  const logged = (await world.station?.archives.logbook.read({ limit: 100 })) ?? [];
  const entries = logged.filter(({ kind, by }) => kind === 'released' && by === 'operator').length;
  const status = world.station?.status().evses[0]?.status;
  return { world, before, done, status, entries };
}

test('power may go at any durable step of a release: what was told as done is there with its entry, and nothing is half there (E-13)', async () => {
  const calm = await story({});
  assert.deepEqual([calm.done, calm.status, calm.entries], [true, 'Available', 1]);
  const steps = calm.world.durableSteps;
  assert.ok(steps > calm.before, 'the release has durable steps');
  const seen = new Set<boolean>();
  for (let step = calm.before - 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { done, status, entries } = await story(plan);
      const what = `${JSON.stringify(plan)}: done ${done}, ${status}, ${entries} entries`;
      assert.equal(status === 'Available', entries === 1, what);
      assert.ok(entries <= 1, what);
      if (done) assert.equal(entries, 1, what);
      seen.add(entries === 1);
    }
  }
  assert.deepEqual([...seen].toSorted(), [false, true]);
});
