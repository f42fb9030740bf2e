import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, happenedAfter } from '../backend-steps.ts';
import { endByCard, leave, startByCard, statusOf } from '../steps.ts';

/** Whether a card at a plugged car is let through: it charges, or the reader shows a refusal. */
async function isLetThrough(world: World, evse: number, uid: string): Promise<boolean> {
  const refusals = (): number =>
    world.hardware
      .commands('indicate')
      .filter(({ command }) => command.type === 'indicate' && command.signal === 'refused').length;
  const before = refusals();
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse });
  await world.until('a decision on the card', () => statusOf(world, evse) === 'Charging' || refusals() > before);
  return refusals() === before;
}

/** Somebody charges for a moment, so that the card is known. */
async function chargeOnce(world: World, uid: string): Promise<void> {
  await startByCard(world, 1, uid);
  await endByCard(world, 1, uid);
}

scenario(
  'authorization.localAuthorizeOffline: on, with the cache, a known card charges without backend (A-04)',
  {},
  async (world) => {
    await chargeOnce(world, 'CARD1');
    await world.cutLink();
    assert.equal(await isLetThrough(world, 2, 'CARD1'), true);
    await endByCard(world, 2, 'CARD1');
    await world.restoreLink();
    await delivered(world);
    assert.equal(world.backend.ledger.transactions().length, 2);
  },
);

for (const [name, key] of [
  ['authorization.cacheEnabled: off, a known card is refused without backend', 'AuthorizationCacheEnabled'],
  ['authorization.localAuthorizeOffline: off, a known card is refused without backend (A-04)', 'LocalAuthorizeOffline'],
] as const) {
  scenario(name, {}, async (world) => {
    await chargeOnce(world, 'CARD1');
    await changeKey(world, key, 'false');
    await world.cutLink();
    assert.equal(await isLetThrough(world, 2, 'CARD1'), false);
    await leave(world, 2);
    await world.restoreLink();
    await delivered(world);
    assert.equal(world.backend.ledger.transactions().length, 1);
  });
}

scenario(
  'authorization.cacheEnabled: off, nothing is remembered and ClearCache is Rejected (A-07, A-09)',
  {},
  async (world) => {
    assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Accepted' });
    await changeKey(world, 'AuthorizationCacheEnabled', 'false');
    assert.deepEqual(await ask(world, 'ClearCache'), { status: 'Rejected' });
    await chargeOnce(world, 'CARD1');
    await changeKey(world, 'AuthorizationCacheEnabled', 'true');
    await world.cutLink();
    assert.equal(await isLetThrough(world, 2, 'CARD1'), false);
    await leave(world, 2);
    await world.restoreLink();
  },
);

scenario('authorization.cacheSize: with one entry only the last card is remembered (A-07)', {}, async (world) => {
  await changeKey(world, 'AuthorizationCacheSize', '1');
  await chargeOnce(world, 'CARD1');
  await chargeOnce(world, 'CARD2');
  await world.cutLink();
  assert.equal(await isLetThrough(world, 1, 'CARD1'), false);
  assert.equal(await isLetThrough(world, 2, 'CARD2'), true);
  await leave(world, 1);
  await endByCard(world, 2, 'CARD2');
  await world.restoreLink();
  await delivered(world);
});

for (const allowed of [true, false]) {
  scenario(
    `authorization.allowOfflineTxForUnknownId: an unknown card ${allowed ? 'charges' : 'is refused'} without backend`,
    { defaults: { 'authorization.allowOfflineTxForUnknownId': !allowed } },
    async (world) => {
      await changeKey(world, 'AllowOfflineTxForUnknownId', String(allowed));
      await world.cutLink();
      assert.equal(await isLetThrough(world, 1, 'STRANGER'), allowed);
      if (allowed) await endByCard(world, 1, 'STRANGER');
      else await leave(world, 1);
      await world.restoreLink();
      await delivered(world);
      assert.deepEqual(
        world.backend.ledger.transactions().map(({ idTag }) => idTag),
        allowed ? ['STRANGER'] : [],
      );
    },
  );
}

scenario(
  'authorization.authorizeRemoteTxRequests: on, the card of a remote start is asked about first (R-02)',
  {},
  async (world) => {
    await changeKey(world, 'AuthorizeRemoteTxRequests', 'true');
    world.backend.configure({ idTags: { BLOCKED: { status: 'Blocked' } } });
    await world.sim({ action: 'plug', evse: 1, soc: 20 });
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', { idTag: 'BLOCKED', connectorId: 1 }), {
      status: 'Accepted',
    });
    await world.until('the question', () => world.calls('Authorize').length === 1);
    await world.pass(3_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    await ask(world, 'RemoteStartTransaction', { idTag: 'GOOD', connectorId: 1 });
    await world.until('charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(
      world.calls('Authorize').map(({ payload }) => payload['idTag']),
      ['BLOCKED', 'GOOD'],
    );
    await endByCard(world, 1, 'GOOD');
  },
);

