import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import type { TestContext } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { Store, StoreHealth } from '../store.ts';
import { enqueue, put } from '../store-contract.ts';
import { openStore, temporaryFolder } from './test-folder.ts';

const filler = 'x'.repeat(20_000);

/** Commits until the store refuses; returns the numbers of the rows that were acknowledged. */
async function fill(store: Store): Promise<number[]> {
  const written: number[] = [];
  for (let seq = 1; seq < 10_000; seq++) {
    try {
      await store.commit([put('s', 'c', 'last', seq), enqueue('s', seq, filler)]);
    } catch (error) {
      assert.equal(error instanceof Error && 'code' in error ? error.code : '', 'store.unavailable');
      return written;
    }
    written.push(seq);
  }
  throw new RangeError('the disk was never full');
}

/** Waits until the store says that it is well, moving the virtual time so that it tries. */
async function recover(store: Store, time: VirtualTime): Promise<void> {
  const isOk = new Promise<void>((resolve) => {
    store.onHealth((health) => {
      if (health.kind === 'ok') resolve();
    });
  });
  await time.advance(5_000);
  await isOk;
}

/** Mounts a small file system in memory; false where this is not permitted. */
function mountMemory(context: TestContext, folder: string, size: string): boolean {
  const args = ['-t', 'tmpfs', '-o', `size=${size}`, 'kerbside-test', folder];
  const isMounted = process.platform === 'linux' && spawnSync('mount', args).status === 0;
  if (!isMounted) context.skip('mounting is not permitted here');
  else {
    after(() => {
      execFileSync('umount', ['--lazy', folder]);
      rmSync(folder, { recursive: true, force: true });
    });
  }
  return isMounted;
}

async function checkFull(store: Store, time: VirtualTime, makeRoom: () => Promise<void>): Promise<void> {
  const told: StoreHealth['kind'][] = [];
  store.onHealth((health) => told.push(health.kind));
  const written = await fill(store);
  assert.ok(written.length > 3);
  assert.equal(store.health.kind, 'full');
  assert.match(store.health.kind === 'full' ? store.health.problem : '', /disk is full/);
  assert.deepEqual(
    (await store.readOutbox('s')).map((row) => row.seq),
    written,
    'half of a refused commit was stored',
  );
  assert.equal((await store.readDocuments('s', 'c')).get('last'), written.at(-1));
  store.commitLater([put('s', 'c', 'later', 'kept in line')]);
  await assert.rejects(store.commit([enqueue('s', 99_999, filler.repeat(20))]), { code: 'store.unavailable' });
  await makeRoom();
  await recover(store, time);
  assert.deepEqual(told, ['full', 'ok']);
  await store.commit([enqueue('s', 100_000, filler)]);
  assert.equal((await store.readDocuments('s', 'c')).get('later'), 'kept in line');
}

describe('a full disk', () => {
  it('refuses what does not fit, stores nothing of it, and takes facts again when old ones are gone', async () => {
    const time = new VirtualTime();
    const store = await openStore({ folder: temporaryFolder(), time, tuning: { maxPages: 100 } });
    await checkFull(store, time, async () => {
      await store.commit([1, 2, 3, 4, 5, 6, 7].map((seq) => ({ op: 'dequeue', station: 's', seq })));
    });
  });

  it('recovers by itself when somebody frees space', async (t) => {
    const folder = temporaryFolder();
    if (!mountMemory(t, folder, '3m')) return;
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(1_500_000));
    const time = new VirtualTime();
    const store = await openStore({ folder: join(folder, 'data'), time });
    await checkFull(store, time, async () => rmSync(ballast));
    await store.close();
    const next = await openStore({ folder: join(folder, 'data') });
    assert.equal((await next.readBodies('s', [100_000])).get(100_000), filler);
  });
});

describe('a read-only folder', () => {
  it('is said when the file system turns read-only and forgotten when it can be written again', async (t) => {
    const folder = temporaryFolder();
    if (!mountMemory(t, folder, '8m')) return;
    const time = new VirtualTime();
    const first = await openStore({ folder, time });
    await first.commit([enqueue('s', 1)]);
    await first.close();
    assert.equal(spawnSync('mount', ['-o', 'remount,ro', folder]).status, 0);
    const store = await openStore({ folder, time });
    await assert.rejects(store.commit([enqueue('s', 2)]), { code: 'store.unavailable' });
    assert.equal(store.health.kind, 'readOnly');
    assert.equal((await store.readOutbox('s')).length, 1);
    assert.equal(spawnSync('mount', ['-o', 'remount,rw', folder]).status, 0);
    await recover(store, time);
    await store.commit([enqueue('s', 3)]);
    assert.deepEqual(
      (await store.readOutbox('s')).map((row) => row.seq),
      [1, 3],
    );
  });
});
