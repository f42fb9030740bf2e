import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { FreeTraits, FreeWish } from '../../authorization/free-charging.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { Standing } from '../../reservations/reservation-rules.ts';
import type { Verdict } from './authorizer.ts';
import { RemoteDesk } from './remote-desk.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly asked: string[] = [];
  readonly problems: string[] = [];
  ids: Readonly<Record<string, string>> = { '7': 'T1', '0': 'T2' };
  authorizeFirst = false;
  concurrent = true;
  verdict: Promise<Verdict> = Promise.resolve({ accepted: true, parentIdToken: 'ASKED' });
  standings: Readonly<Record<number, Standing>> = {};
  /** Charging that is free of charge; gives what it was asked for as the identifier. */
  readonly free: { traits: FreeTraits | null; grantFor: (traits: FreeTraits, wish: FreeWish) => Grant | null } = {
    traits: null,
    grantFor: (_, { card }) => (this.freeTag === '' ? null : grantOf(this.freeTag, { via: 'remote', free: { card } })),
  };
  freeTag = 'FREE';
  readonly desk: RemoteDesk;

  constructor() {
    this.desk = new RemoteDesk({
      time: this.time,
      outbox: {
        transactionOf: (id: string) => this.ids[id] ?? null,
        backendTransaction: (key: string) => Object.keys(this.ids).find((id) => this.ids[id] === key) ?? null,
      } as unknown as Outbox,
      evses: () => this.evses.map((evse) => evse.controller),
      authorize: (idToken) => {
        this.asked.push(idToken);
        return this.verdict;
      },
      authorizeFirst: () => this.authorizeFirst,
      concurrent: () => this.concurrent,
      free: this.free,
      parentOf: () => 'KNOWN',
      standing: (evse) => this.standings[evse] ?? 'open',
      companionOf: () => null,
      onProblem: (text) => this.problems.push(text),
    });
  }
}

describe('a remote start', () => {
  test('is promised at once and begins afterwards, with the identifier as it came (R-01, R-05)', async () => {
    const bench = new Bench();
    bench.evses[1].plug();
    assert.equal(bench.desk.start({ evse: 2, idToken: 'Aa', profile: null }), 'accepted');
    assert.deepEqual(bench.evses[1].of('granted'), []);
    await bench.time.advance(0);
    const grant = grantOf('Aa', { parentIdToken: 'KNOWN', via: 'remote' });
    assert.deepEqual(bench.evses[1].of('granted')[0]?.grant, grant);
    assert.deepEqual(bench.asked, []);
  });

  test('without a connector takes a free one, a plugged one first', async () => {
    const bench = new Bench();
    bench.evses[1].plug();
    assert.equal(bench.desk.start({ evse: null, idToken: 'A', profile: null }), 'accepted');
    assert.equal(bench.desk.start({ evse: null, idToken: 'B', profile: null }), 'accepted');
    assert.equal(bench.desk.start({ evse: null, idToken: 'C', profile: null }), 'rejected');
    await bench.time.advance(0);
    assert.deepEqual(
      bench.evses.map((evse) => evse.of('granted')[0]?.grant.idToken),
      ['B', 'A'],
    );
  });

  test('is rejected where the place is reserved for others, and goes to its own first (RS-04)', () => {
    const bench = new Bench();
    bench.evses[0].plug();
    bench.standings = { 1: 'closed' };
    assert.equal(bench.desk.start({ evse: 1, idToken: 'A', profile: null }), 'rejected');
    bench.standings = { 2: 'own' };
    assert.equal(bench.desk.start({ evse: null, idToken: 'A', profile: null }), 'accepted');
    bench.standings = {};
    assert.equal(bench.desk.start({ evse: 2, idToken: 'B', profile: null }), 'rejected', 'the second was promised');
  });

  test('asks for the group where only a group may, and is given up when it is another (RS-04, TC_053_2)', async () => {
    const bench = new Bench();
    bench.standings = { 1: 'ask' };
    assert.equal(bench.desk.start({ evse: 1, idToken: 'A', profile: null }), 'accepted');
    await bench.time.advance(0);
    assert.deepEqual(bench.asked, ['A']);
    await bench.time.advance(0);
    assert.deepEqual(bench.evses[0].of('granted'), []);
    assert.deepEqual(bench.problems, ['a remote start was given up: EVSE 1 is reserved for others']);
  });

  test('is rejected for connector 0, an unknown or busy one, and without an identifier', () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('X'));
    for (const evse of [0, 1, 9, -1])
      assert.equal(bench.desk.start({ evse, idToken: 'A', profile: null }), 'rejected', String(evse));
    assert.equal(bench.desk.start({ evse: 2, idToken: '', profile: null }), 'rejected');
  });

  test('asks first when it shall, and a refusal gives the connector back (R-02)', async () => {
    const bench = new Bench();
    bench.authorizeFirst = true;
    bench.verdict = Promise.resolve({ accepted: false, parentIdToken: null });
    assert.equal(bench.desk.start({ evse: 1, idToken: 'A', profile: null }), 'accepted');
    assert.equal(bench.desk.start({ evse: 1, idToken: 'B', profile: null }), 'rejected');
    await bench.time.advance(0);
    assert.deepEqual([bench.asked, bench.evses[0].inputs], [['A'], []]);
    bench.verdict = Promise.resolve({ accepted: true, parentIdToken: 'ASKED' });
    assert.equal(bench.desk.start({ evse: 1, idToken: 'B', profile: null }), 'accepted');
    await bench.time.advance(0);
    assert.equal(bench.evses[0].of('granted')[0]?.grant.parentIdToken, 'ASKED');
  });
});

