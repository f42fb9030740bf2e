import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { AuthorizationCache } from './cache.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';

const accepted: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const blocked: IdTokenAnswer = { ...accepted, status: 'blocked' };

class Bench {
  readonly store: Store;
  nowMs = 1_000;
  size = 3;
  lifetimeSeconds = 0;

  constructor(store: Store = createMemoryStore()) {
    this.store = store;
  }

  async open(): Promise<AuthorizationCache> {
    const cache = new AuthorizationCache({
      station: 's',
      store: this.store,
      nowMs: () => this.nowMs++,
      size: () => this.size,
      lifetimeSeconds: () => this.lifetimeSeconds,
    });
    await cache.load();
    return cache;
  }

  async stored(): Promise<readonly string[]> {
    return [...(await this.store.readDocuments('s', 'authorizationCache')).keys()].toSorted();
  }
}

test('identifiers are found in whatever letter case, and the latest answer counts, good or bad (A-01, A-07)', async () => {
  const cache = await new Bench().open();
  cache.remember('04aB', { ...accepted, parentIdToken: 'FLEET' });
  assert.deepEqual(cache.find('04Ab'), { status: 'accepted', expiryMs: null, parentIdToken: 'FLEET' });
  cache.remember('04AB', blocked);
  assert.equal(cache.find('04ab')?.status, 'blocked');
  assert.equal(cache.count, 1);
  assert.equal(cache.find('other'), null);
});

test('what was remembered is there after a restart, with its group and its expiry', async () => {
  const bench = new Bench();
  const answer: IdTokenAnswer = { status: 'accepted', expiryMs: 99, parentIdToken: 'FLEET' };
  (await bench.open()).remember('A', answer);
  assert.deepEqual((await bench.open()).find('a'), answer);
});

describe('a full cache', () => {
  test('gives up what is not valid first, then the oldest, and never the newest (A-07)', async () => {
    const bench = new Bench();
    const cache = await bench.open();
    cache.remember('A', accepted);
    cache.remember('B', blocked);
    cache.remember('C', accepted);
    cache.remember('D', accepted);
    assert.deepEqual(await bench.stored(), ['a', 'c', 'd']);
    cache.remember('E', blocked);
    assert.deepEqual(await bench.stored(), ['c', 'd', 'e']);
    cache.remember('F', accepted);
    assert.deepEqual(await bench.stored(), ['c', 'd', 'f']);
  });

  test('counts an entry past its expiry as not valid', async () => {
    const bench = new Bench();
    const cache = await bench.open();
    cache.remember('A', accepted);
    cache.remember('B', { ...accepted, expiryMs: bench.nowMs + 1 });
    cache.remember('C', accepted);
    bench.nowMs += 100;
    cache.remember('D', accepted);
    assert.deepEqual(await bench.stored(), ['a', 'c', 'd']);
  });

  test('counts an entry that was confirmed again as new', async () => {
    const bench = new Bench();
    const cache = await bench.open();
    for (const id of ['A', 'B', 'C', 'A', 'D']) cache.remember(id, accepted);
    assert.deepEqual(await bench.stored(), ['a', 'c', 'd']);
  });

  test('still knows the oldest after a restart', async () => {
    const bench = new Bench();
    const before = await bench.open();
    for (const id of ['A', 'B', 'C', 'A']) before.remember(id, accepted);
    const cache = await bench.open();
    cache.remember('D', accepted);
    assert.deepEqual(await bench.stored(), ['a', 'c', 'd']);
  });

  test('shrinks to a smaller size with the next entry, and always keeps one', async () => {
    const bench = new Bench();
    const cache = await bench.open();
    for (const id of ['A', 'B', 'C']) cache.remember(id, accepted);
    bench.size = 0;
    cache.remember('D', accepted);
    assert.deepEqual(await bench.stored(), ['d']);
    assert.equal(cache.count, 1);
  });
});

