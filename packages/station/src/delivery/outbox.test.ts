import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { Write } from '../store/store.ts';
import { TestDelivery } from './test-delivery.ts';
import { alarm, ended, metered, sample, started } from './test-facts.ts';
import { answered, givesId, linkLost, refused, TestSession, unanswered, type Reply } from './test-session.ts';
import { TestStore } from './test-store.ts';

const session = [started('a'), metered('a', 1), metered('a', 2), ended('a')];
const free = { backlogPerSecond: 0 };

/** Answers in this order; afterwards healthy. */
function scripted(...replies: readonly Reply[]): TestSession {
  const rest = [...replies];
  return new TestSession((fact) => rest.shift() ?? (fact.kind === 'transactionStarted' ? givesId('7') : answered));
}

const idsOf = (test: TestSession): readonly (string | undefined)[] => test.sent.map(({ messageId }) => messageId);

void describe('an outbox: order and ids', () => {
  void it('delivers a session recorded offline in order, with the id that the backend then gives', async () => {
    const delivery = await TestDelivery.with(session, { settings: free });
    const backend = await delivery.online();
    assert.deepEqual(backend.facts, ['start a', 'values 1 (7)', 'values 2 (7)', 'stop a (7)']);
    assert.equal(new Set(idsOf(backend)).size, 4);
    assert.equal(delivery.outbox.snapshot().waiting, 0);
  });

  void it('takes every id for an id, also 0 and -16', async () => {
    for (const id of ['0', '-16', '2147483647']) {
      const delivery = await TestDelivery.with(session, { settings: free });
      const backend = await delivery.online(scripted(givesId(id)));
      assert.deepEqual(backend.facts.at(-1), `stop a (${id})`);
    }
  });

  void it('knows the id and the transaction while it runs, and forgets them with its last fact', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    await delivery.online(scripted(givesId('0')));
    assert.equal(delivery.outbox.backendTransaction('a'), '0');
    assert.equal(delivery.outbox.transactionOf('0'), 'a');
    const again = await delivery.restart();
    assert.equal(again.outbox.backendTransaction('a'), '0');
    await again.outbox.append([ended('a')]);
    await again.online();
    assert.equal(again.outbox.backendTransaction('a'), null);
    assert.equal((await again.store.readDocuments('s', 'backendTransactions')).size, 0);
  });

  void it('never uses a seq twice, also when the queue was emptied before a restart', async () => {
    const ids = new Set<string | undefined>();
    let delivery = await TestDelivery.with([]);
    for (let life = 0; life < 4; life++) {
      await delivery.outbox.append([started(`t${life}`)]);
      await delivery.outbox.append([ended(`t${life}`)]);
      const backend = await delivery.online();
      for (const id of idsOf(backend)) ids.add(id);
      delivery = await delivery.restart();
      assert.equal(delivery.outbox.snapshot().waiting, 0);
    }
    assert.equal(ids.size, 8);
  });

  void it('commits facts and documents as one, or not at all', async () => {
    const delivery = await TestDelivery.with([]);
    const write: Write = { op: 'putDocument', station: 's', collection: 'running', key: '1', value: 'x' };
    delivery.store.fail(true);
    await assert.rejects(delivery.outbox.append([started('a')], [write]), { code: 'store.unavailable' });
    assert.equal(delivery.outbox.snapshot().waiting, 0);
    delivery.store.fail(false);
    await delivery.outbox.append([started('a')], [write]);
    assert.equal((await delivery.store.readDocuments('s', 'running')).size, 1);
    assert.equal(delivery.outbox.snapshot().waiting, 1);
  });

  void it('sends events neither before nor between a Start and its Stop', async () => {
    const delivery = await TestDelivery.with([alarm('x'), ...session, alarm('y')], { settings: free });
    const backend = await delivery.online();
    assert.deepEqual(backend.facts.slice(-2), ['alarm x', 'alarm y']);
    assert.equal(backend.facts[3], 'stop a (7)');
  });

  void it('reads what it did not keep from the store', async () => {
    const many = Array.from({ length: 300 }, (_, marker) => metered('a', marker));
    const delivery = await TestDelivery.with([started('a'), ...many, ended('a')], { settings: free });
    const backend = await delivery.online();
    assert.deepEqual(backend.facts, ['start a', ...many.map(({ index }) => `values ${index} (7)`), 'stop a (7)']);
  });
});

