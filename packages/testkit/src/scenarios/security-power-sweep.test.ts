import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';

/** Events online and offline, a log that is cleared, and a log that is uploaded. */
async function story(world: PowerWorld): Promise<void> {
  await world.start();
  await world.pass(3_000);
  await tamper(world);
  await world.sim({ action: 'link', up: false });
  await tamper(world);
  await world.pass(1_000);
  await world.sim({ action: 'link', up: true });
  await world.pass(30_000);
  await tamper(world);
  await world.pass(3_000);
}

async function tamper(world: PowerWorld): Promise<void> {
  await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: true });
  await world.sim({ action: 'fault', evse: 0, fault: 'tamper', active: false });
  await world.pass(500);
}

async function play(plan: CutPlan): Promise<PowerWorld> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await story(world);
  await world.pass(5 * 60_000);
  return world;
}

async function problemsOf(world: PowerWorld): Promise<readonly string[]> {
  const problems = world.backend.finish().map((problem) => JSON.stringify(problem));
  const kept = (await world.station?.securityLog.read()) ?? [];
  const calls = world.backend.frames.calls('SecurityEventNotification');
  const ids = new Set(calls.map(({ id }) => id));
  const untold = kept.filter(({ told }) => !told);
  if (untold.length > 0) problems.push(`not told: ${untold.map(({ type }) => type).join()}`);
  if (ids.size !== kept.length) problems.push(`${kept.length} events in the log, ${ids.size} different ones told`);
  const starts = kept.filter(({ type }) => type === 'StartupOfTheDevice').length;
  const tampers = kept.filter(({ type }) => type === 'TamperDetectionActivated').length;
  // A cut before its commit: nobody was told that the event is recorded; a housing that is open at the start is one more.
  if (starts < 1 || starts > 1 + world.cuts || tampers < 3 - world.cuts || tampers > 3 + world.cuts)
    problems.push(`${starts} starts, ${tampers} tampers`);
  if (new Set(kept.map(({ number }) => number)).size !== kept.length) problems.push('a number was used twice');
  return problems;
}

test('power may go at any durable step: each security event that is in the log is told, and is there once (S-14, G-01)', async () => {
  const calm = await play({});
  assert.deepEqual(await problemsOf(calm), []);
  const steps = calm.durableSteps;
  await calm.end();
  assert.ok(steps >= 6, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const world = await play(plan);
      assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.deepEqual(await problemsOf(world), [], `power cut at ${JSON.stringify(plan)}`);
      await world.end();
    }
  }
});
