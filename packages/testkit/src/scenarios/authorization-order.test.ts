import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, delivered, registered, reset } from './backend-steps.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

/** A whole short session with a card. */
async function session(world: World, evse: number, uid: string): Promise<void> {
  await startByCard(world, evse, uid);
  await world.pass(2_000);
  await endByCard(world, evse, uid);
}

/** A car comes and a card is shown; gives whether it charges soon after. */
async function isLetThrough(world: World, evse: number, uid: string): Promise<boolean> {
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse });
  await world.pass(5_000);
  return statusOf(world, evse) === 'Charging';
}

const questions = (world: World): readonly unknown[] => world.calls('Authorize').map(({ payload }) => payload['idTag']);

scenario(
  'tags are compared without letter case and sent as they were read, whatever is printed on them (A-01, A-02, fault 44, TC_068)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    for (const uid of ['Card-1', 'äöü é', '#*%/\\"\'', 'A'.repeat(20), '0']) {
      await startByCard(world, 1, uid);
      await world.pass(2_000);
      await endByCard(world, 1, uid.toUpperCase());
      const start = world.calls('StartTransaction').at(-1)?.payload;
      const stop = world.calls('StopTransaction').at(-1)?.payload;
      assert.equal(start?.['idTag'], uid);
      assert.equal(stop?.['idTag'], uid.toUpperCase(), 'the tag that was shown');
    }
    assert.deepEqual(questions(world), ['Card-1', 'äöü é', '#*%/\\"\'', 'A'.repeat(20), '0'], 'no question to stop');
    await session(world, 2, 'CARD-1');
    assert.equal(questions(world).length, 5, 'the cache knows it in any letter case');
  },
);

scenario(
  'online and without LocalPreAuthorize each start is asked about, though the cache knows the card (A-02, A-03)',
  {},
  async (world) => {
    await session(world, 1, 'CARD1');
    await session(world, 1, 'CARD1');
    assert.deepEqual(questions(world), ['CARD1', 'CARD1']);
  },
);

scenario(
  'LocalPreAuthorize starts a card of the cache without a question, locally and remotely; a refused one is asked about again (A-03, A-08, TC_007_1, TC_007_2)',
  { defaults: { 'authorization.localPreAuthorize': true, 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    world.backend.configure({ idTags: { BAD: { status: 'Blocked' } } });
    await session(world, 1, 'CARD1');
    assert.deepEqual(questions(world), ['CARD1']);
    await session(world, 1, 'CARD1');
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    assert.equal(
      (await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'CARD1' }))['status'],
      'Accepted',
    );
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(questions(world), ['CARD1'], 'the cache was enough twice');
    await world.pass(2_000);
    await endByCard(world, 1, 'CARD1');
    assert.equal(await isLetThrough(world, 1, 'BAD'), false);
    world.backend.configure({ idTags: { BAD: { status: 'Accepted' } } });
    await world.sim({ action: 'card', uid: 'BAD', evse: 1 });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(questions(world), ['CARD1', 'BAD', 'BAD']);
    await world.pass(2_000);
    await endByCard(world, 1, 'BAD');
  },
);

scenario(
  'offline a card that the backend refused stays refused although unknown ones may charge, and one that has expired too (A-04, A-05, A-07)',
  { only: 'virtual', defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    const expiryDate = new Date(world.time.systemWallMs() + 600_000).toISOString();
    world.backend.configure({ idTags: { BAD: { status: 'Invalid' }, SHORT: { expiryDate } } });
    assert.equal(await isLetThrough(world, 1, 'BAD'), false);
    await leave(world, 1);
    await session(world, 1, 'SHORT');
    await world.pass(1_000);
    await world.powerCycle();
    await registered(world);
    await world.cutLink();
    assert.equal(await isLetThrough(world, 1, 'BAD'), false, 'also after a power cut');
    await leave(world, 1);
    assert.equal(await isLetThrough(world, 1, 'SHORT'), true, 'not expired yet');
    await endByCard(world, 1, 'SHORT');
    await world.pass(600_000);
    assert.equal(await isLetThrough(world, 1, 'SHORT'), false, 'expired');
    await leave(world, 1);
    assert.equal(await isLetThrough(world, 1, 'NEW'), true);
    await endByCard(world, 1, 'NEW');
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag }) => idTag),
      ['SHORT', 'SHORT', 'NEW'],
    );
  },
);