void describe('an outbox: the next CALL waits for the disk', () => {
  void it('has the confirmation of a Start on disk, with the hook’s writes, before anything else leaves', async () => {
    const write: Write = { op: 'putDocument', station: 's', collection: 'cache', key: 'A', value: 'accepted' };
    const delivery = await TestDelivery.with(session, { settings: free, onDelivered: () => [write] });
    const { promise, resolve } = Promise.withResolvers<void>();
    const backend = new TestSession();
    delivery.store.gate = promise;
    await delivery.online(backend);
    void delivery.scheduler.request('heartbeat', (each) => each.heartbeat());
    await delivery.time.advance(1_000);
    assert.deepEqual(
      backend.sent.map(({ kind }) => kind),
      ['transactionStarted'],
    );
    resolve();
    await delivery.time.advance(0);
    assert.deepEqual(backend.sent.map(({ kind }) => kind).slice(1, 3), ['heartbeat', 'meterValues']);
    const ofStart = delivery.store.commits.find((writes) => writes.some(({ op }) => op === 'dequeue')) ?? [];
    const expected = ['dequeue', 'putDocument backendTransactions', 'putDocument cache'];
    assert.deepEqual(
      ofStart.map((each) => ('collection' in each ? `${each.op} ${each.collection}` : each.op)),
      expected,
    );
  });

  void it('tells the station after the commit', async () => {
    const told: string[] = [];
    const delivery = await TestDelivery.with(session, {
      settings: free,
      afterDelivered: (fact) => told.push(`${fact.kind} ${delivery.outbox.backendTransaction('a') ?? 'none'}`),
    });
    await delivery.online();
    assert.deepEqual(told, ['transactionStarted 7', 'meterValues 7', 'meterValues 7', 'transactionEnded none']);
  });

  void it('goes on when a hook fails', async () => {
    const delivery = await TestDelivery.with(session, {
      settings: free,
      afterDelivered: () => {
        throw new Error('hook');
      },
    });
    const backend = await delivery.online();
    assert.equal(backend.facts.length, 4);
    assert.equal(delivery.count('hookFailed'), 4);
  });

  void it('keeps a confirmation in mind while the disk is full: nothing is sent twice, nothing more leaves, then it goes on', async () => {
    const delivery = await TestDelivery.with(session, { settings: free });
    const backend = new TestSession((fact) => {
      if (fact.kind === 'transactionStarted') delivery.store.fail(true, false);
      return fact.kind === 'transactionStarted' ? givesId('7') : answered;
    });
    await delivery.online(backend, 3_600_000);
    assert.deepEqual(backend.facts, ['start a']);
    assert.equal(delivery.outbox.snapshot().storeBlocked, true);
    assert.equal(delivery.outbox.passed(0), true);
    const beat = delivery.scheduler.request('heartbeat', (each) => each.heartbeat());
    await delivery.time.advance(0);
    assert.equal((await beat).kind, 'answered');
    delivery.store.fail(false, false);
    await delivery.time.advance(10_000);
    assert.deepEqual(backend.facts, ['start a', 'values 1 (7)', 'values 2 (7)', 'stop a (7)']);
    assert.equal(delivery.count('storeBlocked'), 1);
    assert.equal(delivery.count('storeRecovered'), 1);
  });

  void it('sends nothing whose answer could not be recorded, and goes on at once when the store tells that it is well', async () => {
    const delivery = await TestDelivery.with(session, { settings: free });
    delivery.store.fail(true);
    const backend = await delivery.online(new TestSession(), 100_000);
    assert.deepEqual(backend.facts, []);
    delivery.store.fail(false);
    await delivery.time.advance(0);
    assert.equal(backend.facts.length, 4);
  });
});

