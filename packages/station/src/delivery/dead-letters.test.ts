import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { TestDelivery } from './test-delivery.ts';
import { ended, metered, sample, started } from './test-facts.ts';
import { answered, givesId, refused, TestSession } from './test-session.ts';

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

/** Two transactions of which the backend took nothing of those kinds; by number: start, values and stop of a, then of b. */
async function parked(...kinds: string[]): Promise<{
  readonly delivery: TestDelivery;
  readonly backend: TestSession;
  readonly kinds: Set<string>;
}> {
  const facts = ['a', 'b'].flatMap((key) => [started(key), metered(key, 1), ended(key)]);
  const refuser = refusing(...kinds);
  const delivery = await TestDelivery.with(facts, { settings: once });
  await delivery.online(refuser.backend, 1_000);
  return { delivery, ...refuser };
}

async function seqsOf({ outbox }: TestDelivery): Promise<readonly number[]> {
  return (await outbox.deadLetters()).map(({ seq }) => seq);
}

describe('one dead letter', () => {
  it('is tried again by itself, and the others stay where they are when it is refused again', async () => {
    const { delivery, backend } = await parked('transactionEnded');
    const [first = -1, second] = await seqsOf(delivery);
    const before = backend.facts.length;
    assert.equal(delivery.outbox.letters.resend(first), 'accepted');
    await delivery.time.advance(1_000);
    assert.deepEqual(backend.facts.slice(before), ['stop a (7)']);
    assert.deepEqual(await seqsOf(delivery), [first, second]);
  });

  it('leaves when it is taken; that the backend takes something again is an occasion for the others', async () => {
    const { delivery, backend, kinds } = await parked('transactionEnded');
    const [, second = -1] = await seqsOf(delivery);
    kinds.clear();
    const before = backend.facts.length;
    delivery.outbox.letters.resend(second);
    await delivery.time.advance(1_000);
    assert.deepEqual(backend.facts.slice(before), ['stop b (7)', 'stop a (7)']);
    assert.deepEqual(await seqsOf(delivery), []);
  });

  it('that cannot go before the beginning of its transaction brings that on its way', async () => {
    const { delivery, backend, kinds } = await parked('transactionStarted');
    const [, , stop = -1] = await seqsOf(delivery);
    kinds.clear();
    const before = backend.facts.length;
    assert.equal(delivery.outbox.letters.resend(stop), 'accepted');
    await delivery.time.advance(1_000);
    assert.deepEqual(backend.facts.slice(before, before + 3), ['start a', 'values 1 (7)', 'stop a (7)']);
  });

  it('that nobody knows is refused, and so is a beginning whose end went out with −1', async () => {
    const { delivery } = await parked('transactionEnded');
    assert.equal(delivery.outbox.letters.resend(99), 'unknown');
    const { backend } = refusing('transactionStarted');
    const orphaned = await TestDelivery.with([started('a'), ended('a')], {
      settings: { ...once, orphans: 'minusOne' },
    });
    await orphaned.online(backend, 1_000);
    const [start = -1] = await seqsOf(orphaned);
    assert.equal(orphaned.outbox.letters.resend(start), 'over');
    assert.deepEqual(orphaned.outbox.letters.deletion(start), { kind: 'possible', seqs: [start], bills: 'a' });
  });
});

describe('the deletion of a dead letter', () => {
  it('takes all of a transaction with its beginning, and it is gone after a power cut', async () => {
    const { delivery } = await parked('transactionStarted');
    const seqs = await seqsOf(delivery);
    const deletion = delivery.outbox.letters.deletion(seqs[0] ?? -1);
    assert.deepEqual(deletion, { kind: 'possible', seqs: seqs.slice(0, 3), bills: 'a' });
    await delivery.outbox.letters.delete(seqs.slice(0, 3), []);
    assert.deepEqual(await seqsOf(delivery), seqs.slice(3));
    const dropped = delivery.events.filter((event) => event.kind === 'dropped');
    assert.deepEqual(
      dropped.map((event) => [event.fact, event.reason]),
      [
        ['transactionStarted', 'deleted'],
        ['meterValues', 'deleted'],
        ['transactionEnded', 'deleted'],
      ],
    );
    const again = await delivery.restart();
    assert.deepEqual(await seqsOf(again), seqs.slice(3));
    assert.equal(again.outbox.letters.deletion(seqs[0] ?? -1).kind, 'unknown');
  });

  it('of a sample alone costs no bill', async () => {
    const { delivery } = await parked('meterValues');
    const [values = -1] = await seqsOf(delivery);
    assert.deepEqual(delivery.outbox.letters.deletion(values), { kind: 'possible', seqs: [values], bills: null });
  });

  it('of an end costs the bill of its transaction', async () => {
    const { delivery } = await parked('transactionEnded');
    const [stop = -1] = await seqsOf(delivery);
    assert.deepEqual(delivery.outbox.letters.deletion(stop), { kind: 'possible', seqs: [stop], bills: 'a' });
  });

  it('waits for the end of a transaction that still runs, and for what is on its way', async () => {
    const { backend } = refusing('transactionStarted');
    const delivery = await TestDelivery.with([started('a')], { settings: once });
    await delivery.online(backend, 1_000);
    const [start = -1] = await seqsOf(delivery);
    assert.equal(delivery.outbox.letters.deletion(start).kind, 'open');
    delivery.scheduler.close();
    await delivery.outbox.append([ended('a')]);
    assert.equal(delivery.outbox.letters.deletion(start).kind, 'onItsWay', 'its end waits in the queue');
  });

  it('is refused for signed data, and for what they cannot be delivered without', async () => {
    const signed = metered('a', 1, { samples: [sample(1, 'Sample.Periodic', true)] });
    const { backend } = refusing('transactionStarted');
    const settings = { ...once, signedAttempts: 1 };
    const delivery = await TestDelivery.with([started('a'), signed, ended('a')], { settings });
    await delivery.online(backend, 1_000);
    const kinds = (await seqsOf(delivery)).map((seq) => delivery.outbox.letters.deletion(seq).kind);
    assert.deepEqual(kinds, ['signed', 'signed', 'signed']);
  });

  it('that cannot be written deletes nothing', async () => {
    const { delivery } = await parked('transactionEnded');
    const seqs = await seqsOf(delivery);
    delivery.store.fail(true);
    await assert.rejects(delivery.outbox.letters.delete(seqs, []));
    assert.deepEqual(await seqsOf(delivery), seqs);
  });
});

describe('what waits', () => {
  it('is counted by class, with what it takes on disk and when the oldest happened', async () => {
    const delivery = await TestDelivery.with([]);
    assert.deepEqual(await delivery.outbox.waiting(), { transaction: 0, event: 0, bytes: 0, oldestMs: null });
    const facts = [started('a'), metered('a', 1), metered(null, 2)];
    for (const fact of facts) await delivery.outbox.append([fact]);
    const { transaction, event, bytes, oldestMs } = await delivery.outbox.waiting();
    assert.deepEqual([transaction, event], [2, 1]);
    assert.equal(
      bytes,
      facts.reduce((sum, fact) => sum + Buffer.byteLength(JSON.stringify(fact)), 0),
    );
    assert.equal(oldestMs, started('a').timeMs);
  });
});
