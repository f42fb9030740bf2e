import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';

/** A session online, one offline with an end online, a refused message and a changed parameter: every kind of durable step. */
async function story(world: PowerWorld): Promise<void> {
  await world.start();
  await world.pass(5_000);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(25_000);
  await changeParameter(world);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(5_000);
  await world.sim({ action: 'unplug', evse: 1 });
  world.backend.addRules([
    { on: { action: 'StartTransaction', nth: 1 }, do: { callError: { code: 'InternalError', booked: false } } },
  ]);
  await world.sim({ action: 'link', up: false });
  await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.pass(22_000);
  await world.sim({ action: 'link', up: true });
  await world.pass(10_000);
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.pass(5_000);
}

/** Cars leave, and the station has the time that it needs to deliver what waits. */
async function comeToRest(world: PowerWorld): Promise<void> {
  for (const evse of [1, 2]) {
    await world.sim({ action: 'unplug', evse, force: true });
  }
  await world.sim({ action: 'link', up: true });
  await world.pass(15 * 60_000);
}

async function changeParameter(world: PowerWorld): Promise<void> {
  if (!world.backend.online('CS-1')) return;
  const change = world.backend.call('CS-1', 'ChangeConfiguration', { key: 'ConnectionTimeOut', value: '45' });
  change.catch(() => undefined);
  await world.pass(100);
}

async function play(plan: CutPlan): Promise<PowerWorld> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await story(world);
  await comeToRest(world);
  return world;
}

/** What must hold wherever the power went: each recorded transaction is in the books once, begun and ended. */
function problemsOf(world: PowerWorld): readonly string[] {
  const { ledger } = world.backend;
  const problems = [...ledger.problems(), ...world.backend.finish()].map((problem) => JSON.stringify(problem));
  const started = world.recorded.filter(({ event }) => event === 'started').length;
  const { transactions } = ledger.counts;
  if (transactions < started) problems.push(`${started} transactions were recorded, ${transactions} arrived`);
  if (transactions > started + world.cuts)
    problems.push(`${started} transactions were recorded, ${transactions} arrived`);
  const waiting = world.station?.status().outbox.waiting ?? -1;
  if (waiting !== 0) problems.push(`${waiting} messages still wait`);
  return problems;
}

test('power may go after or before any durable step of the story: nothing is lost, doubled or reordered (G-01, Q-02, X-12, fault 27, fault 28, fault 29)', async () => {
  const calm = await play({});
  assert.deepEqual(problemsOf(calm), []);
  assert.equal(calm.backend.ledger.counts.transactions, 2);
  const steps = calm.durableSteps;
  await calm.end();
  assert.ok(steps > 20, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const world = await play(plan);
      assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.deepEqual(problemsOf(world), [], `power cut at ${JSON.stringify(plan)}`);
      await world.end();
    }
  }
});

test('the sweep notices a store that acknowledges before the data are on disk', async () => {
  const calm = await play({});
  const steps = calm.durableSteps;
  await calm.end();
  let noticed = 0;
  for (let step = 1; step <= steps; step++) {
    const world = await play({ cutAfter: step, lossy: true });
    if (problemsOf(world).length > 0) noticed += 1;
    await world.end();
  }
  assert.ok(noticed > 0, 'a disk that lies about its sync went unnoticed');
});
