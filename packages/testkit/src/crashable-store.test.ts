import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { VirtualTime } from '@kerbside/station';
import type { Store, StoreImage, Write } from '@kerbside/station';
import { storeContract } from '@kerbside/station/store-contract';

import { createCrashableStore } from './crashable-store.ts';

storeContract('the crash-able store', async () => createCrashableStore({ time: new VirtualTime() }));
storeContract('the lossy store', async () => createCrashableStore({ time: new VirtualTime(), lossy: true }));

const put = (key: string): Write => ({ op: 'putDocument', station: 's', collection: 'c', key, value: key });
const keysOf = (image: StoreImage): string[] => [...image.documents('s', 'c').keys()];

/** Commits a, b, c … until the power goes; returns what was acknowledged. */
async function commitLetters(store: Store, count: number): Promise<string[]> {
  const acknowledged: string[] = [];
  for (const letter of 'abcdefgh'.slice(0, count)) {
    const isDone = await Promise.race([store.commit([put(letter)]).then(() => true), turn().then(() => false)]);
    if (!isDone) break;
    acknowledged.push(letter);
  }
  return acknowledged;
}

function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

describe('the crash-able store', () => {
  it('keeps a step after which the power goes, and tells nobody', async () => {
    let cuts = 0;
    const store = createCrashableStore({ time: new VirtualTime(), cutAfter: 3, onCut: () => cuts++ });
    assert.deepEqual(await commitLetters(store, 5), ['a', 'b']);
    assert.deepEqual(keysOf(store.image()), ['a', 'b', 'c']);
    assert.equal(cuts, 1);
    assert.equal(store.isCut, true);
    assert.equal(store.durableSteps, 3);
  });

  it('loses a step before which the power goes', async () => {
    const store = createCrashableStore({ time: new VirtualTime(), cutBefore: 3 });
    assert.deepEqual(await commitLetters(store, 5), ['a', 'b']);
    assert.deepEqual(keysOf(store.image()), ['a', 'b']);
  });

  it('never settles a read after the cut, and ignores the rest', async () => {
    const store = createCrashableStore({ time: new VirtualTime() });
    store.cut();
    store.commitLater([put('a')]);
    const settled = Promise.race([store.readOutbox('s').then(() => true), turn().then(() => false)]);
    assert.equal(await settled, false);
    await store.close();
    assert.deepEqual(keysOf(store.image()), []);
  });

  it('loses late writes that no commit and no second has made durable', async () => {
    const time = new VirtualTime();
    const store = createCrashableStore({ time });
    store.commitLater([put('a')]);
    await time.advance(999);
    assert.deepEqual(keysOf(store.image()), []);
    await time.advance(1);
    assert.deepEqual(keysOf(store.image()), ['a']);
    assert.equal(store.durableSteps, 1);
    store.commitLater([put('b')]);
    await store.commit([put('c')]);
    store.commitLater([put('d')]);
    store.cut();
    await time.advance(5_000);
    assert.deepEqual(keysOf(store.image()), ['a', 'b', 'c']);
    assert.equal(store.durableSteps, 2);
  });

  it('boots from an image without touching it', async () => {
    const time = new VirtualTime();
    const first = createCrashableStore({ time });
    await first.commit([put('a')]);
    const image = first.image();
    const second = createCrashableStore({ time, image });
    await second.commit([put('b')]);
    assert.deepEqual(keysOf(image), ['a']);
    assert.deepEqual([...(await second.readDocuments('s', 'c')).keys()], ['a', 'b']);
  });

  it('loses acknowledged steps when its sync is a lie', async () => {
    const store = createCrashableStore({ time: new VirtualTime(), lossy: true, cutAfter: 6 });
    assert.deepEqual(await commitLetters(store, 8), ['a', 'b', 'c', 'd', 'e']);
    assert.deepEqual(keysOf(store.image()), ['a', 'b', 'c']);
  });

  it('refuses commits while the disk is full and keeps the late writes for later', async () => {
    const time = new VirtualTime();
    const store = createCrashableStore({ time });
    const told: string[] = [];
    store.onHealth((health) => told.push(health.kind));
    store.commitLater([put('a')]);
    store.setHealth({ kind: 'full', problem: 'The disk is full.' });
    await assert.rejects(store.commit([put('b')]), { code: 'store.unavailable' });
    await time.advance(3_000);
    assert.deepEqual(keysOf(store.image()), []);
    store.setHealth({ kind: 'ok' });
    await store.commit([put('c')]);
    assert.deepEqual(keysOf(store.image()), ['a', 'c']);
    assert.deepEqual(told, ['full', 'ok']);
  });
});