void describe('an outbox: attempts', () => {
  void it('repeats a refused Start after 60 s, 120 s …, each time under a new id, then parks it', async () => {
    const delivery = await TestDelivery.with([started('a')], { settings: { attempts: 3 } });
    const times: number[] = [];
    const backend = new TestSession(() => {
      times.push(delivery.time.monotonicMs());
      return refused();
    });
    await delivery.online(backend, 1_000_000);
    assert.deepEqual(times, [0, 60_000, 180_000]);
    assert.equal(new Set(idsOf(backend)).size, 3);
    assert.equal(delivery.outbox.snapshot().parked, 1);
  });

  void it('repeats an unanswered Start byte for byte under its own id', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const backend = await delivery.online(scripted(unanswered, unanswered), 200_000);
    assert.equal(backend.facts.length, 3);
    assert.equal(new Set(idsOf(backend)).size, 1);
  });

  void it('uses up no attempt when the link is lost, and sends again under the same id at once', async () => {
    const delivery = await TestDelivery.with([ended('a')], { settings: { attempts: 2 } });
    const ids = new Set<string | undefined>();
    for (let loss = 0; loss < 20; loss++) {
      const backend = await delivery.online(scripted(linkLost), 1_000);
      assert.equal(backend.facts.length, 1);
      for (const id of idsOf(backend)) ids.add(id);
      delivery.scheduler.close();
    }
    assert.equal(ids.size, 1);
    const last = await delivery.online();
    assert.equal(last.facts.length, 1);
    assert.equal(delivery.outbox.snapshot().waiting, 0);
  });

  void it('remembers attempts, ids and due times over a restart', async () => {
    const delivery = await TestDelivery.with([started('a')], { settings: { attempts: 3 } });
    const first = await delivery.online(scripted(refused(), refused()), 61_000);
    assert.equal(first.facts.length, 2);
    const again = await delivery.restart({ settings: { attempts: 3 } });
    const second = await again.online(new TestSession(() => refused()), 118_000);
    assert.equal(second.facts.length, 0, 'due 120 s after the second failure, of which 1 s passed');
    await again.time.advance(1_000);
    assert.equal(second.facts.length, 1);
    assert.equal(new Set([...idsOf(first), ...idsOf(second)]).size, 3);
    assert.equal(again.outbox.snapshot().parked, 1);
  });

  void it('never waits longer than planned, however the clock jumped meanwhile', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    await delivery.online(scripted(refused()), 1_000);
    delivery.time.setSystemWallMs(delivery.time.systemWallMs() - 86_400_000);
    const again = await delivery.restart();
    const backend = await again.online(new TestSession(), 60_000);
    assert.equal(backend.facts.length, 1);
  });

  void it('gives up MeterValues at a final code at once, others after a second attempt 10 s later', async () => {
    const delivery = await TestDelivery.with([started('a'), metered('a', 1), metered('a', 2)], { settings: free });
    const times: string[] = [];
    const backend = new TestSession((fact) => {
      if (fact.kind !== 'meterValues') return givesId('7');
      times.push(`${fact.index} ${delivery.time.monotonicMs()}`);
      return fact.index === 1 ? refused('NotSupported', true) : refused();
    });
    await delivery.online(backend, 60_000);
    assert.deepEqual(times, ['1 0', '2 0', '2 10000']);
    assert.equal(delivery.outbox.snapshot().parked, 2);
  });

  void it('gives one attempt to the rest of a transaction after three given-up MeterValues', async () => {
    const values = [1, 2, 3, 4, 5].map((marker) => metered('a', marker));
    const delivery = await TestDelivery.with([started('a'), ...values], { settings: free });
    const backend = new TestSession((fact) => (fact.kind === 'transactionStarted' ? givesId('7') : refused()));
    await delivery.online(backend, 100_000);
    const twice = [1, 2, 3].flatMap((marker) => [`values ${marker} (7)`, `values ${marker} (7)`]);
    assert.deepEqual(backend.facts, ['start a', ...twice, 'values 4 (7)', 'values 5 (7)']);
  });

  void it('parks what cannot be sent, or cannot be read, and goes on', async () => {
    const delivery = await TestDelivery.with(session, { settings: free });
    const tooLong = { kind: 'notSendable', problem: 'too long' } as const;
    const backend = await delivery.online(
      new TestSession((fact) => (fact.kind === 'meterValues' && fact.index === 1 ? tooLong : givesId('7'))),
    );
    assert.deepEqual(backend.facts.slice(0, 4), ['start a', 'values 1 (7)', 'values 2 (7)', 'stop a (7)']);
    const [letter] = await delivery.outbox.deadLetters();
    assert.deepEqual([letter?.lastError, letter?.failed, letter?.fact?.kind], ['too long', 0, 'meterValues']);
    const row = { seq: 50, lane: 'event', group: null, kind: 'securityEvent' } as const;
    const state = { standing: 'waiting', attempts: 0, refusals: 0, dueMs: 0, parkedAtMs: 0, lastError: '' } as const;
    const store = new TestStore();
    await store.commit([{ op: 'enqueue', station: 's', row: { ...row, state }, body: 'not a fact' }]);
    const damaged = await TestDelivery.with([alarm('x')], { store });
    assert.deepEqual((await damaged.online()).facts, ['alarm x']);
    assert.equal((await damaged.outbox.deadLetters())[0]?.fact, null);
  });
});

