import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AuthorizationCache } from '../../authorization/cache.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { Outcome } from '../../delivery/session.ts';
import { openParameters, type ParameterReader } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { Authorizer } from './authorizer.ts';
import { IdTokenMemory } from './id-token-memory.ts';

const accepted: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: 'FLEET' };
const blocked: IdTokenAnswer = { ...accepted, status: 'blocked' };
const says = (answer: IdTokenAnswer): Outcome<IdTokenAnswer> => ({ kind: 'answered', answer });

class Bench {
  readonly time: VirtualTime;
  readonly cache: AuthorizationCache;
  readonly authorizer: Authorizer;
  readonly asked: string[] = [];
  readonly late: string[] = [];
  readonly listed = new Map<string, IdTokenAnswer>();
  readonly judged: string[] = [];
  readonly whiteList = new Set<string>();
  readonly localList = {
    find: (idToken: string) => this.listed.get(idToken) ?? null,
    answered: (idToken: string, { status }: IdTokenAnswer) => void this.judged.push(`${idToken} ${status}`),
  };
  online = true;
  reply: () => Outcome<IdTokenAnswer> | Promise<Outcome<IdTokenAnswer>> = () => says(accepted);

  constructor(time: VirtualTime, params: ParameterReader) {
    this.time = time;
    const nowMs = (): number => time.systemWallMs();
    this.cache = new AuthorizationCache({
      station: 's',
      store: createMemoryStore(),
      nowMs,
      size: () => 100,
      lifetimeSeconds: () => 0,
    });
    this.authorizer = new Authorizer({
      time,
      memory: new IdTokenMemory({ params, cache: this.cache, localList: this.localList }),
      whiteListed: (idToken) => this.whiteList.has(idToken),
      nowMs,
      online: () => this.online,
      params,
      longestIdToken: 20,
      ask: async (idToken) => {
        this.asked.push(idToken);
        return this.reply();
      },
      onLateAnswer: (idToken, { status }) => this.late.push(`${idToken} ${status}`),
    });
  }

  static async make(values: Readonly<Record<string, string>> = {}): Promise<Bench> {
    const time = new VirtualTime();
    const clock = { nowMs: () => time.systemWallMs() };
    const params = await openParameters({ station: 's', store: createMemoryStore(), clock, time });
    const changes = Object.entries(values).map(([name, value]) => ({ name, value }));
    const outcomes = await params.change(changes, { source: 'manufacturer', who: 'test' });
    assert.ok(
      outcomes.every(({ kind }) => kind === 'accepted' || kind === 'unchanged'),
      JSON.stringify(outcomes),
    );
    return new Bench(time, params);
  }
}

test('online the backend is asked, and its answer is remembered, good or bad (A-07)', async () => {
  const bench = await Bench.make();
  assert.deepEqual(await bench.authorizer.authorize('A'), {
    accepted: true,
    parentIdToken: 'FLEET',
    decided: 'backend',
  });
  bench.reply = () => says(blocked);
  assert.equal((await bench.authorizer.authorize('B')).accepted, false);
  assert.deepEqual([bench.cache.find('a')?.status, bench.cache.find('b')?.status], ['accepted', 'blocked']);
  assert.deepEqual(bench.asked, ['A', 'B']);
  assert.equal(bench.time.pendingTimers, 0);
});

test('with LocalPreAuthorize a good entry is enough, with its group (A-03)', async () => {
  const bench = await Bench.make({ LocalPreAuthorize: 'true' });
  bench.cache.remember('A', accepted);
  bench.cache.remember('B', blocked);
  assert.deepEqual(await bench.authorizer.authorize('a'), { accepted: true, parentIdToken: 'FLEET', decided: 'cache' });
  await bench.authorizer.authorize('B');
  assert.deepEqual(bench.asked, ['B']);
});

test('offline nobody is asked and the cache decides (A-04)', async () => {
  const bench = await Bench.make();
  bench.online = false;
  bench.cache.remember('A', accepted);
  assert.equal((await bench.authorizer.authorize('A')).accepted, true);
  assert.equal((await bench.authorizer.authorize('NEW')).accepted, false);
  assert.deepEqual(bench.asked, []);
});

test('with LocalPreAuthorize a good entry of the list is enough, with its group, whatever the cache says (A-02, A-03)', async () => {
  const bench = await Bench.make({ LocalPreAuthorize: 'true' });
  bench.listed.set('A', { ...accepted, parentIdToken: 'LISTED' });
  bench.cache.remember('A', blocked);
  assert.deepEqual(await bench.authorizer.authorize('A'), {
    accepted: true,
    parentIdToken: 'LISTED',
    decided: 'localList',
  });
  assert.deepEqual([bench.asked, bench.judged], [[], []]);
});

test('what the backend says of a listed identifier decides, but is not kept: the list hears of it (A-07, A-10)', async () => {
  const bench = await Bench.make();
  bench.listed.set('A', accepted);
  bench.reply = () => says(blocked);
  assert.equal((await bench.authorizer.authorize('A')).accepted, false);
  assert.deepEqual([bench.cache.count, bench.judged], [0, ['A blocked']]);
});