scenario(
  'authorization.authorizeRemoteTxRequests: off, the remote start is the permission (R-02)',
  {},
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, soc: 20 });
    await ask(world, 'RemoteStartTransaction', { idTag: 'GOOD', connectorId: 1 });
    await world.until('charging', () => statusOf(world, 1) === 'Charging');
    assert.deepEqual(world.calls('Authorize'), []);
    await endByCard(world, 1, 'GOOD');
  },
);

scenario(
  'authorization.localPreAuthorize: on, a known card starts without a question (A-03, TC_007_1)',
  {},
  async (world) => {
    await chargeOnce(world, 'CARD1');
    await chargeOnce(world, 'CARD1');
    assert.equal(world.calls('Authorize').length, 2, 'off, each time is asked');
    await changeKey(world, 'LocalPreAuthorize', 'true');
    await chargeOnce(world, 'CARD1');
    assert.equal(world.calls('Authorize').length, 2);
    assert.equal(world.calls('StartTransaction').length, 3);
    await chargeOnce(world, 'CARD2');
    assert.equal(world.calls('Authorize').length, 3, 'an unknown card is asked about');
  },
);

scenario(
  'authorization.timeout: a driver waits so long, then the offline rules decide',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await changeKey(world, 'AuthorizationTimeout', '4');
    world.backend.setRules([{ on: { action: 'Authorize', times: 1 }, do: { delay: { ms: 8_000 } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('StartTransaction', () => world.calls('StartTransaction').length === 1);
    const [asked] = world.calls('Authorize');
    const [started] = world.calls('StartTransaction');
    const startMs = Date.parse(String(started?.payload['timestamp']));
    happenedAfter(world, (startMs - (asked?.atMs ?? 0)) / 1000, 4, 'the transaction started');
    assert.equal(asked?.connection, started?.connection, 'the link stays');
    await delivered(world);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'authorization.timeout: a late refusal ends the transaction',
  { defaults: { 'authorization.allowOfflineTxForUnknownId': true } },
  async (world) => {
    await changeKey(world, 'AuthorizationTimeout', '2');
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    world.backend.setRules([
      { on: { action: 'Authorize', times: 1 }, do: { delay: { ms: 6_000 } } },
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Accepted' } } } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await delivered(world);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'DeAuthorized');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(1_000);
    await leave(world, 1);
  },
);

/** No clock yet: the operating system believes in 1970, the backend knows better. */
const withoutClock = {
  only: 'virtual',
  unregistered: true,
  startWallMs: 0,
  defaults: { 'authorization.allowOfflineTxForUnknownId': true },
} as const;

async function beforeTheFirstBoot(world: World, charges: boolean): Promise<void> {
  world.backend.configure({ clockOffsetMs: Date.UTC(2026, 10, 22, 12) });
  assert.equal(await isLetThrough(world, 1, 'CARD1'), charges);
  await world.pass(30_000);
}

scenario(
  'authorization.acceptBeforeBoot: off, nobody charges before a backend has accepted the station (B-08)',
  { ...withoutClock, defaults: { ...withoutClock.defaults, 'backend.startSpread': 300 } },
  async (world) => {
    await beforeTheFirstBoot(world, false);
    assert.notEqual(world.status().blocked, null);
    await leave(world, 1);
    await world.until('registration', () => world.status().registration === 'accepted', 400_000);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'authorization.acceptBeforeBoot: on, what was charged before is delivered later (B-08, Q-08)',
  {
    ...withoutClock,
    defaults: { ...withoutClock.defaults, 'backend.startSpread': 300, 'authorization.acceptBeforeBoot': true },
  },
  async (world) => {
    await beforeTheFirstBoot(world, true);
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(world.backend.attempts, []);
    await world.until('registration', () => world.status().registration === 'accepted', 400_000);
    await delivered(world);
    const [transaction] = world.backend.ledger.transactions();
    assert.equal(transaction?.stops.length, 1);
    assert.ok((transaction.stops[0]?.meterStop ?? 0) > transaction.meterStart);
    await changeKey(world, 'AcceptBeforeBoot', 'false');
  },
);