describe('a remote stop', () => {
  test('ends the transaction that the backend means, afterwards, with reason remote (R-06)', async () => {
    const bench = new Bench();
    bench.evses[0].run(grantOf('A'));
    bench.evses[1].run(grantOf('B'));
    assert.equal(await bench.desk.stop('0'), 'accepted');
    assert.deepEqual(bench.evses[1].of('stop'), []);
    await bench.time.advance(0);
    assert.deepEqual(bench.evses[1].of('stop')[0]?.cause, { reason: 'remote', idToken: null });
    assert.deepEqual(bench.evses[0].of('stop'), []);
  });

  test('waits a moment for the id of a transaction that has just begun, and not for ever (R-06)', async () => {
    const bench = new Bench();
    const { ids } = bench;
    bench.ids = {};
    bench.evses[0].run(grantOf('A'));
    const early = bench.desk.stop('7');
    bench.time.after(300, () => (bench.ids = ids));
    await bench.time.advance(1_000);
    assert.equal(await early, 'accepted');
    bench.ids = {};
    const never = bench.desk.stop('7');
    await bench.time.advance(1_000);
    assert.equal(await never, 'rejected');
  });

  test('is rejected for an unknown id, a finished transaction, and one that already ends', async () => {
    const bench = new Bench();
    assert.equal(await bench.desk.stop('99'), 'rejected');
    assert.equal(await bench.desk.stop('7'), 'rejected');
    bench.evses[0].run(grantOf('A'));
    bench.evses[0].dispatch({ kind: 'stop', cause: { reason: 'local', idToken: 'A' } });
    assert.equal(await bench.desk.stop('7'), 'rejected');
  });
});

describe('where a card may charge only once at a time (A-13)', () => {
  test('a remote start is rejected while it charges, or is promised, elsewhere', async () => {
    const bench = new Bench();
    bench.concurrent = false;
    bench.evses[0].run(grantOf('CARD'));
    assert.equal(bench.desk.start({ evse: 2, idToken: 'card', profile: null }), 'rejected');
    assert.equal(bench.desk.start({ evse: 2, idToken: 'OTHER', profile: null }), 'accepted');
    const second = new Bench();
    second.concurrent = false;
    assert.equal(second.desk.start({ evse: 1, idToken: 'CARD', profile: null }), 'accepted');
    assert.equal(second.desk.start({ evse: 2, idToken: 'card', profile: null }), 'rejected');
    await second.time.advance(0);
    assert.equal(second.desk.start({ evse: 2, idToken: 'card', profile: null }), 'accepted');
    await second.time.advance(0);
    assert.deepEqual(
      second.evses.map(({ state }) => state.phase.kind),
      ['idle', 'preparing'],
    );
  });

  test('one that was promised begins nothing when the card has begun elsewhere meanwhile', async () => {
    const bench = new Bench();
    bench.concurrent = false;
    bench.authorizeFirst = true;
    const asking = Promise.withResolvers<Verdict>();
    bench.verdict = asking.promise;
    assert.equal(bench.desk.start({ evse: 2, idToken: 'CARD', profile: null }), 'accepted');
    await bench.time.advance(0);
    bench.evses[0].run(grantOf('CARD'));
    asking.resolve({ accepted: true, parentIdToken: null });
    await bench.time.advance(0);
    assert.deepEqual(bench.evses[1].of('granted'), []);
  });
});

describe('a remote start where charging is free of charge', () => {
  const told: FreeTraits = { number: 3, card: true, tells: 'transactions', idTag: 'configured' };
  const request = { evse: 1, idToken: 'REMOTE', profile: null } as const;

  test('is rejected where the backend is told of no transaction', async () => {
    const bench = new Bench();
    for (const tells of ['nothing', 'status'] as const) {
      bench.free.traits = { ...told, tells, idTag: 'none' };
      assert.equal(bench.desk.start(request), 'rejected');
    }
    await bench.time.advance(0);
    assert.deepEqual(bench.evses[0].inputs, []);
  });

  for (const card of [true, false])
    test(`begins without a question, ${card ? 'for the card that it names' : 'for nobody'}`, async () => {
      const bench = new Bench();
      bench.authorizeFirst = true;
      bench.concurrent = false;
      bench.evses[1].run(grantOf('REMOTE'));
      bench.free.traits = { ...told, card };
      assert.equal(bench.desk.start(request), 'accepted');
      await bench.time.advance(0);
      const expected = grantOf('FREE', { via: 'remote', free: { card: card ? 'REMOTE' : null } });
      assert.deepEqual(bench.evses[0].of('granted')[0]?.grant, expected);
      assert.deepEqual(bench.asked, []);
    });

  test('is rejected while no identifier is set that is needed', () => {
    const bench = new Bench();
    bench.free.traits = told;
    bench.freeTag = '';
    assert.equal(bench.desk.start(request), 'rejected');
  });

  test('that was accepted begins nothing when the mode has changed before', async () => {
    const bench = new Bench();
    bench.free.traits = told;
    assert.equal(bench.desk.start(request), 'accepted');
    bench.free.traits = { ...told, tells: 'nothing', idTag: 'none' };
    await bench.time.advance(0);
    assert.deepEqual(bench.evses[0].inputs, []);
    bench.free.traits = told;
    assert.equal(bench.desk.start(request), 'accepted', 'the place is free again');
  });
});
