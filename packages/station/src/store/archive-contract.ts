import assert from 'node:assert/strict';

import { KerbsideError } from '../core/errors.ts';
import { archivePage } from './store.ts';
import { chained } from './archive-chain.ts';
import type { NewArchiveRow, Store, Write } from './store.ts';

/** The write that archives one record. */
export function archived(station: string, archive: string, seq: number, over: Partial<NewArchiveRow> = {}): Write {
  const row: NewArchiveRow = { seq, group: null, key: null, atMs: 1_795_000_000_000 + seq, state: 'waiting', ...over };
  return { op: 'archive', station, archive, row, body: `record ${seq} of ${archive}` };
}

/** The write that changes the state of a record. */
function marked(station: string, archive: string, seq: number, state: string): Write {
  return { op: 'markArchived', station, archive, of: { seq }, state };
}

/** The write that removes a record. */
function expired(station: string, archive: string, seq: number): Write {
  return { op: 'expireArchived', station, archive, seq };
}

const seqsOf = async (store: Store, query: Partial<Parameters<Store['readArchive']>[2]>): Promise<number[]> =>
  (await store.readArchive('s', 'a', { limit: 100, ...query })).map(({ row }) => row.seq);

const isRefused = (thrown: unknown): boolean => thrown instanceof KerbsideError && thrown.code === 'internal.bug';

type Check = (title: string, body: (store: Store) => Promise<void>) => void;

/** What every `Store` must do with archives. */
export function archiveChecks(check: Check): void {
  readingChecks(check);
  check('a record comes back as it was written, text and all', async (store) => {
    const row = { seq: 7, group: 'tx 1', key: 'k', atMs: 1_795_000_000_123.5, state: 'kept' };
    const body = 'Ä 充電 🔌 {"RV":2935.600} \u0000 \\ end';
    await store.commit([{ op: 'archive', station: 's', archive: 'a', row, body }]);
    assert.deepEqual(await store.readArchive('s', 'a', { limit: 5 }), [
      { row: { ...row, note: null, previous: 0, chain: chained('', body) }, body },
    ]);
  });
  check('the store numbers what has no number, and chains all records', async (store) => {
    await store.commit([archived('s', 'a', 0), archived('s', 'a', 0)]);
    await store.commit([archived('s', 'a', 7), archived('s', 'a', 0)]);
    const records = await store.readArchive('s', 'a', { limit: 9 });
    assert.deepEqual(
      records.map(({ row }) => [row.seq, row.previous]),
      [
        [1, 0],
        [2, 1],
        [7, 2],
        [8, 7],
      ],
    );
    let chain = '';
    for (const { row, body } of records) {
      chain = chained(chain, body);
      assert.equal(row.chain, chain);
    }
  });
  check('a group is marked at once, and the first note stays', async (store) => {
    await store.commit([archived('s', 'a', 1, { group: 'g' }), archived('s', 'a', 2, { group: 'h' })]);
    const mark = (note: string): Write => {
      return { op: 'markArchived', station: 's', archive: 'a', of: { group: 'g' }, state: 'delivered', note };
    };
    await store.commit([mark('17')]);
    await store.commit([mark('18'), marked('s', 'a', 2, 'givenUp')]);
    assert.deepEqual(
      (await store.readArchive('s', 'a', { limit: 9 })).map(({ row }) => [row.state, row.note]),
      [
        ['delivered', '17'],
        ['givenUp', null],
      ],
    );
  });
  check('a number that exists rejects the whole commit, and the record stays', async (store) => {
    await store.commit([archived('s', 'a', 1, { state: 'delivered' })]);
    const second = [
      { op: 'putDocument', station: 's', collection: 'c', key: 'k', value: 1 } as const,
      archived('s', 'a', 2),
    ];
    await assert.rejects(store.commit([...second, archived('s', 'a', 1, { group: 'other' })]), isRefused);
    await assert.rejects(store.commit([archived('s', 'a', 2), archived('s', 'a', 2)]), isRefused);
    assert.equal((await store.readDocuments('s', 'c')).size, 0);
    const [only, ...rest] = await store.readArchive('s', 'a', { limit: 9 });
    assert.deepEqual([only?.row.group, only?.row.state, rest.length], [null, 'delivered', 0]);
    assert.equal(store.health.kind, 'ok');
  });
  check('records may be stored in another order than that of their numbers', async (store) => {
    await store.commit([archived('s', 'a', 2)]);
    await store.commit([archived('s', 'a', 1)]);
    assert.deepEqual(await seqsOf(store, {}), [1, 2]);
  });
  check('only the state of a record changes', async (store) => {
    await store.commit([archived('s', 'a', 1, { group: 'g' })]);
    await store.commit([marked('s', 'a', 1, 'delivered'), marked('s', 'a', 9, 'delivered')]);
    const [record] = await store.readArchive('s', 'a', { limit: 1 });
    assert.deepEqual([record?.row.state, record?.row.group, record?.body], ['delivered', 'g', 'record 1 of a']);
  });
  check('what waits, what has no state, and the last record cannot be removed', async (store) => {
    await store.commit([
      archived('s', 'a', 1),
      archived('s', 'a', 2, { state: '' }),
      archived('s', 'a', 3, { state: 'kept' }),
    ]);
    for (const seq of [1, 2, 3]) {
      await assert.rejects(store.commit([marked('s', 'b', 1, 'x'), expired('s', 'a', seq)]), isRefused);
    }
    assert.deepEqual(await seqsOf(store, {}), [1, 2, 3]);
    await store.commit([marked('s', 'a', 1, 'delivered'), expired('s', 'a', 1), expired('s', 'a', 77)]);
    await store.commit([archived('s', 'a', 4), expired('s', 'a', 3)]);
    assert.deepEqual(await seqsOf(store, {}), [2, 4]);
    assert.deepEqual(await store.archiveEdges('s', 'a'), { first: 2, last: 4, count: 2 });
  });
}

