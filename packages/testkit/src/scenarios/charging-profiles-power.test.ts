import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime, type JsonObject } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { askInVain } from './backend-steps.ts';
import { clearProfiles, periods, profile, setProfile } from './charging-steps.ts';

/** One CALL of the backend, and what it makes of the profiles that are installed. */
interface Step {
  readonly action: string;
  readonly payload: JsonObject;
  readonly makes: (ids: readonly number[]) => readonly number[];
}

function install(connectorId: number, csChargingProfiles: JsonObject, replaces: readonly number[] = []): Step {
  const id = Number(csChargingProfiles['chargingProfileId']);
  return {
    action: 'SetChargingProfile',
    payload: { connectorId, csChargingProfiles },
    makes: (ids) => [...ids.filter((each) => each !== id && !replaces.includes(each)), id].toSorted(),
  };
}

const steps: readonly Step[] = [
  install(2, profile([[0, 12]], { id: 1 })),
  install(2, profile([[0, 10]], { id: 2 }), [1]),
  install(0, profile([[0, 30]], { id: 3, purpose: 'ChargePointMaxProfile' })),
  install(1, profile([[0, 9]], { id: 3, stackLevel: 1 })),
  install(2, profile([[0, 8]], { id: 4, stackLevel: 1 })),
  { action: 'ClearChargingProfile', payload: { id: 3 }, makes: (ids) => ids.filter((id) => id !== 3) },
];

/** The story's end: which sets of profiles may be installed, judged by what was answered and what was not. */
interface Played {
  readonly world: PowerWorld;
  readonly possible: readonly string[];
}

async function play(plan: CutPlan): Promise<Played> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  let possible: readonly string[] = ['[]'];
  const make = (step: Step): readonly string[] =>
    possible.map((ids) => JSON.stringify(step.makes(JSON.parse(ids) as readonly number[])));
  await world.start();
  await world.pass(5_000);
  for (const step of steps) {
    const answered = await call(world, step.action, step.payload);
    if (answered === 'Accepted') possible = make(step);
    else possible = [...possible, ...make(step)];
  }
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  const chargingProfile = profile([[0, 7]], { id: 9, purpose: 'TxProfile' });
  await call(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R', chargingProfile });
  await world.pass(10_000);
  const transactionId = world.backend.ledger.transactions().at(-1)?.transactionId ?? 0;
  await call(world, 'RemoteStopTransaction', { transactionId });
  await world.sim({ action: 'unplug', evse: 1, force: true });
  await world.pass(120_000);
  return { world, possible };
}

/** What the backend was answered; null when it was not. */
async function call(world: PowerWorld, action: string, payload: JsonObject): Promise<unknown> {
  if (!world.backend.online('CS-1')) await world.pass(60_000);
  let answer: unknown = null;
  world.backend
    .call('CS-1', action, payload)
    .then(({ status }) => {
      answer = status;
    })
    .catch(() => undefined);
  await world.pass(1_000);
  return answer;
}

/** The ids of the profiles that are installed; they are cleared one by one to find out. */
async function installed(world: PowerWorld): Promise<string> {
  const found: number[] = [];
  for (const id of [1, 2, 3, 4, 9])
    if ((await call(world, 'ClearChargingProfile', { id })) === 'Accepted') found.push(id);
  return JSON.stringify(found);
}

function offers(world: PowerWorld): readonly number[] {
  return world.hardware
    .commands('setLimit')
    .flatMap(({ command }) => (command.type === 'setLimit' && command.evse === 1 ? [command.milliamps] : []));
}

test('power may go at any durable step: profiles that were answered for hold or are gone as answered, and a remote start is limited from its first ampere on (SC-02, SC-10, SC-12, R-04)', async () => {
  const calm = await play({});
  const count = calm.world.durableSteps;
  assert.deepEqual(calm.possible, ['[2,4]']);
  assert.equal(await installed(calm.world), '[2,4]');
  assert.deepEqual(offers(calm.world), [7_000, 0]);
  await calm.world.end();
  assert.ok(count > 12, `the story has only ${count} durable steps`);
  for (let step = 1; step <= count; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, possible } = await play(plan);
      assert.equal(world.cuts, 1, `the power did not go at ${JSON.stringify(plan)}`);
      assert.ok(
        offers(world).every((milliamps) => milliamps <= 7_000),
        `too much was offered: ${JSON.stringify(plan)}`,
      );
      const found = await installed(world);
      assert.ok(possible.includes(found), `${found} is none of ${possible.join(' ')} at ${JSON.stringify(plan)}`);
      await world.end();
    }
  }
});

test('what cannot be stored is Rejected, or refused where the answer has no word for it, and changes nothing (SC-12)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  assert.equal(await setProfile(world, 1, profile([[0, 12]])), 'Accepted');
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await setProfile(world, 1, profile([[0, 8]])), 'Rejected');
  assert.equal(await askInVain(world, 'ClearChargingProfile'), 'InternalError');
  assert.deepEqual(await periods(world, 1, 60, 'A'), [[0, 12]]);
  const problems = world.status().problems.map(({ text }) => text);
  assert.ok(
    problems.some((text) => text.startsWith('charging profile 1 was refused: ')),
    problems.join(),
  );
  assert.ok(
    problems.some((text) => text.startsWith('charging profiles could not be cleared: ')),
    problems.join(),
  );
  store.setHealth({ kind: 'ok' });
  assert.equal(await clearProfiles(world), 'Accepted');
  await world.end();
});
