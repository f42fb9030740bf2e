import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { FakeFileServer } from '../fake/fake-file-server.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';

/** What the backend asked for and got an answer to. */
interface Played {
  readonly world: PowerWorld;
  readonly answered: ReadonlySet<string>;
}

/** Diagnostics with one retry, and a log while they are on their way. */
async function play(plan: CutPlan): Promise<Played> {
  const files = new FakeFileServer();
  files.next.push({ kind: 'failed', problem: 'the server answered 500' });
  const world = new PowerWorld(plan, { files });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const answered = new Set<string>();
  const ask = async (action: string, payload: JsonObject): Promise<void> => {
    try {
      await world.backend.call('CS-1', action, payload);
      answered.add(action);
    } catch {
      // The power went before the answer.
    }
  };
  await world.start();
  await world.pass(5_000);
  const location = 'https://files.example/';
  void ask('GetDiagnostics', { location, retries: 1, retryInterval: 10 });
  await world.pass(2_000);
  void ask('GetLog', { logType: 'DiagnosticsLog', requestId: 5, log: { remoteLocation: location } });
  await world.pass(5 * 60_000);
  return { world, answered };
}

function problemsOf({ world, answered }: Played): readonly string[] {
  const problems: string[] = [];
  for (const [asked, told] of [
    ['GetDiagnostics', 'DiagnosticsStatusNotification'],
    ['GetLog', 'LogStatusNotification'],
  ] as const) {
    const all = world.backend.frames.calls(told).map(({ payload }) => String(payload['status']));
    const finals = all.filter((status) => status !== 'Uploading');
    const ids = new Set(world.backend.frames.calls(told).map(({ id }) => id));
    if (ids.size !== all.length) problems.push(`${told}: an id was used twice`);
    if (answered.has(asked) && finals.length === 0) problems.push(`${asked} was answered, and its end never told`);
    if (new Set(finals).size > 1) problems.push(`${asked} ended in two ways: ${finals.join()}`);
    // What was told and not yet forgotten when the power went is told again.
    if (finals.length > 1 + world.cuts) problems.push(`${asked}: ${finals.join()}`);
    if (all.length > 0 && all.at(-1) === 'Uploading') problems.push(`${asked} is left uploading`);
  }
  return problems;
}

test('power may go at any durable step: each upload that was answered is told to an end (F-05, S-16, G-01)', async () => {
  const calm = await play({});
  assert.deepEqual(problemsOf(calm), []);
  assert.equal(calm.answered.size, 2);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps >= 6, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const played = await play(plan);
      assert.equal(played.world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.deepEqual(problemsOf(played), [], `power cut at ${JSON.stringify(plan)}`);
      await played.world.end();
    }
  }
});
