import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime, type JsonObject } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { listed, listVersion, sendList } from './local-list-steps.ts';

type Update = readonly [updateType: 'Full' | 'Differential', listVersion: number, entries: readonly JsonObject[]];

/** Each with the list that it leaves, in the words of `listOf`. */
const updates: readonly (readonly [update: Update, leaves: string])[] = [
  [['Full', 1, ['A', 'B', 'C', 'D'].map((id) => listed(id))], '1: A accepted, B accepted, C accepted, D accepted'],
  [
    ['Differential', 2, [{ idTag: 'A' }, listed('B', { status: 'Blocked' }), listed('E')]],
    '2: B blocked, C accepted, D accepted, E accepted',
  ],
  [['Full', 3, [listed('X'), listed('B')]], '3: B accepted, X accepted'],
  [['Full', 4, []], '0:'],
  [['Differential', 1, [listed('Y')]], '1: Y accepted'],
];
const lists: readonly string[] = ['0:', ...updates.map(([, leaves]) => leaves)];

/** Sends the updates one after the other until the power went; gives how many were sent, and how many were answered Accepted. */
async function play(plan: CutPlan): Promise<{ world: PowerWorld; sent: number; accepted: number }> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const played = { world, sent: 0, accepted: 0 };
  await world.start();
  await world.pass(5_000);
  for (const [[updateType, version, localAuthorizationList]] of updates) {
    if (world.cuts > 0) break;
    const update = { updateType, listVersion: version, localAuthorizationList };
    const asked = world.backend.call('CS-1', 'SendLocalList', update);
    void asked.then(({ status }) => (played.accepted += status === 'Accepted' ? 1 : 0)).catch(() => undefined);
    played.sent += 1;
    await world.pass(500);
  }
  await world.pass(30_000);
  return played;
}

/** Version and entries as the station has them now; the backend is told the same version. */
async function listOf(world: PowerWorld): Promise<string> {
  const asked = world.backend.call('CS-1', 'GetLocalListVersion', {});
  await world.pass(100);
  const { version, entries } = world.station?.localList(0, 100) ?? { version: -1, entries: [] };
  assert.equal((await asked)['listVersion'], version);
  return `${version}: ${entries.map(({ idToken, status }) => `${idToken} ${status}`).join(', ')}`.trim();
}

test('power may go at any durable step of updates: the list is the old or the new one with its version, what was answered holds (L-05)', async () => {
  const calm = await play({});
  assert.deepEqual([calm.accepted, await listOf(calm.world)], [updates.length, lists.at(-1)]);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  assert.ok(steps > updates.length, `the story has only ${steps} durable steps`);
  const unanswered = new Set<string>();
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, sent, accepted } = await play(plan);
      const list = await listOf(world);
      const possible = lists.slice(accepted, sent + 1);
      assert.ok(possible.includes(list), `${list} at ${JSON.stringify(plan)}, of ${possible.join(' | ')}`);
      if (sent > accepted) unanswered.add(`${sent} ${list === lists[sent] ? 'new' : 'old'}`);
      await world.end();
    }
  }
  assert.equal(unanswered.size, 2 * updates.length, 'each update was cut before and after its step');
});

test('what cannot be stored is Failed, and the list before it stays (L-05)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  assert.equal(await sendList(world, 'Full', 1, [listed('A')]), 'Accepted');
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await sendList(world, 'Full', 2, [listed('B')]), 'Failed');
  assert.equal(await listVersion(world), 1);
  store.setHealth({ kind: 'ok' });
  assert.equal(await sendList(world, 'Full', 2, [listed('B')]), 'Accepted');
  assert.equal(await listVersion(world), 2);
  await world.end();
});
