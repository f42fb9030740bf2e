import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, delivered, registered } from './backend-steps.ts';
import { listed, questions, sendList } from './local-list-steps.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

/** A car comes and a card is shown; gives whether it charges soon after. */
async function isLetThrough(world: World, uid: string): Promise<boolean> {
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.pass(4_000);
  return statusOf(world, 1) === 'Charging';
}

scenario(
  'with LocalPreAuthorize a listed card starts at once, without a question (A-02, A-03, TC_008, TC_008_1)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    assert.equal(await sendList(world, 'Full', 1, [listed('CARD1')]), 'Accepted');
    await startByCard(world, 1, 'card1');
    await world.until('StartTransaction', () => world.calls('StartTransaction').length === 1);
    assert.equal(world.calls('StartTransaction')[0]?.payload['idTag'], 'card1', 'as it was read');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(questions(world), []);
    assert.deepEqual(world.calls('StopTransaction').length, 1);
  },
);

for (const [name, info] of [
  ['refuses', { status: 'Blocked' }],
  ['knows as expired', { expiryDate: '2001-01-01T00:00:00Z' }],
] as const) {
  scenario(
    `with LocalPreAuthorize a card that the list ${name} is asked about, and charges when the backend lets it (A-03)`,
    { defaults: { 'authorization.localPreAuthorize': true } },
    async (world) => {
      await sendList(world, 'Full', 1, [listed('CARD1', info)]);
      await startByCard(world, 1, 'CARD1');
      await endByCard(world, 1, 'CARD1');
      assert.deepEqual(questions(world), ['CARD1']);
    },
  );
}

scenario('without LocalPreAuthorize a listed card is asked about while online (A-03)', {}, async (world) => {
  await sendList(world, 'Full', 1, [listed('CARD1')]);
  await startByCard(world, 1, 'CARD1');
  await endByCard(world, 1, 'CARD1');
  assert.deepEqual(questions(world), ['CARD1']);
});

scenario(
  'the list goes before the cache, online and offline (A-02, A-04)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    world.backend.configure({ idTags: { CACHED_BAD: { status: 'Blocked' } } });
    await startByCard(world, 1, 'CACHED_GOOD');
    await endByCard(world, 1, 'CACHED_GOOD');
    assert.equal(await isLetThrough(world, 'CACHED_BAD'), false);
    await leave(world, 1);
    world.backend.configure({ idTags: { CACHED_BAD: { status: 'Accepted' } } });
    await sendList(world, 'Full', 1, [listed('CACHED_GOOD', { status: 'Blocked' }), listed('CACHED_BAD')]);
    const asked = questions(world).length;
    assert.equal(await isLetThrough(world, 'CACHED_BAD'), true, 'the list lets it in');
    await endByCard(world, 1, 'CACHED_BAD');
    assert.equal(questions(world).length, asked);
    await world.cutLink();
    assert.equal(await isLetThrough(world, 'CACHED_GOOD'), false, 'the list refuses it');
    await leave(world, 1);
    assert.equal(await isLetThrough(world, 'CACHED_BAD'), true);
    await endByCard(world, 1, 'CACHED_BAD');
    await world.restoreLink();
    await registered(world);
    await delivered(world);
  },
);

scenario(
  'offline a listed card charges; one that is refused there or has expired does not, whatever is allowed to unknown ones (A-04, A-05)',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    const expired = listed('OLD', { expiryDate: '2001-01-01T00:00:00Z' });
    await sendList(world, 'Full', 1, [listed('GOOD'), listed('BAD', { status: 'Invalid' }), expired]);
    await world.cutLink();
    for (const [uid, lets] of [
      ['GOOD', true],
      ['BAD', false],
      ['OLD', false],
      ['NEW', true],
    ] as const) {
      assert.equal(await isLetThrough(world, uid), lets, uid);
      if (lets) await endByCard(world, 1, uid);
      else await leave(world, 1);
    }
    await nobodyOffline(world);
    assert.equal(await isLetThrough(world, 'GOOD'), false, 'nobody is let in locally any more');
    await leave(world, 1);
    await world.restoreLink();
    await registered(world);
    await delivered(world);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag }) => idTag),
      ['GOOD', 'NEW'],
    );
  },
);

