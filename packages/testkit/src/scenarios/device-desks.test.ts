import assert from 'node:assert/strict';

import type { KerbsideError, StationHandle } from '@kerbside/station';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { endByCard, startByCard } from './steps.ts';

type Device = StationHandle['device'];

const operator = { who: 'Otto', role: 'operator' } as const;
const oneAttempt = {
  'traffic.transactionMessageAttempts': 1,
  'traffic.parkedRetryInterval': 36_000,
} as const;
const resends = { books: { parkedResends: true } } as const;

async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return `${(error as KerbsideError).code}: ${(error as KerbsideError).message}`;
  }
  return assert.fail('it was not refused');
}

/** A session whose messages the backend does not take: Start and Stop are set aside. */
async function parkedSession(world: World): Promise<readonly number[]> {
  world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
  world.backend.setRules([
    { on: { action: 'StartTransaction' }, do: { callError: { code: 'InternalError', booked: false } } },
  ]);
  await startByCard(world, 1, 'CARD1');
  await world.pass(5_000);
  await endByCard(world, 1, 'CARD1');
  const isParked = (): boolean => world.status().outbox.parked >= 2 && world.status().outbox.waiting === 0;
  await world.until('the messages to be set aside', isParked, 600_000);
  return (await world.station.deadLetters()).map(({ seq }) => seq);
}

scenario(
  'the outbox tells by class what waits, since when, how much it is, and why the first message does not go (M11)',
  { only: 'virtual', allow: resends },
  async (world) => {
    const { outbox } = world.station.device;
    assert.deepEqual((await outbox.view()).waiting, { transaction: 0, event: 0, state: 0 });
    world.backend.setRules([
      { on: { action: 'StartTransaction', times: 1 }, do: { callError: { code: 'InternalError', booked: false } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the first refusal', () => (world.status().outbox.head?.lastError ?? '') !== '');
    const { waiting, waitingByAction, bytes, bound, nextRetryMs, attempts, lastError, oldestMs } = await outbox.view();
    assert.ok(waiting.transaction >= 1, JSON.stringify(waiting));
    assert.equal(waitingByAction['StartTransaction'], 1);
    assert.ok(bytes > 100, `${bytes} bytes`);
    assert.equal(bound, world.station.parameters.get('traffic.queueSize'));
    assert.deepEqual([attempts, lastError?.split(':')[0]], [1, 'InternalError']);
    const nowMs = world.status().clock.nowMs;
    assert.ok(nextRetryMs !== null && nextRetryMs > nowMs && nextRetryMs <= nowMs + 60_000);
    assert.ok(oldestMs !== null && oldestMs <= nowMs && oldestMs > nowMs - 60_000);
    await world.until('everything to be delivered', () => world.status().outbox.waiting === 0, 300_000);
    assert.deepEqual([(await outbox.view()).oldestMs, (await outbox.view()).bytes], [null, 0]);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'one dead letter is sent again when a person wants it, and takes the rest of its transaction along (M11)',
  { only: 'virtual', allow: resends, defaults: oneAttempt },
  async (world) => {
    const { outbox } = world.station.device;
    const [start = -1] = await parkedSession(world);
    assert.match(await refusalOf(() => outbox.resend(99_999)), /^outbox\.unknown/);
    const tried = world.calls('StartTransaction').length;
    outbox.resend(start);
    await world.until('one more attempt', () => world.calls('StartTransaction').length === tried + 1);
    await world.pass(60_000);
    assert.equal(world.calls('StartTransaction').length, tried + 1, 'it is tried once');
    world.backend.setRules([]);
    outbox.resend(start);
    await world.until('all to be delivered', () => world.status().outbox.parked === 0, 60_000);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'a message that is about money is deleted only when that is confirmed, stands in the logbook then, and its session counts as given up (M11)',
  { only: 'virtual', allow: resends, defaults: oneAttempt },
  async (world) => {
    const { outbox } = world.station.device;
    const [start = -1, ...others] = await parkedSession(world);
    assert.match(await refusalOf(() => outbox.delete(start, false, operator)), /^outbox\.confirm: .*cannot bill/);
    assert.equal(world.status().outbox.parked, 1 + others.length, 'nothing happened');
    assert.equal(await outbox.delete(start, true, operator), 1 + others.length);
    assert.equal(world.status().outbox.parked, 0);
    const [entry] = await world.station.archives.logbook.read({ limit: 1 });
    assert.deepEqual([entry?.kind, entry?.by], ['unbillable', 'operator']);
    assert.match(entry?.text ?? '', /deleted undelivered by Otto$/);
    await world.pass(2_000);
    const { sessions } = await world.station.archives.sessions.page({ limit: 1 });
    assert.equal(sessions[0]?.state, 'givenUp');
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    assert.deepEqual(await world.station.deadLetters(), []);
    assert.match(await refusalOf(() => outbox.delete(start, true, operator)), /^(outbox\.unknown|station\.)/);
  },
);

scenario(
  'what would be decided for a card is what then happens at the reader: list, white list, cache, backend, offline rules, free charging (M17, A-02)',
  { only: 'virtual' },
  async (world) => {
    const device = (): Device['authorization'] => world.station.device.authorization;
    const decided = (card: string): string => {
      const { decision, by, otherwise } = device().decide(card);
      return [decision, by, ...(otherwise === null ? [] : [otherwise.decision, otherwise.by])].join(' ');
    };
    assert.equal(decided('NEW'), 'ask backend refuse offline');
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    const [remembered] = device().cache(0, 10).entries;
    assert.deepEqual([remembered?.idTag, remembered?.status], ['CARD1', 'accepted']);
    assert.equal(decided('CARD1'), 'ask backend accept cache');
    assert.equal(device().decide('card1').known.cache?.status, 'accepted', 'in whatever letter case');
    await world.configure({ 'authorization.localPreAuthorize': 'true' });
    assert.equal(decided('CARD1'), 'accept cache');
    await world.station.whiteList.change({ kind: 'add', entry: { idToken: 'WHITE', note: '', expiryMs: null } });
    assert.equal(decided('WHITE'), 'accept whiteList');
    const localAuthorizationList = [{ idTag: 'LISTED', idTagInfo: { status: 'Blocked' } }];
    await world.configure({ 'authorization.localListEnabled': 'true' });
    await ask(world, 'SendLocalList', { listVersion: 1, updateType: 'Full', localAuthorizationList });
    assert.equal(decided('LISTED'), 'ask backend refuse localList');
    assert.equal(device().decide('x'.repeat(21)).by, 'tooLong');
    await world.cutLink();
    assert.equal(decided('LISTED'), 'refuse localList');
    assert.equal(decided('NEW'), 'refuse offline');
    assert.equal(device().decide('NEW').online, false);
    await world.configure({ 'authorization.allowOfflineTxForUnknownId': 'true' });
    assert.equal(decided('NEW'), 'accept unknownOffline');
    await world.configure({ 'authorization.rfidEnabled': 'false' });
    assert.equal(decided('NEW'), 'refuse readerOff');
    await world.configure({
      'authorization.freeCharging': 'true',
      'authorization.freeChargingMode': 'statusWithoutCard',
    });
    assert.equal(decided('NEW'), 'accept freeNeedsNoCard');
    await world.configure({ 'authorization.freeCharging': 'false' });
    await world.restoreLink();
    assert.equal(await device().clearCache(), 1);
    assert.equal(await device().clearCache(), 0);
    assert.deepEqual(device().cache(0, 10).entries, []);
  },
);
