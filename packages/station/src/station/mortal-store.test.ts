import assert from 'node:assert/strict';
import { test } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import { mortalStore } from './mortal-store.ts';

const put = (key: string): Write => ({ op: 'putDocument', station: 's', collection: 'c', key, value: 1 });
const keys = async (store: Store): Promise<readonly string[]> => [...(await store.readDocuments('s', 'c')).keys()];
const settled = async (work: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending');
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
  return (await Promise.race([work, Promise.resolve(pending)])) !== pending;
};

test('a living station writes through, and hears refusals', async () => {
  const shared = createMemoryStore();
  const { store } = mortalStore(shared);
  await store.commit([put('a')]);
  store.commitLater([put('b')]);
  assert.deepEqual(await keys(shared), ['a', 'b']);
  assert.equal(store.health, shared.health);
  await shared.close();
  await assert.rejects(store.commit([put('c')]), { code: 'store.unavailable' });
});

test('after the cut nothing is written, and who waits for a commit never goes on', async () => {
  const shared = createMemoryStore();
  const life = mortalStore(shared);
  const { store } = life;
  life.cut();
  const commit = store.commit([put('a')]);
  store.commitLater([put('b')]);
  assert.equal(await settled(commit), false);
  assert.deepEqual(await keys(shared), []);
});

test('a commit that was under way at the cut may be on disk, but its station never learns of it', async () => {
  const memory = createMemoryStore();
  const gate = Promise.withResolvers<void>();
  const slow: Store = {
    ...memory,
    commit: async (writes) => {
      await gate.promise;
      await memory.commit(writes);
    },
  };
  const life = mortalStore(slow);
  const { store } = life;
  const commit = store.commit([put('a')]);
  life.cut();
  gate.resolve();
  assert.equal(await settled(commit), false);
  assert.deepEqual(await keys(memory), ['a']);
});

test('the next life on the same store is not touched by the end of the one before', async () => {
  const shared = createMemoryStore();
  const before = mortalStore(shared);
  const after = mortalStore(shared);
  before.cut();
  await after.store.commit([put('a')]);
  assert.deepEqual(await keys(after.store), ['a']);
});