test('offline the list decides before the cache, and what it refuses stays refused (A-02, A-05)', async () => {
  const bench = await Bench.make({ AllowOfflineTxForUnknownId: 'true' });
  bench.online = false;
  bench.listed.set('A', blocked);
  bench.cache.remember('A', accepted);
  assert.equal((await bench.authorizer.authorize('A')).accepted, false);
});

describe('a backend that does not help', () => {
  const troubles: readonly Outcome<never>[] = [
    { kind: 'unanswered' },
    { kind: 'linkLost' },
    { kind: 'refused', code: 'InternalError', text: '', final: false, security: false },
  ];
  for (const trouble of troubles) {
    test(`${trouble.kind}: the offline rules decide, and nothing is remembered`, async () => {
      const bench = await Bench.make();
      bench.reply = () => trouble;
      bench.cache.remember('A', accepted);
      assert.equal((await bench.authorizer.authorize('A')).accepted, true);
      assert.equal((await bench.authorizer.authorize('NEW')).accepted, false);
      assert.equal(bench.cache.find('NEW'), null);
      const open = await Bench.make({ AllowOfflineTxForUnknownId: 'true' });
      open.reply = () => trouble;
      assert.equal((await open.authorizer.authorize('NEW')).accepted, true);
    });
  }

  test('too slow: the driver waits ten seconds at most; the late answer feeds the cache and is passed on (row 8a)', async () => {
    const bench = await Bench.make({ AllowOfflineTxForUnknownId: 'true' });
    const gate = Promise.withResolvers<Outcome<IdTokenAnswer>>();
    bench.reply = () => gate.promise;
    let verdict: unknown;
    void bench.authorizer.authorize('A').then((given) => (verdict = given));
    await bench.time.advance(9_999);
    assert.equal(verdict, undefined);
    await bench.time.advance(1);
    assert.deepEqual(verdict, { accepted: true, parentIdToken: null, decided: 'unknownOffline' });
    gate.resolve(says(blocked));
    await bench.time.advance(0);
    assert.deepEqual([bench.late, bench.cache.find('A')?.status], [['A blocked'], 'blocked']);
  });

  test('silent for ever: nothing is passed on', async () => {
    const bench = await Bench.make();
    const gate = Promise.withResolvers<Outcome<IdTokenAnswer>>();
    bench.reply = () => gate.promise;
    void bench.authorizer.authorize('A');
    await bench.time.advance(10_000);
    gate.resolve({ kind: 'unanswered' });
    await bench.time.advance(0);
    assert.deepEqual([bench.late, bench.cache.count], [[], 0]);
  });
});

test('an identifier that could never be told is refused, even where unknown ones may charge offline (T-18)', async () => {
  const bench = await Bench.make({ AllowOfflineTxForUnknownId: 'true' });
  bench.online = false;
  assert.equal((await bench.authorizer.authorize('x'.repeat(21))).accepted, false);
  assert.equal((await bench.authorizer.authorize('x'.repeat(20))).accepted, true);
  bench.online = true;
  bench.reply = () => ({ kind: 'notSendable', problem: 'breaks the schema' });
  assert.equal((await bench.authorizer.authorize('A')).accepted, false);
});

test('without a cache nothing is remembered and nothing is known', async () => {
  const bench = await Bench.make({ AuthorizationCacheEnabled: 'false' });
  await bench.authorizer.authorize('A');
  assert.equal(bench.cache.count, 0);
  bench.cache.remember('A', accepted);
  bench.online = false;
  assert.equal((await bench.authorizer.authorize('A')).accepted, false);
});

test('a card of the white list charges without a question, online and offline', async () => {
  const bench = await Bench.make({ 'authorization.localAuthorizeOffline': 'false' });
  bench.whiteList.add('A');
  bench.cache.remember('A', blocked);
  for (bench.online of [true, false]) assert.equal((await bench.authorizer.authorize('A')).accepted, true);
  bench.listed.set('A', blocked);
  assert.equal((await bench.authorizer.authorize('A')).accepted, false, "the backend's list refuses it");
  assert.deepEqual(bench.asked, []);
});

test('in doubt charges whom nobody can judge: offline, unanswered, refused with an error; never whom somebody refuses', async () => {
  const bench = await Bench.make({ 'authorization.inDoubt': 'on' });
  bench.reply = () => ({ kind: 'unanswered' });
  assert.equal((await bench.authorizer.authorize('A')).accepted, true);
  bench.reply = () => says(blocked);
  assert.equal((await bench.authorizer.authorize('B')).accepted, false);
  bench.online = false;
  assert.equal((await bench.authorizer.authorize('B')).accepted, false);
  assert.equal((await bench.authorizer.authorize('C')).accepted, true);
});

test('what is told to the backend needs no answer, which is only remembered; offline nothing is told', async () => {
  const bench = await Bench.make();
  bench.reply = () => says(blocked);
  bench.authorizer.tell('A');
  await bench.time.advance(0);
  bench.online = false;
  bench.authorizer.tell('B');
  assert.deepEqual([bench.asked, bench.cache.find('A')?.status, bench.late], [['A'], 'blocked', []]);
});