void describe('an outbox: MeterValues that end the link each time', () => {
  void it('step aside for a waiting Stop, and are tried again after it', async () => {
    const delivery = await TestDelivery.with([started('a'), metered('a', 1), metered('a', 2), ended('a')], {
      settings: free,
    });
    const sent: string[] = [];
    for (let connection = 0; connection < 8; connection++) {
      const backend = await delivery.online(
        new TestSession((fact) => {
          if (fact.kind !== 'meterValues' || fact.index !== 1) return givesId('7');
          return linkLost;
        }),
        1_000,
      );
      sent.push(...backend.facts);
    }
    assert.deepEqual(sent.slice(0, 8), [
      'start a',
      ...Array<string>(5).fill('values 1 (7)'),
      'values 2 (7)',
      'stop a (7)',
    ]);
    assert.equal(delivery.outbox.snapshot().parked, 1);
  });

  void it('are tried for ever when nothing waits behind them', async () => {
    const delivery = await TestDelivery.with([metered('a', 1)], { settings: free });
    for (let connection = 0; connection < 20; connection++) await delivery.online(scripted(linkLost), 1_000);
    assert.deepEqual([delivery.outbox.snapshot().waiting, delivery.outbox.snapshot().parked], [1, 0]);
  });
});

void describe('an outbox: samples outside transactions', () => {
  void it('are no transaction messages: they let every Start and Stop go first, and may be dropped', async () => {
    const delivery = await TestDelivery.with([metered(null, 1), ...session], { settings: free });
    const backend = await delivery.online();
    assert.equal(backend.facts.at(-1), 'values 1');
    const full = await TestDelivery.with(
      Array.from({ length: 60 }, (_, marker) => metered(null, marker)),
      {
        settings: { ...free, queueSize: 50 },
      },
    );
    assert.equal(full.count('dropped'), 10);
    assert.equal((await full.online()).facts[0], 'values 10');
  });
});

void describe('an outbox: waiting for a fact', () => {
  void it('ends with its answer, or with the signal', async () => {
    const delivery = await TestDelivery.with([ended('a')]);
    const abort = new AbortController();
    const given = delivery.outbox.whenPassed(0, abort.signal);
    abort.abort();
    assert.equal(await given, false);
    const waited = delivery.outbox.whenPassed(0, new AbortController().signal);
    await delivery.online();
    assert.equal(await waited, true);
  });
});

