import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../core/virtual-time.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import type { ChargingProfile } from './charging-profile.ts';
import { ProfileBook } from './profile-book.ts';
import { installation, matching, removal } from './profile-changes.ts';
import { profileToJson } from './profile-document.ts';
import { profileOf } from './test-profiles.ts';

const collection = 'chargingProfiles';
const room = { most: 10, nowMs: 0 };

function made(given: Partial<ChargingProfile>): ChargingProfile {
  return profileOf({ ...given, schedule: {} });
}

/** A book over a store that fails or waits as it is told. */
class Bench {
  readonly time = new VirtualTime();
  readonly problems: string[] = [];
  readonly commits: (readonly Write[])[] = [];
  readonly memory = createMemoryStore();
  gate: Promise<void> = Promise.resolve();
  told = 0;
  book = this.open();

  open(): ProfileBook {
    const store: Store = {
      ...this.memory,
      commit: async (writes) => {
        this.commits.push(writes);
        await this.gate;
        return this.memory.commit(writes);
      },
    };
    const { time } = this;
    const book = new ProfileBook({ station: 's', store, time, onProblem: (text) => this.problems.push(text) });
    book.onChange(() => (this.told += 1));
    return book;
  }

  /** Switches off and on. */
  async restart(): Promise<void> {
    this.book = this.open();
    await this.book.load();
  }

  install(profile: ChargingProfile): Promise<unknown> {
    return this.book.change((installed) => installation(installed, profile, room));
  }

  get ids(): readonly number[] {
    return this.book.profiles.map(({ id }) => id);
  }

  async stored(): Promise<readonly string[]> {
    return [...(await this.memory.readDocuments('s', collection)).keys()].toSorted();
  }
}

test('what is installed is on disk before it counts, in one commit, and is there after a restart (SC-12)', async () => {
  const bench = new Bench();
  await bench.install(made({ id: 1, evse: 1 }));
  const disk = Promise.withResolvers<void>();
  bench.gate = disk.promise;
  const installing = bench.install(made({ id: 2, evse: 1 }));
  await bench.time.advance(10);
  assert.deepEqual(bench.ids, [1]);
  disk.resolve();
  await installing;
  assert.deepEqual(bench.ids, [2]);
  assert.deepEqual(
    bench.commits.map((writes) => writes.map((write) => `${write.op} ${'key' in write ? write.key : ''}`)),
    [['putDocument 1'], ['deleteDocument 1', 'putDocument 2']],
  );
  await bench.restart();
  assert.deepEqual(bench.book.profiles, [made({ id: 2, evse: 1 })]);
});

test('when it cannot be stored nothing has changed, and the next change is not disturbed', async () => {
  const bench = new Bench();
  await bench.install(made({ id: 1 }));
  bench.gate = Promise.reject(new Error('no space left'));
  bench.gate.catch(() => undefined);
  const failing = bench.install(made({ id: 2 }));
  bench.gate.catch(() => undefined);
  await assert.rejects(failing, /no space left/);
  assert.deepEqual([bench.ids, await bench.stored()], [[1], ['1']]);
  bench.gate = Promise.resolve();
  await bench.install(made({ id: 3, stackLevel: 1 }));
  assert.deepEqual(bench.ids, [1, 3]);
});

test('changes take turns: each is planned by what the one before has left', async () => {
  const bench = new Bench();
  const seen: number[] = [];
  const note = (profile: ChargingProfile): Promise<unknown> =>
    bench.book.change((installed) => {
      seen.push(installed.length);
      return installation(installed, profile, room);
    });
  await Promise.all([1, 2, 3].map((id) => note(made({ id, stackLevel: id }))));
  assert.deepEqual(seen, [0, 1, 2]);
});

test('a plan that says why not changes nothing; one that means nothing gives nothing', async () => {
  const bench = new Bench();
  assert.equal(await bench.book.change(() => 'not today'), 'not today');
  const nobody = { id: 9, evse: null, purpose: null, stackLevel: null };
  assert.deepEqual(await bench.book.change((installed) => removal(matching(installed, nobody))), []);
  await bench.time.advance(0);
  assert.equal(bench.told, 0);
});

test('each change is told after what asked for it could be answered', async () => {
  const bench = new Bench();
  await bench.install(made({ id: 1 }));
  assert.equal(bench.told, 0);
  await bench.time.advance(0);
  assert.equal(bench.told, 1);
});

test('the end of a transaction takes its profiles with it, also one that is just being installed (SC-04)', async () => {
  const bench = new Bench();
  await bench.install(made({ id: 1, purpose: 'tx', transaction: 'T' }));
  await bench.install(made({ id: 2, purpose: 'tx', transaction: 'OTHER' }));
  const installing = bench.install(made({ id: 3, purpose: 'tx', transaction: 'T', stackLevel: 1 }));
  await Promise.all([bench.book.transactionEnded('T'), installing]);
  assert.deepEqual([bench.ids, await bench.stored()], [[2], ['2']]);
});

test('a restart ends every transaction: what was installed for one is gone, from the disk too (SC-12)', async () => {
  const bench = new Bench();
  await bench.install(made({ id: 1, purpose: 'tx', transaction: 'T' }));
  await bench.install(made({ id: 2 }));
  await bench.restart();
  assert.deepEqual([bench.ids, await bench.stored()], [[2], ['2']]);
});

test('what cannot be read is told, does not apply and stays where it is', async () => {
  const bench = new Bench();
  await bench.memory.commit([
    { op: 'putDocument', station: 's', collection, key: '7', value: { id: 7 } },
    { op: 'putDocument', station: 's', collection, key: '8', value: profileToJson(made({ id: 8 })) },
  ]);
  await bench.restart();
  assert.deepEqual([bench.ids, await bench.stored()], [[8], ['7', '8']]);
  assert.match(bench.problems.join(), /charging profile 7 cannot be read/);
});

test('who does not want to hear of changes any more hears of none', async () => {
  const bench = new Bench();
  let heard = 0;
  const stop = bench.book.onChange(() => (heard += 1));
  stop();
  stop();
  await bench.install(made({ id: 1 }));
  await bench.time.advance(0);
  assert.equal(heard, 0);
});
