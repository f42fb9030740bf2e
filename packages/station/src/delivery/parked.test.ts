import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TestDelivery } from './test-delivery.ts';
import { ended, metered, sample, started } from './test-facts.ts';
import { answered, givesId, refused, TestSession, unanswered } from './test-session.ts';

const hour = 3_600_000;
const day = 24 * hour;
const session = [started('a'), metered('a', 1), ended('a')];
const once = { backlogPerSecond: 0, attempts: 1, meterValuesAttempts: 1 };

/** Refuses the kinds of facts that are named; the list can be changed meanwhile. */
function refusing(...kinds: string[]): { readonly backend: TestSession; readonly kinds: Set<string> } {
  const set = new Set(kinds);
  const backend = new TestSession((fact) => {
    if (set.has(fact.kind)) return refused();
    return fact.kind === 'transactionStarted' ? givesId('7') : answered;
  });
  return { backend, kinds: set };
}

void describe('parked facts', () => {
  void it('are a bundle with their Start, and follow it with the id then given', async () => {
    const { backend, kinds } = refusing('transactionStarted');
    const delivery = await TestDelivery.with(session, { settings: once });
    await delivery.online(backend, 1_000);
    assert.deepEqual(backend.facts, ['start a']);
    const letters = await delivery.outbox.deadLetters();
    assert.deepEqual(
      letters.map(({ fact, lastError }) => [fact?.kind, lastError]),
      [
        ['transactionStarted', 'InternalError: no'],
        ['meterValues', 'Its StartTransaction could not be delivered.'],
        ['transactionEnded', 'Its StartTransaction could not be delivered.'],
      ],
    );
    kinds.clear();
    delivery.outbox.resendParked('operator');
    await delivery.time.advance(0);
    assert.deepEqual(backend.facts, ['start a', 'start a', 'values 1 (7)', 'stop a (7)']);
    assert.equal(delivery.outbox.snapshot().parked, 0);
  });

  void it('take in what still happens in their transaction, and go back in order once the Start is through', async () => {
    const { backend, kinds } = refusing('transactionStarted');
    const delivery = await TestDelivery.with([started('a'), metered('a', 1)], { settings: once });
    await delivery.online(backend, 1_000);
    await delivery.outbox.append([metered('a', 2)]);
    await delivery.time.advance(1_000);
    assert.equal(delivery.outbox.snapshot().parked, 3);
    kinds.clear();
    assert.equal(delivery.outbox.resendParked('backend'), 3);
    await delivery.outbox.append([metered('a', 3)]);
    await delivery.outbox.append([ended('a')]);
    await delivery.time.advance(1_000);
    delivery.outbox.resendParked('backend');
    await delivery.time.advance(1_000);
    assert.deepEqual(backend.facts.slice(-5), [
      'start a',
      'values 1 (7)',
      'values 2 (7)',
      'values 3 (7)',
      'stop a (7)',
    ]);
  });

  void it('survive a restart', async () => {
    const { backend } = refusing('transactionStarted');
    const delivery = await TestDelivery.with(session, { settings: once });
    await delivery.online(backend, 1_000);
    delivery.store.flush();
    const again = await delivery.restart({ settings: once });
    assert.equal(again.outbox.snapshot().parked, 3);
    again.outbox.resendParked('boot');
    assert.deepEqual((await again.online()).facts, ['start a', 'values 1 (7)', 'stop a (7)']);
  });

  void it('follow once with −1 when so wanted, and then their Start is never sent: it would stay open for ever', async () => {
    const { backend, kinds } = refusing('transactionStarted', 'meterValues');
    const delivery = await TestDelivery.with(session, { settings: { ...once, orphans: 'minusOne' } });
    await delivery.online(backend, 1_000);
    assert.deepEqual(backend.facts, ['start a', 'values 1 (-1)', 'stop a (-1)']);
    kinds.clear();
    assert.equal(delivery.outbox.resendParked('operator'), 0);
    await delivery.time.advance(day);
    assert.equal(backend.facts.length, 3);
    assert.equal(delivery.outbox.snapshot().parked, 2);
    await delivery.time.advance(15 * day);
    delivery.outbox.resendParked('operator');
    assert.equal(delivery.outbox.snapshot().parked, 0);
    assert.equal((await delivery.store.readDocuments('s', 'backendTransactions')).size, 0);
  });

  void it('take a new message id when what went with −1 goes with the real id', async () => {
    const { backend, kinds } = refusing('transactionStarted', 'transactionEnded');
    const delivery = await TestDelivery.with([started('a'), ended('a')], {
      settings: { ...once, orphans: 'minusOne' },
    });
    backend.reply = (fact) => (kinds.has(fact.kind) ? unanswered : givesId('7'));
    await delivery.online(backend, 1_000);
    kinds.clear();
    delivery.outbox.resendParked('operator');
    await delivery.time.advance(0);
    assert.deepEqual(backend.facts, ['start a', 'stop a (-1)', 'start a', 'stop a (7)']);
    assert.notEqual(backend.sent[1]?.messageId, backend.sent[3]?.messageId);
    assert.equal(backend.sent[0]?.messageId, backend.sent[2]?.messageId);
  });
});