void describe('an outbox: late answers', () => {
  void it('settles a Start as if in time: no second one leaves', async () => {
    const delivery = await TestDelivery.with(session, { settings: free });
    const backend = await delivery.online(scripted(unanswered), 5_000);
    delivery.outbox.lateAnswer(backend.sent[0]?.messageId ?? '', givesId('9'));
    await delivery.time.advance(100_000);
    assert.deepEqual(backend.facts, ['start a', 'values 1 (9)', 'values 2 (9)', 'stop a (9)']);
  });

  void it('uses up the id of a message that is refused late, and counts no second attempt', async () => {
    const delivery = await TestDelivery.with([started('a')], { settings: { attempts: 2 } });
    const backend = await delivery.online(scripted(unanswered), 5_000);
    delivery.outbox.lateAnswer(backend.sent[0]?.messageId ?? '', refused());
    await delivery.time.advance(60_000);
    assert.equal(backend.facts.length, 2);
    assert.equal(new Set(idsOf(backend)).size, 2);
  });

  void it('frees a parked Start with its bundle', async () => {
    const delivery = await TestDelivery.with(session, { settings: { ...free, attempts: 1 } });
    const backend = await delivery.online(scripted(unanswered), 5_000);
    assert.equal(delivery.outbox.snapshot().parked, 4);
    delivery.outbox.lateAnswer(backend.sent[0]?.messageId ?? '', givesId('9'));
    await delivery.time.advance(0);
    assert.deepEqual(backend.facts, ['start a', 'values 1 (9)', 'values 2 (9)', 'stop a (9)']);
  });

  void it('ignores foreign, used-up and repeated ids', async () => {
    const delivery = await TestDelivery.with([started('a')]);
    const backend = await delivery.online(scripted(refused()), 1_000);
    const id = backend.sent[0]?.messageId ?? '';
    for (const each of ['x', id, id.replace(/^./, 'f')]) delivery.outbox.lateAnswer(each, givesId('9'));
    await delivery.time.advance(0);
    assert.equal(delivery.outbox.snapshot().waiting, 1);
    await delivery.time.advance(60_000);
    delivery.outbox.lateAnswer(backend.sent[1]?.messageId ?? '', givesId('9'));
    await delivery.time.advance(0);
    assert.equal(delivery.outbox.backendTransaction('a'), '7');
  });
});

void describe('an outbox: bounds and pace', () => {
  void it('thins at the bound, tells each loss, and resets the connection once in an episode', async () => {
    const delivery = await TestDelivery.with([started('a')], {
      settings: { ...free, queueSize: 50, overflowResetsConnection: true },
    });
    for (let marker = 1; marker <= 300; marker++) await delivery.outbox.append([metered('a', marker)]);
    await delivery.outbox.append([ended('a')]);
    const { waiting, counters } = delivery.outbox.snapshot();
    assert.ok(waiting <= 50);
    assert.equal(counters.thinned, 302 - waiting);
    assert.equal(delivery.count('resetConnection'), delivery.count('overflowBegan'));
    const backend = await delivery.online();
    assert.equal(backend.facts[0], 'start a');
    assert.equal(backend.facts[1], 'values 1 (7)');
    assert.deepEqual(backend.facts.slice(-2), ['values 300 (7)', 'stop a (7)']);
  });

  void it('keeps signed samples whatever the bound', async () => {
    const signed = { samples: [sample(1, 'Sample.Periodic', true)] };
    const delivery = await TestDelivery.with(
      Array.from({ length: 80 }, (_, marker) => metered('a', marker, signed)),
      {
        settings: { queueSize: 50 },
      },
    );
    assert.equal(delivery.outbox.snapshot().waiting, 80);
  });

  void it('sends a backlog at the rate, Start and Stop exempt, and what is new freely', async () => {
    const delivery = await TestDelivery.with(session, { settings: { backlogPerSecond: 1 } });
    const times: number[] = [];
    const backend = new TestSession((fact) => {
      times.push(delivery.time.monotonicMs());
      return fact.kind === 'transactionStarted' ? givesId('7') : answered;
    });
    await delivery.online(backend, 5_000);
    assert.deepEqual(times, [0, 0, 1_000, 1_000]);
    await delivery.outbox.append([started('b')]);
    await delivery.outbox.append([metered('b', 1), metered('b', 2)]);
    await delivery.time.advance(0);
    assert.deepEqual(times.slice(4), [5_000, 5_000, 5_000]);
  });
});

