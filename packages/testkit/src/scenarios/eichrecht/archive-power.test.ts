import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../../world/power-world.ts';

/** A signed session that is delivered at once, and one that ends without a backend and is delivered later. */
async function story(world: PowerWorld): Promise<void> {
  await world.start();
  await world.pass(5_000);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(12_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.pass(5_000);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.pass(8_000);
  await world.sim({ action: 'link', up: false });
  await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
  await world.pass(6_000);
  await world.sim({ action: 'link', up: true });
  await world.pass(15_000);
}

async function play(plan: CutPlan): Promise<PowerWorld> {
  const world = new PowerWorld(plan, {
    evses: [{ signs: true }, { signs: true }],
    defaults: { 'metering.sampleInterval': 0, 'metering.sampledDataSignReadings': true },
  });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await story(world);
  for (const evse of [1, 2]) await world.sim({ action: 'unplug', evse, force: true });
  await world.sim({ action: 'link', up: true });
  await world.pass(5 * 60_000);
  return world;
}

/** What must hold in the archives wherever the power went. */
async function problemsOf(world: PowerWorld): Promise<readonly string[]> {
  const { station, backend } = world;
  if (station === undefined) return ['no station'];
  const { sessions, signed, logbook } = station.archives;
  const problems: string[] = [];
  const { problems: damage, gaps } = await signed.check();
  problems.push(...damage, ...gaps.map((gap) => `missing: ${JSON.stringify(gap)}`));
  const kept = (await sessions.read({ limit: 100 })).toReversed();
  const started = world.recorded.filter(({ event }) => event === 'started').map(({ transaction }) => transaction);
  const archived = kept.map(({ transaction }) => transaction);
  if (new Set(archived).size !== archived.length) problems.push('a session was archived twice');
  for (const transaction of started) if (!archived.includes(transaction)) problems.push(`${transaction} is missing`);
  kept.forEach(({ number }, at) => number === at + 1 || problems.push(`session ${number} has the place ${at + 1}`));
  for (const session of kept) {
    if (session.state !== 'delivered') problems.push(`session ${session.number} is ${session.state}`);
    if (session.backendTransaction === null) problems.push(`session ${session.number} has no id of the backend`);
    const records = await signed.of(session.transaction);
    const contexts = records.map(({ context }) => context);
    if (
      session.billing === 'signed' &&
      !(contexts.includes('Transaction.Begin') && contexts.includes('Transaction.End'))
    )
      problems.push(`session ${session.number} has ${contexts.join(' and ')}`);
    for (const { number, state } of records) if (state === 'waiting') problems.push(`record ${number} still waits`);
  }
  const booked = backend.ledger.counts.transactions;
  if (booked !== kept.length) problems.push(`${booked} transactions in the books, ${kept.length} in the archive`);
  const entries = (await logbook.read({ limit: 1_000 })).toReversed();
  entries.forEach(({ number }, at) => number === at + 1 || problems.push(`entry ${number} has the place ${at + 1}`));
  return problems;
}

test('power may go at any durable step of signed sessions: what is archived is whole, delivered once it is confirmed, and counted without a gap (E-11, E-12, E-13)', async () => {
  const calm = await play({});
  assert.deepEqual(await problemsOf(calm), []);
  const sessions = (await calm.station?.archives.sessions.read({ limit: 9 })) ?? [];
  assert.deepEqual(
    sessions.map(({ billing, idToken }) => [billing, idToken]),
    [
      ['signed', 'CARD2'],
      ['signed', 'CARD1'],
    ],
  );
  const steps = calm.durableSteps;
  await calm.end();
  assert.ok(steps > 15, `the story has only ${steps} durable steps`);
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const world = await play(plan);
      assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.deepEqual(await problemsOf(world), [], `power cut at ${JSON.stringify(plan)}`);
      await world.end();
    }
  }
});