async function nobodyOffline(world: World): Promise<void> {
  await world.configure({
    'authorization.localAuthorizeOffline': 'false',
    'authorization.allowOfflineTxForUnknownId': 'false',
  });
}

scenario(
  'an entry expires where it stands: the same card charges offline before its date and not after (A-05, A-07)',
  { only: 'virtual' },
  async (world) => {
    const expiryDate = new Date(world.time.systemWallMs() + 3_600_000).toISOString();
    await sendList(world, 'Full', 1, [listed('CARD1', { expiryDate })]);
    await world.cutLink();
    assert.equal(await isLetThrough(world, 'CARD1'), true);
    await endByCard(world, 1, 'CARD1');
    await world.pass(3_600_000);
    assert.equal(await isLetThrough(world, 'CARD1'), false);
    await leave(world, 1);
    await world.restoreLink();
    await registered(world);
    await delivered(world);
  },
);

scenario('listed cards never come into the cache: off the list nobody knows them (A-07)', {}, async (world) => {
  await sendList(world, 'Full', 1, [listed('CARD1')]);
  await startByCard(world, 1, 'CARD1');
  await endByCard(world, 1, 'CARD1');
  assert.deepEqual(questions(world), ['CARD1'], 'the backend said something of it three times');
  await sendList(world, 'Full', 2);
  await world.cutLink();
  assert.equal(await isLetThrough(world, 'CARD1'), false);
  await leave(world, 1);
  await world.restoreLink();
});

scenario(
  'a remote start of a listed card begins without a question when remote starts are authorized locally (R-02, A-03, TC_008_2)',
  { defaults: { 'authorization.localPreAuthorize': true, 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    await sendList(world, 'Full', 1, [listed('CARD1'), listed('BAD', { status: 'Blocked' })]);
    world.backend.configure({ idTags: { BAD: { status: 'Blocked' } } });
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    const request = { connectorId: 1, idTag: 'BAD' };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', request), { status: 'Accepted' });
    await world.until('the question', () => questions(world).length === 1);
    await world.pass(3_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    const good = { ...request, idTag: 'CARD1' };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', good), { status: 'Accepted' });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(questions(world), ['BAD']);
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.calls('StartTransaction')[0]?.payload['idTag'], 'CARD1');
  },
);

scenario(
  'a remote start of a listed card is asked about without LocalPreAuthorize (R-02, A-03)',
  { defaults: { 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'CARD1' });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(questions(world), ['CARD1']);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'the list knows who belongs together: another card of the group stops, a stranger and a blocked one do not (A-11, A-12, TC_069)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    const fleet = { parentIdTag: 'FLEET' };
    world.backend.configure({ idTags: { BLOCKED: { status: 'Blocked', ...fleet } } });
    const blocked = listed('BLOCKED', { status: 'Blocked', ...fleet });
    await sendList(world, 'Full', 1, [listed('CARD1', fleet), listed('CARD2', fleet), listed('OTHER'), blocked]);
    await startByCard(world, 1, 'CARD1');
    for (const uid of ['OTHER', 'BLOCKED']) {
      await world.sim({ action: 'card', uid, evse: 1 });
      await world.pass(3_000);
      assert.equal(statusOf(world, 1), 'Charging', uid);
    }
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.idTag, 'CARD2');
    assert.deepEqual(questions(world), ['BLOCKED']);
  },
);

scenario(
  'the group that the list names counts also where the backend is asked and names none (A-11)',
  {},
  async (world) => {
    const fleet = { parentIdTag: 'FLEET' };
    await sendList(world, 'Full', 1, [listed('CARD1', fleet), listed('CARD2', fleet)]);
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.deepEqual(questions(world), ['CARD1', 'CARD2']);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.idTag, 'CARD2');
  },
);

scenario(
  'a card of the group of a remote start stops it, when the list knows the group of both (A-11)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    const fleet = { parentIdTag: 'FLEET' };
    await sendList(world, 'Full', 1, [listed('APP1', fleet), listed('CARD2', fleet)]);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'APP1' });
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.deepEqual(questions(world), []);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.idTag, 'CARD2');
  },
);

scenario(
  'a list that is switched off in the middle lets nobody in any more (L-06)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await changeKey(world, 'LocalAuthListEnabled', 'false');
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(questions(world), ['CARD1']);
  },
);
