import assert from 'node:assert/strict';
import { test } from 'node:test';

import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { freeDefaults, needsCard, type FreeMode } from './free-charging-steps.ts';

/** A session online, one offline, and one that the backend switches the mode under. */
async function story(world: PowerWorld, mode: FreeMode): Promise<void> {
  await world.start();
  await world.pass(5_000);
  await begin(world, mode, 1);
  await world.pass(12_000);
  await end(world, 1);
  await world.sim({ action: 'link', up: false });
  await begin(world, mode, 2);
  await world.pass(12_000);
  await end(world, 2);
  await world.sim({ action: 'link', up: true });
  await world.pass(10_000);
  await begin(world, mode, 1);
  if (world.backend.online('CS-1'))
    world.backend.call('CS-1', 'ChangeConfiguration', { key: 'FreeCharging', value: 'false' }).catch(() => undefined);
  await world.pass(12_000);
  await end(world, 1);
}

async function begin(world: PowerWorld, mode: FreeMode, evse: number): Promise<void> {
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  if (needsCard(mode)) await world.sim({ action: 'card', uid: `CARD${evse}`, evse });
  await world.pass(1_000);
}

async function end(world: PowerWorld, evse: number): Promise<void> {
  await world.sim({ action: 'unplugVehicle', evse });
  await world.pass(3_000);
  await world.sim({ action: 'unplug', evse, force: true });
  await world.pass(1_000);
}

async function play(mode: FreeMode, plan: CutPlan): Promise<PowerWorld> {
  const defaults = { ...freeDefaults(mode), 'authorization.allowOfflineTxForUnknownId': false };
  const world = new PowerWorld(plan, { defaults, evses: [{ signs: true }, {}] });
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  await story(world, mode);
  for (const evse of [1, 2]) await world.sim({ action: 'unplug', evse, force: true });
  await world.sim({ action: 'link', up: true });
  await world.pass(10 * 60_000);
  return world;
}

/** What must hold wherever the power went: each session is archived once, and the backend has every one of them or none. */
async function problemsOf(world: PowerWorld, mode: FreeMode): Promise<readonly string[]> {
  const { station, backend } = world;
  if (station === undefined) return ['no station'];
  const problems = [...backend.ledger.problems(), ...backend.finish()].map((problem) => JSON.stringify(problem));
  const sessions = await station.archives.sessions.read({ limit: 100 });
  const archived = sessions.map(({ transaction }) => transaction);
  if (new Set(archived).size !== archived.length) problems.push('a session was archived twice');
  for (const { event, transaction } of world.recorded)
    if (event === 'started' && !archived.includes(transaction)) problems.push(`${transaction} is missing`);
  const told = mode === 'statusWithoutCard' ? 0 : sessions.length;
  const { transactions } = backend.ledger.counts;
  if (transactions !== told) problems.push(`${transactions} transactions in the books, ${told} were to be told`);
  const state = told === 0 ? 'kept' : 'delivered';
  for (const session of sessions) {
    if (session.state !== state || session.free !== true)
      problems.push(`session ${session.number} is ${session.state}`);
    if (session.billing !== (session.evse === 1 ? 'signed' : 'unsigned')) problems.push(`it is ${session.billing}`);
  }
  const { waiting, parked } = station.status().outbox;
  if (waiting + parked > 0) problems.push(`${waiting} messages wait, ${parked} are parked`);
  if (told === 0 && backend.frames.all().some(({ text }) => /"(Start|Stop)Transaction"|"MeterValues"/.test(text)))
    problems.push('something of an untold session was sent');
  return problems;
}

for (const mode of ['statusWithoutCard', 'fixedTagWithCard'] as const) {
  test(`power may go at any durable step of free sessions in the mode ${mode}: each is kept once, and told wholly or not at all (INV-02, X-12)`, async () => {
    const calm = await play(mode, {});
    assert.deepEqual(await problemsOf(calm, mode), []);
    const sessions = (await calm.station?.archives.sessions.read({ limit: 9 })) ?? [];
    assert.equal(sessions.length, 3);
    const steps = calm.durableSteps;
    await calm.end();
    assert.ok(steps > 12, `the story has only ${steps} durable steps`);
    for (let step = 1; step <= steps; step++) {
      for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
        const world = await play(mode, plan);
        assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
        assert.deepEqual(await problemsOf(world, mode), [], `power cut at ${JSON.stringify(plan)}`);
        await world.end();
      }
    }
  });
}
