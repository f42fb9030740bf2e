import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { archiveChecks } from './archive-contract.ts';
import { freshState } from './store.ts';
import type { OutboxRow, OutboxState, Store, Write } from './store.ts';

/** A row as tests need it: an event that was never transmitted. */
export function testRow(seq: number, over: Partial<OutboxRow> = {}): OutboxRow {
  return { seq, lane: 'event', group: null, kind: 'securityEvent', state: freshState, ...over };
}

/** The write that queues one fact. */
export function enqueue(station: string, seq: number, body = `body ${seq}`, over: Partial<OutboxRow> = {}): Write {
  return { op: 'enqueue', station, row: testRow(seq, over), body };
}

/** The write that sets one document. */
export function put(station: string, collection: string, key: string, value: Json): Write {
  return { op: 'putDocument', station, collection, key, value };
}

const seqsOf = async (store: Store, station: string): Promise<number[]> =>
  (await store.readOutbox(station)).map((row) => row.seq);

const isCode =
  (code: string) =>
  (thrown: unknown): boolean =>
    thrown instanceof KerbsideError && thrown.code === code;

/** What every `Store` must do; `open` gives an empty one, which the suite closes. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  const check = (title: string, body: (store: Store) => Promise<void>): void => {
    void it(title, async () => {
      const store = await open();
      try {
        await body(store);
      } finally {
        await store.close();
      }
    });
  };
  void describe(`${name} keeps the store's contract`, () => {
    documentChecks(check);
    outboxChecks(check);
    archiveChecks(check);
    orderChecks(check);
    lifeChecks(check);
  });
}

type Check = (title: string, body: (store: Store) => Promise<void>) => void;

function documentChecks(check: Check): void {
  check('an unknown collection is empty', async (store) => {
    assert.equal((await store.readDocuments('s', 'none')).size, 0);
    assert.deepEqual(await store.readOutbox('s'), []);
    assert.equal((await store.readBodies('s', [1, 2])).size, 0);
  });
  check('documents are replaced whole and deleted', async (store) => {
    await store.commit([put('s', 'c', 'a', { x: 1, y: [true, null] }), put('s', 'c', 'b', 'two')]);
    await store.commit([
      put('s', 'c', 'a', { z: 2.5 }),
      { op: 'deleteDocument', station: 's', collection: 'c', key: 'b' },
    ]);
    await store.commit([{ op: 'deleteDocument', station: 's', collection: 'c', key: 'never' }]);
    assert.deepEqual([...(await store.readDocuments('s', 'c'))], [['a', { z: 2.5 }]]);
  });
  check('stations and collections are apart, whatever their names', async (store) => {
    await store.commit([put('a', 'b c', 'k', 1), put('a b', 'c', 'k', 2), put('A', 'b c', 'k', 3), put('', '', '', 4)]);
    assert.deepEqual([...(await store.readDocuments('a', 'b c'))], [['k', 1]]);
    assert.deepEqual([...(await store.readDocuments('a b', 'c'))], [['k', 2]]);
    assert.deepEqual([...(await store.readDocuments('A', 'b c'))], [['k', 3]]);
    assert.deepEqual([...(await store.readDocuments('', ''))], [['', 4]]);
  });
  check('no object is shared with the caller', async (store) => {
    const value = { list: [1, 2] };
    const committed = store.commit([put('s', 'c', 'k', value)]);
    value.list.push(3);
    await committed;
    const first = await store.readDocuments('s', 'c');
    assert.deepEqual(first.get('k'), { list: [1, 2] });
    assert.notEqual(first.get('k'), (await store.readDocuments('s', 'c')).get('k'));
  });
  check('unicode, escapes and a megabyte survive', async (store) => {
    const text = 'Ä 充電 🔌 "quoted" \\ \u0000 \u2028 end';
    const large = '🔌x'.repeat(340_000);
    await store.commit([put('s', text, text, { [text]: text }), enqueue('s', 1, text), enqueue('s', 2, large)]);
    assert.deepEqual([...(await store.readDocuments('s', text))], [[text, { [text]: text }]]);
    const bodies = await store.readBodies('s', [2, 1]);
    assert.equal(bodies.get(1), text);
    assert.ok(bodies.get(2) === large, 'the megabyte came back unchanged');
  });
}

function outboxChecks(check: Check): void {
  check('rows come back complete and in order of seq, not of arrival', async (store) => {
    const state: OutboxState = {
      standing: 'parked',
      attempts: 3,
      refusals: 2,
      dueMs: 1_795_000_000_123,
      parkedAtMs: 1_795_000_000_456,
      lastError: 'InternalError: “no”',
    };
    const started = testRow(9, { lane: 'transaction', group: 'tx-1', kind: 'transactionStarted', state });
    await store.commit([{ op: 'enqueue', station: 's', row: started, body: '{}' }]);
    await store.commit([enqueue('s', 7), enqueue('s', 2 ** 40)]);
    assert.deepEqual(await store.readOutbox('s'), [testRow(7), started, testRow(2 ** 40)]);
  });
  check('a state is replaced whole, the rest of the row stays', async (store) => {
    await store.commit([enqueue('s', 1, 'the body', { group: 'g' })]);
    const state: OutboxState = { ...freshState, attempts: 1, dueMs: 60_000, lastError: 'no answer' };
    await store.commit([{ op: 'updateQueued', station: 's', seq: 1, state }]);
    assert.deepEqual(await store.readOutbox('s'), [testRow(1, { group: 'g', state })]);
    assert.deepEqual([...(await store.readBodies('s', [1, 5]))], [[1, 'the body']]);
  });
  check('updates and removals of unknown rows are harmless', async (store) => {
    await store.commit([
      { op: 'updateQueued', station: 's', seq: 4, state: freshState },
      { op: 'dequeue', station: 's', seq: 5 },
      enqueue('s', 6),
    ]);
    assert.deepEqual(await seqsOf(store, 's'), [6]);
  });
  check('two stations use the same seq apart', async (store) => {
    await store.commit([enqueue('a', 1, 'of a'), enqueue('b', 1, 'of b')]);
    await store.commit([{ op: 'dequeue', station: 'a', seq: 1 }]);
    assert.deepEqual(await seqsOf(store, 'a'), []);
    assert.deepEqual([...(await store.readBodies('b', [1]))], [[1, 'of b']]);
  });
}

function orderChecks(check: Check): void {
  check('a refused batch leaves nothing behind and hurts nobody else', async (store) => {
    await store.commit([enqueue('s', 1)]);
    const before = store.commit([enqueue('s', 2)]);
    const refused = store.commit([put('s', 'c', 'k', 1), enqueue('s', 3), enqueue('s', 1), enqueue('s', 4)]);
    const after = store.commit([enqueue('s', 5)]);
    await assert.rejects(refused, isCode('internal.bug'));
    await Promise.all([before, after]);
    assert.deepEqual(await seqsOf(store, 's'), [1, 2, 5]);
    assert.equal((await store.readDocuments('s', 'c')).size, 0);
    assert.equal(store.health.kind, 'ok');
  });
  check('a seq may be taken again after its removal in the same batch', async (store) => {
    await store.commit([enqueue('s', 1, 'old')]);
    await store.commit([{ op: 'dequeue', station: 's', seq: 1 }, enqueue('s', 1, 'new')]);
    assert.deepEqual([...(await store.readBodies('s', [1]))], [[1, 'new']]);
  });
  check('reads see every write handed in before, also the one that may be lost', async (store) => {
    const committed = store.commit([enqueue('s', 1), enqueue('s', 2)]);
    store.commitLater([{ op: 'dequeue', station: 's', seq: 1 }, put('s', 'c', 'k', 'later')]);
    const rows = seqsOf(store, 's');
    const documents = store.readDocuments('s', 'c');
    const bodies = store.readBodies('s', [1, 2]);
    assert.deepEqual(await rows, [2]);
    assert.deepEqual([...(await documents)], [['k', 'later']]);
    assert.deepEqual([...(await bodies).keys()], [2]);
    await committed;
  });
  check('writes of both kinds keep their order', async (store) => {
    store.commitLater([put('s', 'c', 'k', 1)]);
    await store.commit([put('s', 'c', 'k', 2)]);
    store.commitLater([put('s', 'c', 'k', 3)]);
    store.commitLater([put('s', 'c', 'k', 4)]);
    assert.deepEqual([...(await store.readDocuments('s', 'c'))], [['k', 4]]);
    const last = store.commit([put('s', 'c', 'k', 5)]);
    store.commitLater([put('s', 'c', 'k', 6)]);
    await last;
    assert.deepEqual([...(await store.readDocuments('s', 'c'))], [['k', 6]]);
  });
  check('many commits at once resolve in the order of the calls', async (store) => {
    const resolved: number[] = [];
    const commits = Array.from({ length: 2_000 }, async (_, index) => {
      await store.commit([enqueue(`s${index % 7}`, index), put('s', 'last', 'index', index)]);
      resolved.push(index);
    });
    await Promise.all(commits);
    assert.deepEqual(
      resolved,
      [...resolved].toSorted((a, b) => a - b),
    );
    assert.deepEqual([...(await store.readDocuments('s', 'last'))], [['index', 1_999]]);
    assert.equal((await seqsOf(store, 's3')).length, 286);
  });
  check('an empty commit resolves', async (store) => {
    store.commitLater([]);
    await store.commit([]);
  });
}

function lifeChecks(check: Check): void {
  check('close waits for what was handed in, may be called twice, and refuses later calls', async (store) => {
    const pending = store.commit([enqueue('s', 1)]);
    const closing = store.close();
    await Promise.all([pending, closing]);
    await store.close();
    await assert.rejects(store.commit([enqueue('s', 2)]), isCode('store.unavailable'));
    await assert.rejects(store.readOutbox('s'), isCode('store.unavailable'));
    await assert.rejects(store.readDocuments('s', 'c'), isCode('store.unavailable'));
    await assert.rejects(store.readBodies('s', [1]), isCode('store.unavailable'));
    await assert.rejects(store.readArchive('s', 'a', { limit: 1 }), isCode('store.unavailable'));
    await assert.rejects(store.archiveEdges('s', 'a'), isCode('store.unavailable'));
    assert.throws(() => store.commitLater([enqueue('s', 3)]), isCode('store.unavailable'));
  });
  check('a new store is healthy', async (store) => {
    const stop = store.onHealth(() => {});
    assert.deepEqual(store.health, { kind: 'ok' });
    stop();
    stop();
  });
}
