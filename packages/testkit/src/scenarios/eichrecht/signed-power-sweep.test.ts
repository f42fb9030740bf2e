import assert from 'node:assert/strict';
import { test } from 'node:test';

import { readOcmf } from '@kerbside/ocmf';

import { PowerWorld, type CutPlan, type PowerWorldOptions } from '../../world/power-world.ts';

/** A session with signed readings in between, and one that ends offline with a meter that is slow. */
async function story(world: PowerWorld): Promise<void> {
  await world.start();
  await world.pass(5_000);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(25_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(5_000);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.sim({ action: 'link', up: false });
  await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 4 });
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.pass(22_000);
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.pass(10_000);
}

/** The car leaves, the meter is well, and the station has the time that it needs to close and to deliver. */
async function comeToRest(world: PowerWorld): Promise<void> {
  await world.pass(60_000);
  await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
  await world.sim({ action: 'unplug', evse: 1, force: true });
  await world.sim({ action: 'link', up: true });
  // The power may go now as well, and the meter with it.
  for (let minute = 0; minute < 15; minute++) {
    await world.pass(60_000);
    await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
  }
  await world.pass(60_000);
}

async function play(plan: CutPlan, options: PowerWorldOptions): Promise<PowerWorld> {
  const world = new PowerWorld(plan, {
    evses: [{ signs: true }],
    ...options,
    defaults: { 'metering.sampledDataSignUpdatedReadings': true, ...options.defaults },
  });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await story(world);
  await comeToRest(world);
  return world;
}

/** What must hold wherever the power went. */
async function problemsOf(world: PowerWorld): Promise<readonly string[]> {
  const { ledger } = world.backend;
  const problems = [...ledger.problems(), ...world.backend.finish()].map((problem) => JSON.stringify(problem));
  const waiting = world.station?.status().outbox.waiting ?? -1;
  if (waiting !== 0) problems.push(`${waiting} messages still wait`);
  return [...problems, ...(await meterProblems(world)), ...(await sessionProblems(world))];
}

/** The meter has nothing open, and the archive has every number that it gave once. */
async function meterProblems(world: PowerWorld): Promise<readonly string[]> {
  const { openTransaction, pagination } = await world.meterState(1);
  const open = openTransaction === null ? [] : [`${openTransaction} is open in the meter`];
  const records = (await world.station?.archives.signed.page(0, 1_000))?.records ?? [];
  const numbers = records.map(({ blob }) => readOcmf(blob.data).pagination?.number ?? 0);
  const sorted = numbers.toSorted((left, right) => left - right);
  const wanted = Array.from({ length: pagination }, (_, place) => place + 1);
  const gaps =
    JSON.stringify(sorted) === JSON.stringify(wanted) ? [] : [`of T1 to T${pagination} there are ${sorted.join(' ')}`];
  return [...open, ...gaps];
}

/** Each session that was begun is kept once: by signed begin and end, or explicitly as one that cannot be billed. */
async function sessionProblems(world: PowerWorld): Promise<readonly string[]> {
  const sessions = (await world.station?.archives.sessions.read({ limit: 100 })) ?? [];
  const problems: string[] = [];
  const { transactions } = world.backend.ledger.counts;
  if (sessions.length !== transactions)
    problems.push(`${transactions} transactions arrived, ${sessions.length} are kept`);
  for (const { transaction, billing, problem } of sessions) {
    const records = (await world.station?.archives.signed.of(transaction)) ?? [];
    const boundaries = records.filter(({ context }) => context !== 'Sample.Periodic').map(({ context }) => context);
    const isWhole = boundaries.join(' ') === 'Transaction.Begin Transaction.End';
    if (billing === 'signed' && !isWhole) problems.push(`a session is billed by ${boundaries.join(' ')}`);
    if (billing === 'unbillable' && problem === null) problems.push('nobody knows why a session cannot be billed');
    if (billing === 'unsigned') problems.push('a session went without the law');
  }
  return problems;
}

async function sweep(options: PowerWorldOptions): Promise<{ readonly unbillable: number; readonly steps: number }> {
  const calm = await play({}, options);
  assert.deepEqual(await problemsOf(calm), []);
  assert.equal(calm.backend.ledger.counts.transactions, 2);
  const steps = calm.durableSteps;
  await calm.end();
  let unbillable = 0;
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const world = await play(plan, options);
      assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.deepEqual(await problemsOf(world), [], `power cut at ${JSON.stringify(plan)}`);
      const sessions = (await world.station?.archives.sessions.read({ limit: 100 })) ?? [];
      unbillable += sessions.filter(({ billing }) => billing === 'unbillable').length;
      await world.end();
    }
  }
  return { unbillable, steps };
}

test('power may go before or after any durable step of signed sessions: nothing stays open in the meter, no record is missing, every session is billable (E-09, E-11, fault 27)', async () => {
  const { unbillable, steps } = await sweep({});
  assert.ok(steps > 20, `the story has only ${steps} durable steps`);
  assert.equal(unbillable, 0);
});

test('a meter that is off when the station comes back leaves sessions that cannot be billed, and nothing open (E-07, E-09)', async () => {
  const { unbillable } = await sweep({
    defaults: { 'eichrecht.signedEndTimeout': 30 },
    whileOff: async (sim) => {
      await sim({ action: 'meterPower', evse: 1, state: 'off' });
    },
  });
  assert.ok(unbillable > 0, 'no session lost its signed end: the meter was not missed');
});
