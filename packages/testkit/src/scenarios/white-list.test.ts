import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { PowerWorld, type CutPlan } from '../world/power-world.ts';
import { scenario } from '../world/scenario.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import type { World } from '../world/world.ts';
import { ask, delivered, registered, reset } from './backend-steps.ts';
import { listed, questions, sendList } from './local-list-steps.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

type WhiteListChange = Parameters<World['station']['whiteList']['change']>[0];

function adding(idToken: string, expiryMs: number | null = null): WhiteListChange {
  return { kind: 'add', entry: { idToken, note: '', expiryMs } };
}

/** A car comes and a card is shown; gives whether it charges soon after. */
async function isLetThrough(world: World, uid: string): Promise<boolean> {
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.pass(4_000);
  return statusOf(world, 1) === 'Charging';
}

scenario(
  'a card on the white list charges without a question, online and offline, and is billed as it was read (A-01, A-02, X-05)',
  { defaults: { 'authorization.localAuthorizeOffline': false } },
  async (world) => {
    await world.station.whiteList.change(adding('Card1'));
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await world.cutLink();
    await startByCard(world, 1, 'card1');
    await endByCard(world, 1, 'card1');
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(questions(world), []);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag }) => idTag),
      ['CARD1', 'card1'],
    );
  },
);

scenario('a card that was taken off the white list, or has expired on it, is asked about', {}, async (world) => {
  const { whiteList } = world.station;
  await whiteList.change(adding('CARD1'));
  await whiteList.change(adding('CARD2', Date.UTC(2020, 0, 1)));
  await whiteList.change({ kind: 'remove', idToken: 'card1' });
  for (const uid of ['CARD1', 'CARD2']) {
    await startByCard(world, 1, uid);
    await endByCard(world, 1, uid);
  }
  assert.deepEqual(questions(world), ['CARD1', 'CARD2']);
});

scenario(
  'without any backend a card on the white list charges, others do not (A-04)',
  { only: 'virtual', unregistered: true, defaults: { 'backend.communicationType': 'off' } },
  async (world) => {
    await world.station.whiteList.change(adding('CARD1'));
    assert.equal(await isLetThrough(world, 'CARD1'), true);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await world.sim({ action: 'unplug', evse: 1 });
    assert.equal(await isLetThrough(world, 'CARD2'), false);
    await world.sim({ action: 'unplug', evse: 1 });
  },
);

scenario('ClearCache, SendLocalList and a reset leave the white list alone (A-09, L-05)', {}, async (world) => {
  await world.station.whiteList.change(adding('CARD1'));
  assert.equal(await sendList(world, 'Full', 1, [listed('CARD9')]), 'Accepted');
  assert.equal(await sendList(world, 'Full', 2, []), 'Accepted');
  assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Accepted' });
  await reset(world);
  await registered(world);
  await startByCard(world, 1, 'CARD1');
  await endByCard(world, 1, 'CARD1');
  assert.deepEqual(questions(world), []);
});

scenario(
  "a card that the backend's list refuses stays refused, whatever the white list says (A-02, A-05)",
  {},
  async (world) => {
    await world.station.whiteList.change(adding('CARD1'));
    await sendList(world, 'Full', 1, [listed('CARD1', { status: 'Blocked' })]);
    await world.cutLink();
    assert.equal(await isLetThrough(world, 'CARD1'), false);
    await leave(world, 1);
    await world.restoreLink();
  },
);

