import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { KerbsideError } from '../core/errors.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';
import type { LocalListUpdate } from './local-list-update.ts';
import { LocalList } from './local-list.ts';

const good: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const limits = { lines: 20_000, entries: 20_000 };

async function open(store: Store): Promise<LocalList> {
  const list = new LocalList({ station: 's', store });
  await list.load();
  return list;
}

function full(version: number, ...ids: readonly string[]): LocalListUpdate {
  return { kind: 'full', version, lines: ids.map((idToken) => ({ idToken, answer: good })) };
}

/** A store that keeps what was committed, and fails or waits as it is told. */
class Watched {
  readonly memory = createMemoryStore();
  readonly commits: (readonly Write[])[] = [];
  gate: Promise<void> = Promise.resolve();
  readonly store: Store = {
    ...this.memory,
    commit: async (writes) => {
      this.commits.push(writes);
      await this.gate;
      return this.memory.commit(writes);
    },
  };
}

test('a list, its version and what is said of each identifier are there after a restart (L-05)', async () => {
  const store = createMemoryStore();
  const answer: IdTokenAnswer = { status: 'blocked', expiryMs: 5, parentIdToken: 'FLEET' };
  const lines = [
    { idToken: 'Aa', answer },
    { idToken: 'version', answer: good },
  ];
  assert.deepEqual(await (await open(store)).update({ kind: 'full', version: 4, lines }, limits), { kind: 'accepted' });
  const list = await open(store);
  assert.deepEqual([list.version, list.count], [4, 2]);
  assert.deepEqual([list.find('aA'), list.find('VERSION'), list.find('b')], [answer, good, null]);
  assert.deepEqual(list.page(0, 1), [{ idToken: 'Aa', answer }]);
  assert.deepEqual(list.page(1, 10), [{ idToken: 'version', answer: good }]);
});

test('an update of ten thousand entries is one commit, and the next one writes what is different only (L-05)', async () => {
  const { store, commits } = new Watched();
  const list = await open(store);
  const ids = Array.from({ length: 10_000 }, (_, index) => `CARD${index}`);
  await list.update(full(1, ...ids), limits);
  assert.deepEqual([commits.length, commits[0]?.length, list.count], [1, 10_001, 10_000]);
  await list.update(full(2, ...ids.slice(1), 'NEW'), limits);
  assert.equal(commits[1]?.length, 3);
  assert.deepEqual([list.version, list.count, list.find('CARD0'), list.find('NEW')], [2, 10_000, null, good]);
  assert.deepEqual((await open(store)).page(0, 20_000), list.page(0, 20_000));
});

test('until an update is on disk the list before it counts (L-05)', async () => {
  const watched = new Watched();
  const list = await open(watched.store);
  await list.update(full(1, 'A'), limits);
  const gate = Promise.withResolvers<void>();
  watched.gate = gate.promise;
  const updating = list.update(full(2, 'B'), limits);
  await Promise.resolve();
  assert.deepEqual([list.version, list.find('A'), list.find('B')], [1, good, null]);
  gate.resolve();
  await updating;
  assert.deepEqual([list.version, list.find('A'), list.find('B')], [2, null, good]);
});

test('an update that the store refuses has failed, and the list before it stays (L-05)', async () => {
  const memory = createMemoryStore();
  await (await open(memory)).update(full(1, 'A'), limits);
  const commit = (): Promise<void> => Promise.reject(new KerbsideError('store.unavailable', 'disk full'));
  const list = await open({ ...memory, commit });
  const outcome = await list.update(full(2, 'B'), limits);
  assert.equal(outcome.kind, 'failed');
  assert.deepEqual([list.version, list.find('A'), list.find('B')], [1, good, null]);
});

test('updates take turns: the second one is judged by the list of the first (L-02)', async () => {
  const { store } = new Watched();
  const list = await open(store);
  const difference: LocalListUpdate = { kind: 'differential', version: 2, lines: [{ idToken: 'B', answer: good }] };
  const outcomes = await Promise.all([list.update(full(2, 'A'), limits), list.update(difference, limits)]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['accepted', 'versionMismatch'],
  );
  assert.equal(list.find('B'), null);
});

test('a list that became empty has version 0, also after a restart (L-03)', async () => {
  const store = createMemoryStore();
  const list = await open(store);
  await list.update(full(5, 'A'), limits);
  await list.update({ kind: 'differential', version: 6, lines: [{ idToken: 'a', answer: null }] }, limits);
  assert.deepEqual([list.version, (await open(store)).version], [0, 0]);
});

test('documents that cannot be entries are left alone', async () => {
  const store = createMemoryStore();
  const put = { op: 'putDocument', station: 's', collection: 'localList' } as const;
  await store.commit([
    { ...put, key: 'version', value: 3 },
    { ...put, key: '=a', value: { idToken: 'A', ...good } },
    { ...put, key: '=b', value: 'nonsense' },
    { ...put, key: '=c', value: { idToken: 'C', ...good, status: 'friendly' } },
    { ...put, key: '=d', value: { idToken: 'D', ...good, expiryMs: 'soon' } },
    { ...put, key: '=e', value: { ...good } },
    { ...put, key: 'other', value: { idToken: 'F', ...good } },
  ]);
  const list = await open(store);
  assert.deepEqual([list.version, list.count, list.find('a')], [3, 1, good]);
});

const answers = fc.constantFrom<IdTokenAnswer>(good, { ...good, status: 'blocked' }, { ...good, parentIdToken: 'F' });
const updates = fc.record<LocalListUpdate>({
  kind: fc.constantFrom('full', 'differential'),
  version: fc.integer({ min: -1, max: 6 }),
  lines: fc.array(
    fc.record({ idToken: fc.constantFrom('A', 'a', 'B', 'C', 'D'), answer: fc.option(answers, { freq: 4 }) }),
    { maxLength: 4 },
  ),
});

/** What a list is after an update, said as simply as can be; null when the update has to be refused. */
function model(
  before: ReadonlyMap<string, IdTokenAnswer>,
  version: number,
  update: LocalListUpdate,
): Map<string, IdTokenAnswer> | null {
  const ids = update.lines.map(({ idToken }) => idToken.toLowerCase());
  const old = update.kind === 'differential' && update.version <= version;
  const silent = update.kind === 'full' && update.lines.some(({ answer }) => answer === null);
  if (update.version <= 0 || old || silent || new Set(ids).size < ids.length || ids.length > 3) return null;
  const after = new Map(update.kind === 'full' ? [] : before);
  for (const { idToken, answer } of update.lines) {
    if (answer === null) after.delete(idToken.toLowerCase());
    else after.set(idToken.toLowerCase(), answer);
  }
  return after.size > 3 ? null : after;
}

test('whatever updates come, list and disk are what the accepted ones say (L-01, L-02, L-03, L-05)', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(updates, { maxLength: 8 }), async (given) => {
      const store = createMemoryStore();
      const list = await open(store);
      let expected = new Map<string, IdTokenAnswer>();
      let version = 0;
      for (const update of given) {
        const after = model(expected, version, update);
        const { kind } = await list.update(update, { lines: 3, entries: 3 });
        assert.equal(kind === 'accepted', after !== null);
        if (after !== null) version = after.size === 0 ? 0 : update.version;
        expected = after ?? expected;
        for (const each of [list, await open(store)]) {
          assert.deepEqual([each.version, each.count], [version, expected.size]);
          for (const id of ['a', 'B', 'c', 'D'])
            assert.deepEqual(each.find(id), expected.get(id.toLowerCase()) ?? null);
        }
      }
    }),
    { numRuns: 300 },
  );
});
