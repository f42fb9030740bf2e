import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemorySlots, type StationHandle } from '@kerbside/station';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { imageOf, manufacturer } from './firmware-steps.ts';
import { maker, upload } from './upload-steps.ts';

const by = manufacturer();
const image = imageOf('2.0.0');

/** What a person saw: an upload or an installation that ended counts, whatever the power did afterwards. */
interface Seen {
  readonly world: PowerWorld;
  installed: number;
  uploads: number;
}

/** Lets time pass until the work has ended, or the power has gone under it. */
async function attempt(world: PowerWorld, work: () => Promise<unknown>): Promise<boolean> {
  let end: boolean | null = null;
  const cuts = world.cuts;
  work().then(
    () => (end = true),
    () => (end = false),
  );
  for (let turn = 0; turn < 200 && end === null && world.cuts === cuts; turn += 1) {
    await world.pass(10);
    await new Promise((resolve) => setImmediate(resolve));
  }
  return end === true;
}

function stationOf({ station }: PowerWorld): StationHandle {
  assert.ok(station);
  return station;
}

/** A person uploads and installs until the new firmware runs, as somebody does before whom the power goes. */
async function story(plan: CutPlan): Promise<Seen> {
  const world = new PowerWorld(plan, { installer: createMemorySlots() });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const seen: Seen = { world, installed: 0, uploads: 0 };
  await world.start();
  await world.pass(5_000);
  const version = (): string => stationOf(world).status().firmware.version;
  for (let turn = 0; turn < 6 && version() !== '2.0.0'; turn += 1) {
    while (stationOf(world).certificates.list().length === 0)
      await attempt(world, () => stationOf(world).certificates.install('manufacturer', by.root.cert));
    if (stationOf(world).status().firmware.upload === null) {
      if (await attempt(world, () => upload(stationOf(world), image, by))) seen.uploads += 1;
    }
    const kept = stationOf(world).status().firmware.upload;
    assert.notEqual(kept?.state, 'receiving', 'an upload that was cut is still there');
    if (kept !== null) {
      assert.deepEqual([kept.size, kept.verified, kept.version], [image.length, true, '2.0.0'], kept.refusal?.en);
      if (await attempt(world, () => stationOf(world).device.firmware.install(kept.id, maker))) seen.installed += 1;
    }
    await world.pass(120_000);
  }
  return seen;
}

test('power may go at any durable step of an upload and its installation: it is there whole or not at all, and what was to be installed is (M16)', async () => {
  const calm = await story({});
  const steps = calm.world.durableSteps;
  assert.deepEqual([calm.uploads, calm.installed], [1, 1]);
  await calm.world.end();
  assert.ok(steps >= 8, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step += 1) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, installed } = await story(plan);
      const what = JSON.stringify(plan);
      const { version, update, upload: left } = stationOf(world).status().firmware;
      assert.equal(version, '2.0.0', what);
      assert.deepEqual([update?.phase, update?.status, left], ['over', 'installed', null], what);
      assert.ok(installed <= 1, `${what}: it was installed ${installed} times`);
      const idle = stationOf(world)
        .status()
        .evses.every(({ status }) => status === 'Available');
      assert.ok(idle, `${what}: a connector stays out of service`);
      await world.end();
    }
  }
});