for (const stops of [true, false]) {
  scenario(
    `a card of the white list that the backend does not bill ${stops ? 'ends' : 'gets no energy'} as any other, and may come again (X-06)`,
    { defaults: { 'charging.stopTransactionOnInvalidId': stops } },
    async (world) => {
      await world.station.whiteList.change(adding('CARD1'));
      world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
      for (const round of [1, 2]) {
        await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
        await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
        const expected = stops ? 'Finishing' : 'SuspendedEVSE';
        await world.until(expected, () => statusOf(world, 1) === expected);
        await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
        await world.until('the end', () => statusOf(world, 1) === 'Finishing');
        await world.pass(1_000);
        await leave(world, 1);
        await delivered(world);
        const transactions = world.backend.ledger.transactions();
        assert.equal(transactions.length, round);
        assert.equal(transactions.at(-1)?.stops[0]?.reason ?? 'Local', stops ? 'DeAuthorized' : 'Local');
      }
      assert.deepEqual(questions(world), []);
    },
  );
}

scenario(
  'a remote start of a card on the white list begins without a question although remote starts are authorized (R-02)',
  { defaults: { 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    await world.station.whiteList.change(adding('CARD1'));
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await ask(world, 'RemoteStartTransaction', { idTag: 'card1', connectorId: 1 });
    await world.until('charging', () => statusOf(world, 1) === 'Charging');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(questions(world), []);
  },
);

/** Each with the list that it leaves. */
const changes: readonly (readonly [change: WhiteListChange, leaves: string])[] = [
  [adding('A'), 'A'],
  [adding('B'), 'A B'],
  [{ kind: 'remove', idToken: 'a' }, 'B'],
  [{ kind: 'replace', entries: ['C', 'b', 'D'].map((idToken) => ({ idToken, note: 'n', expiryMs: null })) }, 'b C D'],
  [{ kind: 'replace', entries: [] }, ''],
];
const lists: readonly string[] = ['', ...changes.map(([, leaves]) => leaves)];

/** Makes the changes one after the other until the power went; gives how many were begun, and how many were done. */
async function play(plan: CutPlan): Promise<{ world: PowerWorld; begun: number; done: number }> {
  const world = new PowerWorld(plan);
  world.backend.checker.expect({ answersArrive: false, allStatuses: false });
  const played = { world, begun: 0, done: 0 };
  await world.start();
  await world.pass(5_000);
  for (const [change] of changes) {
    if (world.cuts > 0) break;
    const changing = world.station?.whiteList.change(change);
    void changing?.then(() => (played.done += 1)).catch(() => undefined);
    played.begun += 1;
    await world.pass(500);
  }
  await world.pass(30_000);
  return played;
}

function listOf(world: PowerWorld): string {
  const entries = world.station?.whiteList.page(0, 100) ?? [];
  return entries.map(({ idToken }) => idToken).join(' ');
}

test('power may go at any durable step of changes: the white list is the old or the new one, what was answered holds', async () => {
  const calm = await play({});
  assert.deepEqual([calm.done, listOf(calm.world)], [changes.length, lists.at(-1)]);
  const steps = calm.world.durableSteps;
  await calm.world.end();
  const cut = new Set<string>();
  for (let step = 1; step <= steps; step++) {
    for (const plan of [{ cutAfter: step }, { cutBefore: step }]) {
      const { world, begun, done } = await play(plan);
      const list = listOf(world);
      const possible = lists.slice(done, begun + 1);
      assert.ok(possible.includes(list), `"${list}" at ${JSON.stringify(plan)}, of ${possible.join(' | ')}`);
      if (begun > done) cut.add(`${begun} ${list === lists[begun] ? 'new' : 'old'}`);
      await world.end();
    }
  }
  assert.equal(cut.size, 2 * changes.length, 'each change was cut before and after its step');
});

test('what cannot be stored is refused, and the list before it stays', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  const { whiteList } = world.station;
  await whiteList.change(adding('A'));
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  await assert.rejects(whiteList.change(adding('B')), { code: 'store.unavailable' });
  await assert.rejects(whiteList.change({ kind: 'remove', idToken: 'A' }), { code: 'store.unavailable' });
  store.setHealth({ kind: 'ok' });
  assert.deepEqual(
    whiteList.page(0, 10).map(({ idToken }) => idToken),
    ['A'],
  );
  await world.end();
});
