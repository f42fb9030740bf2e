import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { AuthorizationCache } from '../../authorization/cache.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import { StationClock } from '../../core/station-clock.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { alarm, ended, metered, started } from '../../delivery/test-facts.ts';
import type { FactAnswer } from '../../delivery/session.ts';
import { openParameters, type Parameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { BackendAnswers } from './backend-answers.ts';
import { IdTokenMemory } from '../desks/id-token-memory.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';

const buildMs = Date.UTC(2026, 10, 1);
const accepted: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const noList = { find: () => null, answered: () => assert.fail('nobody is listed') };
const answerOf = (idToken: IdTokenAnswer | null): FactAnswer => ({ backendTransaction: '7', idToken });

class Bench {
  readonly store = createMemoryStore();
  readonly time: VirtualTime;
  readonly clock: StationClock;
  readonly params: Parameters;
  readonly cache: AuthorizationCache;
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly jumps: number[] = [];
  readonly problems: string[] = [];
  readonly answers: BackendAnswers;

  constructor(time: VirtualTime, clock: StationClock, params: Parameters) {
    const { store } = this;
    this.time = time;
    this.clock = clock;
    this.params = params;
    this.cache = new AuthorizationCache({
      station: 's',
      store,
      nowMs: () => clock.nowMs(),
      size: () => 10,
      lifetimeSeconds: () => 0,
    });
    this.answers = new BackendAnswers({
      station: 's',
      store,
      clock,
      params,
      memory: new IdTokenMemory({ params, cache: this.cache, localList: noList }),
      evses: () => this.evses.map((evse) => evse.controller),
      onClock: (jumpMs) => this.jumps.push(jumpMs),
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  static async make(systemMs = buildMs + 1_000): Promise<Bench> {
    const time = new VirtualTime(systemMs);
    const clock = new StationClock({ time, buildMs, lastKnownMs: 0 });
    return new Bench(time, clock, await openParameters({ station: 's', store: createMemoryStore(), clock, time }));
  }

  async stored(): Promise<unknown> {
    return (await this.store.readDocuments('s', 'station')).get('clock');
  }
}

describe('the time of the backend', () => {
  test('makes an invalid clock valid, is remembered at once and told (H-03)', async () => {
    const bench = await Bench.make(0);
    bench.answers.time({ timeMs: buildMs + 500 });
    assert.deepEqual([bench.clock.valid, bench.jumps, await bench.stored()], [true, [500], { lastMs: buildMs + 500 }]);
  });

  test('is followed silently in small steps; a jump is told and remembered', async () => {
    const bench = await Bench.make();
    bench.answers.time({ timeMs: buildMs + 6_000 });
    assert.deepEqual([bench.clock.nowMs(), bench.jumps, await bench.stored()], [buildMs + 6_000, [], undefined]);
    bench.answers.time({ timeMs: buildMs + 500 });
    assert.deepEqual([bench.clock.nowMs(), bench.jumps], [buildMs + 500, [-5_500]]);
  });

  test('from decades ahead is not taken over, and people are told', async () => {
    const bench = await Bench.make();
    bench.answers.time({ timeMs: Date.UTC(2099, 0, 1) });
    assert.deepEqual([bench.clock.nowMs(), bench.jumps, await bench.stored()], [buildMs + 1_000, [], undefined]);
    assert.match(bench.problems[0] ?? '', /2099-01-01.*20 years/);
  });

  test('days ahead of a system clock that can be right is taken over, but not remembered as the least time', async () => {
    const bench = await Bench.make();
    bench.answers.time({ timeMs: buildMs + 400 * 86_400_000 });
    assert.deepEqual([bench.clock.source, await bench.stored()], ['backend', { lastMs: buildMs + 1_000 }]);
  });

  test('from before the build is not taken over, and people are told', async () => {
    const bench = await Bench.make();
    bench.answers.time({ timeMs: 0 });
    assert.equal(bench.clock.nowMs(), buildMs + 1_000);
    assert.match(bench.problems[0] ?? '', /1970-01-01/);
  });
});

describe('the heartbeat interval', () => {
  test('of an acceptance is stored; 0 keeps our own (B-03, B-06)', async () => {
    const bench = await Bench.make();
    const own = bench.params.get('backend.heartbeatInterval');
    bench.answers.heartbeatInterval(0);
    await bench.time.advance(0);
    assert.equal(bench.params.get('backend.heartbeatInterval'), own);
    bench.answers.heartbeatInterval(77);
    await bench.time.advance(0);
    assert.deepEqual([bench.params.get('backend.heartbeatInterval'), bench.problems], [77, []]);
  });

  test('that makes no sense is told to people: below 0 our own stays, above a week it is a week (B-06)', async () => {
    const bench = await Bench.make();
    const own = bench.params.get('backend.heartbeatInterval');
    bench.answers.heartbeatInterval(-1);
    await bench.time.advance(0);
    assert.equal(bench.params.get('backend.heartbeatInterval'), own);
    bench.answers.heartbeatInterval(2_147_483_647);
    await bench.time.advance(0);
    assert.equal(bench.params.get('backend.heartbeatInterval'), 604_800);
    assert.equal(bench.problems.length, 2);
    for (const problem of bench.problems) assert.match(problem, /heartbeat interval/);
  });
});

describe('what is said of an identifier', () => {
  test('in answer to Start and Stop is remembered; other answers say nothing', async () => {
    const bench = await Bench.make();
    bench.answers.delivered(started('T', { idToken: 'A' }), answerOf(accepted));
    bench.answers.delivered(ended('T', { idToken: 'B' }), answerOf({ ...accepted, status: 'expired' }));
    bench.answers.delivered(ended('T', { idToken: null }), answerOf(accepted));
    bench.answers.delivered(metered('T', 1), answerOf(null));
    bench.answers.delivered(alarm('x'), answerOf(null));
    assert.deepEqual(
      [bench.cache.find('a')?.status, bench.cache.find('b')?.status, bench.cache.count],
      ['accepted', 'expired', 2],
    );
  });

  test('names the group of the running transaction; silence takes a known group back neither here nor in the cache (A-11)', async () => {
    const bench = await Bench.make();
    const [evse] = bench.evses;
    const parentOf = (): string | null =>
      evse.state.phase.kind === 'running' ? evse.state.phase.grant.parentIdToken : null;
    evse.run(grantOf('A'), 'T');
    bench.answers.delivered(started('T'), answerOf({ ...accepted, parentIdToken: 'FLEET' }));
    assert.equal(parentOf(), 'FLEET');
    bench.answers.delivered(started('T'), answerOf(accepted));
    assert.deepEqual([parentOf(), bench.cache.find('A')?.parentIdToken], ['FLEET', 'FLEET']);
  });

  test('that refuses reaches the EVSE whose transaction it is, and no other (X-06)', async () => {
    const bench = await Bench.make();
    bench.evses[0].run(grantOf('A'), 'OTHER');
    bench.evses[1].run(grantOf('A'), 'T');
    bench.answers.delivered(
      started('T', { free: true, idToken: 'FREE' }),
      answerOf({ ...accepted, status: 'blocked' }),
    );
    assert.deepEqual([bench.evses[1].inputs, bench.cache.find('FREE')], [[], null], 'what is free of charge goes on');
    bench.answers.delivered(started('T'), answerOf({ ...accepted, status: 'blocked' }));
    assert.deepEqual([bench.evses[0].of('deauthorized').length, bench.evses[1].of('deauthorized').length], [0, 1]);
  });

  test('of a transaction that is over changes the cache only (X-16)', async () => {
    const bench = await Bench.make();
    bench.evses[0].run(grantOf('A'), 'NEXT');
    bench.answers.delivered(started('T'), answerOf({ ...accepted, status: 'invalid' }));
    bench.answers.delivered(ended('NEXT', { idToken: 'A' }), answerOf({ ...accepted, status: 'invalid' }));
    assert.deepEqual([bench.evses[0].of('deauthorized'), bench.cache.find('A')?.status], [[], 'invalid']);
  });

  test('too late for the driver acts like an answer to StartTransaction (row 8a)', async () => {
    const bench = await Bench.make();
    bench.evses[0].run(grantOf('card'));
    bench.evses[1].run(grantOf('OTHER'));
    bench.answers.lateAuthorization('CARD', accepted);
    assert.deepEqual(bench.evses[0].of('deauthorized'), []);
    bench.answers.lateAuthorization('CARD', { ...accepted, status: 'concurrentTx' });
    assert.deepEqual([bench.evses[0].of('deauthorized').length, bench.evses[1].of('deauthorized').length], [1, 0]);
  });
});

test('without a cache nothing is remembered', async () => {
  const bench = await Bench.make();
  await bench.params.change([{ name: 'AuthorizationCacheEnabled', value: 'false' }], { source: 'backend', who: 'b' });
  bench.answers.delivered(started('T'), answerOf(accepted));
  assert.equal(bench.cache.count, 0);
});