test('ClearCache forgets in memory and on disk (A-09)', async () => {
  const bench = new Bench();
  const cache = await bench.open();
  cache.remember('A', accepted);
  await cache.clear();
  await cache.clear();
  assert.deepEqual([cache.count, cache.find('A'), await bench.stored()], [0, null, []]);
});

test('one identifier is forgotten in memory and on disk, others stay', async () => {
  const bench = new Bench();
  const cache = await bench.open();
  cache.remember('A', accepted);
  cache.remember('B', accepted);
  for (const id of ['a', 'A', 'nobody']) cache.forget(id);
  assert.deepEqual([cache.find('A'), cache.find('B'), await bench.stored()], [null, accepted, ['b']]);
});

test('a ClearCache that the store refuses has forgotten nothing', async () => {
  const memory = createMemoryStore();
  const full = (): Promise<void> => Promise.reject(new KerbsideError('store.unavailable', 'disk full'));
  const cache = await new Bench({ ...memory, commit: full }).open();
  cache.remember('A', accepted);
  await assert.rejects(cache.clear(), { code: 'store.unavailable' });
  assert.equal(cache.find('A')?.status, 'accepted');
});

test('an answer that comes while the cache is being cleared is kept', async () => {
  const memory = createMemoryStore();
  const gate = Promise.withResolvers<void>();
  const slow = async (writes: Parameters<Store['commit']>[0]): Promise<void> => {
    const done = memory.commit(writes);
    await gate.promise;
    await done;
  };
  const bench = new Bench({ ...memory, commit: slow });
  const cache = await bench.open();
  cache.remember('A', accepted);
  const clearing = cache.clear();
  cache.remember('B', accepted);
  gate.resolve();
  await clearing;
  assert.deepEqual([cache.find('A'), cache.find('B')?.status], [null, 'accepted']);
  assert.deepEqual(await bench.stored(), ['b']);
});

test('documents that cannot be entries are left alone', async () => {
  const bench = new Bench();
  const put = { op: 'putDocument', station: 's', collection: 'authorizationCache' } as const;
  const answer = { ...accepted };
  await bench.store.commit([
    { ...put, key: 'a', value: { idToken: 'A', answer, updatedMs: 1 } },
    { ...put, key: 'b', value: 'nonsense' },
    { ...put, key: 'c', value: { idToken: 'C' } },
    { ...put, key: 'd', value: { idToken: 'D', answer: null, updatedMs: 1 } },
    { ...put, key: 'e', value: { idToken: 'E', answer: { status: 'friendly' }, updatedMs: 1 } },
  ]);
  const cache = await bench.open();
  assert.deepEqual([cache.count, cache.find('a')?.status], [1, 'accepted']);
});

test('what the backend set no end to counts for the lifetime, over a restart; its own end goes before (A-07)', async () => {
  const bench = new Bench();
  bench.lifetimeSeconds = 60;
  const cache = await bench.open();
  cache.remember('A', accepted);
  cache.remember('B', { ...accepted, expiryMs: 5 });
  const end = 1_000 + 60_000;
  for (const each of [cache, await bench.open()]) {
    assert.deepEqual([each.find('A')?.expiryMs, each.find('B')?.expiryMs], [end, 5]);
  }
  bench.lifetimeSeconds = 0;
  assert.equal(cache.find('A')?.expiryMs, null);
});

test('when it is full, what has outlived the lifetime goes first (A-07)', async () => {
  const bench = new Bench();
  bench.size = 2;
  bench.lifetimeSeconds = 60;
  const cache = await bench.open();
  cache.remember('FOREVER', { ...accepted, expiryMs: 9_000_000 });
  cache.remember('OLD', accepted);
  bench.nowMs += 61_000;
  cache.remember('NEW', accepted);
  assert.deepEqual([cache.find('OLD'), cache.find('FOREVER')?.status], [null, 'accepted']);
});