function readingChecks(check: Check): void {
  check('an empty archive has no ends', async (store) => {
    assert.deepEqual(await store.readArchive('s', 'a', { limit: 10 }), []);
    assert.deepEqual(await store.archiveEdges('s', 'a'), { first: 0, last: 0, count: 0 });
  });
  check('archives and stations are apart', async (store) => {
    await store.commit([archived('s', 'a', 1), archived('s', 'b', 1), archived('t', 'a', 1), archived('t', 'a', 2)]);
    assert.deepEqual(await store.archiveEdges('s', 'a'), { first: 1, last: 1, count: 1 });
    assert.equal((await store.readArchive('s', 'b', { limit: 10 }))[0]?.body, 'record 1 of b');
    assert.equal((await store.readArchive('t', 'a', { limit: 10 })).length, 2);
  });
  check('pages go both ways, and conditions hold together', async (store) => {
    const group = (seq: number): string => (seq % 2 === 0 ? 'even' : 'odd');
    const state = (seq: number): string => (seq > 4 ? 'waiting' : 'delivered');
    const all = Array.from({ length: 8 }, (_, at) =>
      archived('s', 'a', at + 1, { group: group(at + 1), state: state(at + 1), key: `k${at + 1}` }),
    );
    await store.commit(all);
    assert.deepEqual(await seqsOf(store, { after: 2, limit: 3 }), [3, 4, 5]);
    assert.deepEqual(await seqsOf(store, { before: 6, newestFirst: true, limit: 2 }), [5, 4]);
    assert.deepEqual(await seqsOf(store, { after: 1, before: 8, group: 'odd' }), [3, 5, 7]);
    assert.deepEqual(await seqsOf(store, { group: 'even', state: 'waiting' }), [6, 8]);
    assert.deepEqual(await seqsOf(store, { key: 'k3' }), [3]);
    assert.deepEqual(await seqsOf(store, { state: 'delivered', newestFirst: true, limit: 1 }), [4]);
    assert.deepEqual(await seqsOf(store, { limit: 0 }), []);
    assert.deepEqual(await store.archiveEdges('s', 'a', 'waiting'), { first: 5, last: 8, count: 4 });
    assert.deepEqual(await store.archiveEdges('s', 'a', 'kept'), { first: 0, last: 0, count: 0 });
  });
  check('a page has an upper bound, whatever is asked for', async (store) => {
    await store.commit(Array.from({ length: archivePage + 5 }, (_, at) => archived('s', 'a', at + 1)));
    assert.equal((await store.readArchive('s', 'a', { limit: 1_000_000 })).length, archivePage);
    assert.equal((await store.archiveEdges('s', 'a')).count, archivePage + 5);
  });
  check('reading sees what was handed in before, also what may be lost', async (store) => {
    store.commitLater([archived('s', 'a', 1)]);
    const committed = store.commit([archived('s', 'a', 2)]);
    store.commitLater([marked('s', 'a', 1, 'delivered')]);
    const waiting = store.archiveEdges('s', 'a', 'waiting');
    assert.deepEqual(await seqsOf(store, { state: 'delivered' }), [1]);
    assert.deepEqual(await waiting, { first: 2, last: 2, count: 1 });
    await committed;
  });
}
