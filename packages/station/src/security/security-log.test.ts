import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import { SecurityLog, type NewEntry } from './security-log.ts';

async function opened(store: Store, size = 5): Promise<SecurityLog> {
  const log = new SecurityLog({ station: 'CP', store, size: () => size });
  await log.load();
  return log;
}

function entry(detail: string, more: Partial<NewEntry> = {}): NewEntry {
  return { type: 'MemoryExhaustion', atMs: 1_000, estimated: false, detail, told: false, ...more };
}

async function kept(log: SecurityLog): Promise<readonly string[]> {
  return (await log.read()).map(({ number, detail, told }) => `${number} ${detail}${told ? ' told' : ''}`);
}

void describe('the rolling security log', () => {
  void it('keeps the newest, numbers go on over a restart', async () => {
    const store = createMemoryStore();
    const log = await opened(store);
    for (const each of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) await store.commit(log.append(entry(each)).writes);
    assert.deepEqual(await kept(log), ['3 c', '4 d', '5 e', '6 f', '7 g']);
    const again = await opened(store);
    await store.commit(again.append(entry('h')).writes);
    assert.deepEqual(await kept(again), ['4 d', '5 e', '6 f', '7 g', '8 h']);
    assert.equal(again.count, 5);
  });

  void it('becomes shorter when its bound is lowered', async () => {
    const store = createMemoryStore();
    const log = await opened(store);
    for (const each of ['a', 'b', 'c', 'd', 'e']) await store.commit(log.append(entry(each)).writes);
    const shorter = await opened(store, 2);
    await store.commit(shorter.append(entry('f')).writes);
    assert.deepEqual(await kept(shorter), ['5 e', '6 f']);
  });

  void it('marks a line, but brings none back that has left', async () => {
    const store = createMemoryStore();
    const log = await opened(store, 2);
    for (const each of ['a', 'b', 'c']) await store.commit(log.append(entry(each)).writes);
    assert.deepEqual(log.rewrite(1, entry('a', { told: true })), []);
    await store.commit(log.rewrite(3, entry('c', { told: true })));
    assert.deepEqual(await kept(log), ['2 b', '3 c told']);
  });

  void it('remembers what is to be told later, over a restart too, until it is released or cleared', async () => {
    const store = createMemoryStore();
    const log = await opened(store);
    await store.commit(log.append(entry('a'), true).writes);
    await store.commit(log.append(entry('b')).writes);
    const again = await opened(store);
    assert.deepEqual(again.held, [1]);
    await store.commit(again.released());
    assert.deepEqual((await opened(store)).held, []);
    await store.commit([...again.clear(), ...again.append(entry('cleared')).writes]);
    assert.deepEqual(await kept(await opened(store)), ['3 cleared']);
  });

  void it('takes damaged documents for none', async () => {
    const store = createMemoryStore();
    const put = (collection: string, key: string, value: string): Promise<void> =>
      store.commit([{ op: 'putDocument', station: 'CP', collection, key, value }]);
    await put('securityLogHead', 'head', 'garbage');
    await put('securityLog', '1', 'garbage');
    await put('securityLog', 'x', 'garbage');
    assert.deepEqual(await kept(await opened(store)), []);
  });
});