void describe('parked facts are tried again', () => {
  void it('when any transaction message succeeds again', async () => {
    const { backend, kinds } = refusing('transactionStarted');
    const delivery = await TestDelivery.with(session, { settings: once });
    await delivery.online(backend, 1_000);
    kinds.clear();
    await delivery.outbox.append([started('b')]);
    await delivery.time.advance(0);
    assert.deepEqual(backend.facts, ['start a', 'start b', 'start a', 'values 1 (7)', 'stop a (7)']);
  });

  void it('every hour ± 20 %', async () => {
    const { backend } = refusing('transactionStarted');
    const delivery = await TestDelivery.with(session, { settings: once });
    const times: number[] = [];
    const { reply } = backend;
    backend.reply = (fact, id, transaction) => {
      times.push(delivery.time.monotonicMs());
      return reply(fact, id, transaction);
    };
    await delivery.online(backend, 12 * hour);
    const gaps = times.map((atMs, position) => atMs - (times[position - 1] ?? 0)).slice(1);
    assert.ok(gaps.length >= 9, `${gaps.length}`);
    assert.ok(
      gaps.slice(1).every((gap) => gap >= 0.8 * hour && gap <= 1.2 * hour),
      gaps.join(' '),
    );
    assert.ok(new Set(gaps).size > 3);
  });

  void it('with the interval that holds now', async () => {
    const { backend } = refusing('transactionStarted');
    const delivery = await TestDelivery.with(session, { settings: once });
    await delivery.online(backend, 60_000);
    delivery.settings = { ...delivery.settings, parkedRetryMs: 60_000 };
    delivery.outbox.resendParked('success');
    await delivery.time.advance(120_000);
    assert.ok(backend.facts.length >= 3);
  });

  void it('never as a storm: a success that leads to a failed round leads to the next one only after a pause', async () => {
    const { backend } = refusing('meterValues');
    const delivery = await TestDelivery.with([started('a'), metered('a', 1), metered('a', 2)], { settings: once });
    await delivery.online(backend, 1_000);
    const tried = (): number => backend.facts.filter((name) => name.startsWith('values')).length;
    const before = tried();
    for (let turn = 0; turn < 50; turn++) {
      await delivery.outbox.append([started(`b${turn}`), ended(`b${turn}`)]);
      await delivery.time.advance(10_000);
    }
    assert.ok(tried() - before >= 1);
    assert.ok(tried() - before <= 6, `${tried() - before} in 500 s`);
  });

  void it('one attempt each, until the first failure of a shape', async () => {
    const { backend } = refusing('meterValues');
    const values = [1, 2, 3, 4].map((marker) => metered('a', marker));
    const delivery = await TestDelivery.with([started('a'), ...values], { settings: once });
    await delivery.online(backend, 1_000);
    const before = backend.facts.length;
    delivery.outbox.resendParked('operator');
    await delivery.time.advance(1_000);
    assert.deepEqual(backend.facts.slice(before), ['values 1 (7)']);
  });

  void it('only while nothing waits', async () => {
    const { backend } = refusing('transactionStarted');
    const delivery = await TestDelivery.with([started('a')], { settings: once });
    await delivery.online(backend, 1_000);
    delivery.settings = { ...delivery.settings, attempts: 2 };
    await delivery.outbox.append([started('b')]);
    await delivery.time.advance(1_000);
    delivery.outbox.resendParked('operator');
    await delivery.time.advance(30_000);
    assert.deepEqual(backend.facts, ['start a', 'start b']);
  });

  void it('at the pace of a backlog', async () => {
    const { backend, kinds } = refusing('meterValues');
    const values = [1, 2, 3, 4, 5].map((marker) => metered('a', marker));
    const delivery = await TestDelivery.with([started('a'), ...values], { settings: { ...once, backlogPerSecond: 1 } });
    await delivery.online(backend, 60_000);
    kinds.clear();
    const before = backend.facts.length;
    delivery.outbox.resendParked('boot');
    await delivery.time.advance(2_500);
    assert.equal(backend.facts.length - before, 3);
  });
});

void describe('parked facts expire', () => {
  void it('after the retention, signed ones not before they are delivered', async () => {
    const { backend, kinds } = refusing('transactionEnded', 'meterValues');
    const signed = metered('b', 2, { samples: [sample(2, 'Transaction.End', true)] });
    const delivery = await TestDelivery.with([...session, started('b'), signed, ended('b')], { settings: once });
    await delivery.online(backend, 13 * day);
    assert.equal(delivery.outbox.snapshot().parked, 4);
    await delivery.time.advance(2 * day);
    assert.equal(delivery.outbox.snapshot().parked, 2, 'the signed one, and the Stop of its transaction');
    assert.equal(delivery.count('dropped'), 2);
    kinds.clear();
    delivery.outbox.resendParked('operator');
    await delivery.time.advance(0);
    assert.equal(delivery.outbox.snapshot().parked, 0);
  });

  void it('are not dropped because the clock was set', async () => {
    const { backend } = refusing('transactionStarted');
    const nowMs = Date.UTC(2026, 10, 22, 12);
    const delivery = await TestDelivery.with(session, { settings: once, buildMs: nowMs + day });
    assert.equal(delivery.clock.valid, false);
    await delivery.online(backend, 1_000);
    delivery.clock.set(nowMs + 400 * day);
    await delivery.time.advance(2 * hour);
    assert.equal(delivery.outbox.snapshot().parked, 3);
    await delivery.time.advance(15 * day);
    assert.equal(delivery.outbox.snapshot().parked, 0);
  });

  void it('are bounded like what waits: samples are thinned', async () => {
    const { backend } = refusing('meterValues');
    const delivery = await TestDelivery.with([started('a')], { settings: { ...once, queueSize: 50 } });
    await delivery.online(backend, 1_000);
    for (let marker = 1; marker <= 300; marker++) {
      await delivery.outbox.append([metered('a', marker)]);
      await delivery.time.advance(1_000);
    }
    assert.ok(delivery.outbox.snapshot().parked <= 50);
  });
});