void describe('an outbox: batches', () => {
  const values = Array.from({ length: 7 }, (_, marker) => metered('a', marker));
  const batched = { settings: { ...free, batchSize: 3 } };

  void it('puts up to n samples of one transaction into a message', async () => {
    const mixed = [started('a'), ...values.slice(0, 4), metered('b', 9), metered('a', 4), ended('a')];
    const delivery = await TestDelivery.with(mixed, batched);
    const backend = await delivery.online();
    const expected = ['start a', 'values 0+1+2 (7)', 'values 3 (7)', 'values 9', 'values 4 (7)', 'stop a (7)'];
    assert.deepEqual(backend.facts, expected);
    assert.equal((await delivery.store.readDocuments('s', 'deliveryBatches')).size, 0);
  });

  void it('sends an unanswered batch again as it was, also after a restart with another batch size', async () => {
    const delivery = await TestDelivery.with([started('a'), ...values], batched);
    const first = await delivery.online(scripted(givesId('7'), linkLost), 1_000);
    const again = await delivery.restart({ settings: { ...free, batchSize: 50 } });
    const second = await again.online();
    assert.deepEqual(second.facts, ['values 0+1+2 (7)', 'values 3+4+5+6 (7)']);
    assert.equal(second.sent[0]?.messageId, first.sent[1]?.messageId);
  });

  void it('adds nothing to a single sample that may have been sent', async () => {
    const delivery = await TestDelivery.with([started('a'), metered('a', 0)], batched);
    await delivery.online(scripted(givesId('7'), linkLost), 1_000);
    await delivery.outbox.append([metered('a', 1), metered('a', 2)]);
    assert.deepEqual((await delivery.online()).facts, ['values 0 (7)', 'values 1+2 (7)']);
    const other = await TestDelivery.with([started('a'), metered('a', 0)], batched);
    await other.online(scripted(givesId('7'), linkLost), 1_000);
    await other.outbox.append([metered('a', 1), metered('a', 2)]);
    const again = await other.restart(batched);
    assert.deepEqual((await again.online()).facts, ['values 0 (7)', 'values 1+2 (7)']);
  });

  void it('forgets no delivered sample in a power cut, which would come back in another batch', async () => {
    const delivery = await TestDelivery.with([started('a'), metered('a', 0)], batched);
    const first = await delivery.online(scripted(givesId('7'), answered, linkLost), 1_000);
    await delivery.outbox.append([metered('a', 1)]);
    await delivery.time.advance(0);
    assert.deepEqual(first.facts, ['start a', 'values 0 (7)', 'values 1 (7)']);
    await delivery.outbox.append([metered('a', 2)]);
    const again = await delivery.restart(batched);
    await again.outbox.append([metered('a', 3)]);
    assert.deepEqual((await again.online()).facts, ['values 1 (7)', 'values 2+3 (7)']);
  });

  void it('parks and re-sends a batch as one', async () => {
    const delivery = await TestDelivery.with([started('a'), ...values.slice(0, 3)], batched);
    const backend = await delivery.online(scripted(givesId('7'), refused('NotSupported', true)), 1_000);
    assert.equal(delivery.outbox.snapshot().parked, 3);
    delivery.store.flush();
    const again = await delivery.restart(batched);
    again.outbox.resendParked('operator');
    const second = await again.online(new TestSession(), 1_000);
    assert.deepEqual(second.facts, ['values 0+1+2 (7)']);
    assert.notEqual(second.sent[0]?.messageId, backend.sent[1]?.messageId);
    assert.equal(again.outbox.snapshot().parked, 0);
  });
});