scenario(
  'the cache learns from the answers to StartTransaction and StopTransaction, and keeps it over Reset and power cuts (A-07, X-16)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    await session(world, 1, 'CARD1');
    world.backend.setRules([
      {
        on: { action: 'StopTransaction', times: 1 },
        do: { answer: { replace: { idTagInfo: { status: 'Blocked' } } } },
      },
    ]);
    await session(world, 1, 'CARD1');
    assert.equal(questions(world).length, 1);
    await reset(world);
    await registered(world);
    await session(world, 1, 'CARD1');
    assert.equal(questions(world).length, 2, 'what StopTransaction said of it counted after the Reset');
    await world.pass(1_000);
    await world.powerCycle();
    await registered(world);
    await session(world, 1, 'CARD1');
    assert.equal(questions(world).length, 2, 'and what Authorize said after the power cut');
  },
);

scenario(
  'ClearCache: locally and remotely the next start is asked about; without a cache it is Rejected (A-09, TC_061_1, TC_061_2)',
  { defaults: { 'authorization.localPreAuthorize': true, 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    await session(world, 1, 'CARD1');
    assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Accepted' });
    await session(world, 1, 'CARD1');
    assert.equal(questions(world).length, 2);
    assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Accepted' });
    await world.pass(1_000);
    await world.powerCycle();
    await registered(world);
    await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500 });
    assert.equal(
      (await ask(world, 'RemoteStartTransaction', { connectorId: 2, idTag: 'CARD1' }))['status'],
      'Accepted',
    );
    await world.until('Charging', () => statusOf(world, 2) === 'Charging');
    assert.equal(questions(world).length, 3, 'also after a power cut it stays forgotten');
    await world.pass(2_000);
    await endByCard(world, 2, 'CARD1');
    await changeKey(world, 'AuthorizationCacheEnabled', 'false');
    assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Rejected' });
  },
);

for (const status of ['Blocked', 'Expired', 'Invalid', 'ConcurrentTx'] as const) {
  scenario(
    `a card that is ${status} starts nothing, at the post or remotely (A-06, A-13, TC_023_4, TC_023_5)`,
    { defaults: { 'authorization.authorizeRemoteTxRequests': true } },
    async (world) => {
      world.backend.configure({ idTags: { BAD: { status } } });
      assert.equal(await isLetThrough(world, 1, 'BAD'), false);
      assert.equal(statusOf(world, 1), 'Preparing', 'the cable stays where it is');
      assert.equal(world.calls('Authorize').length, 1);
      await ask(world, 'RemoteStartTransaction', { connectorId: 2, idTag: 'BAD' });
      await world.sim({ action: 'plug', evse: 2 });
      await world.pass(5_000);
      assert.equal(world.calls('Authorize').length, 2);
      assert.equal(world.calls('StartTransaction').length, 0);
      assert.notEqual(statusOf(world, 2), 'Charging');
    },
  );
}

scenario(
  'a card of the same group that the backend refuses does not stop the transaction (A-11, A-12)',
  {},
  async (world) => {
    world.backend.configure({
      idTags: { CARD1: { parentIdTag: 'FLEET' }, LOST: { parentIdTag: 'FLEET', status: 'Blocked' } },
    });
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'LOST', evse: 1 });
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Charging');
    assert.equal(world.calls('StopTransaction').length, 0);
    await endByCard(world, 1, 'CARD1');
  },
);
