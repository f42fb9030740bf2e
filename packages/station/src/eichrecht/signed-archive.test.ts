import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createMemoryStore } from '../store/memory-store.ts';
import type { Store, Write } from '../store/store.ts';
import type { ArchiveBlock, NewSigned } from '../transactions/signed-keeping.ts';
import { Logbook } from './logbook.ts';
import { SignedArchive } from './signed-archive.ts';

const dayMs = 86_400_000;

class Bench {
  readonly store: Store;
  archive: SignedArchive;
  logbook: Logbook;
  capacity = 100;
  retentionMs = 10 * dayMs;
  nowMs = 1_795_000_000_000;
  readonly told: (ArchiveBlock | null)[] = [];
  readonly problems: string[] = [];
  #page = 0;

  constructor(store: Store = createMemoryStore()) {
    this.store = store;
    this.logbook = new Logbook({ station: 's', store, clock: this.#clock() });
    this.archive = this.restart();
  }

  restart(): SignedArchive {
    this.archive = new SignedArchive({
      station: 's',
      store: this.store,
      clock: this.#clock(),
      logbook: this.logbook,
      capacity: () => this.capacity,
      retentionMs: () => this.retentionMs,
      onChange: (blocked) => this.told.push(blocked),
      onProblem: (problem) => this.problems.push(problem),
    });
    return this.archive;
  }

  /** A record that no other is like; its page counts on. */
  record(over: Partial<NewSigned> & { readonly page?: number } = {}): NewSigned {
    const { page = ++this.#page, ...rest } = over;
    const data = `OCMF|{"FV":"1.0","PG":"T${page}","RD":[{"RV":2935.600}]}|{"SD":"30"}`;
    const blob = { encoding: 'OCMF', method: 'ECDSA-secp256r1-SHA256', data, publicKey: '3059' };
    return {
      transaction: 'tx',
      evse: 1,
      context: 'Transaction.Begin',
      meterSerial: 'M1',
      test: true,
      timeMs: this.nowMs,
      blob,
      carried: true,
      ...rest,
    };
  }

  async add(...records: readonly NewSigned[]): Promise<readonly number[]> {
    const { blobs, writes } = await this.archive.add(records);
    await this.store.commit(writes);
    return blobs.map(({ number }) => number);
  }

  async fill(count: number, over: Partial<NewSigned> = {}): Promise<void> {
    await this.add(...Array.from({ length: count }, () => this.record(over)));
  }

  async mark(from: number, to: number, state = 'delivered'): Promise<void> {
    const writes = Array.from({ length: to - from + 1 }, (_, at): Write => {
      return { op: 'markArchived', station: 's', archive: 'signed', of: { seq: from + at }, state };
    });
    await this.store.commit(writes);
    await this.archive.review();
  }

  async kinds(): Promise<readonly string[]> {
    return (await this.logbook.read({ limit: 100 })).map(({ kind }) => kind);
  }

  #clock(): { nowMs: () => number; valid: boolean } {
    return { nowMs: () => this.nowMs, valid: true };
  }
}

describe('the archive of signed records', () => {
  it('keeps the text of the meter to the character, and counts on after a restart', async () => {
    const bench = new Bench();
    const begin = bench.record();
    assert.deepEqual(await bench.add(begin), [1]);
    bench.restart();
    assert.deepEqual(await bench.add(bench.record({ context: 'Transaction.End' })), [2]);
    const [first, second] = await bench.archive.of('tx');
    assert.equal(first?.blob.data, begin.blob.data);
    assert.deepEqual([first.number, first.pagination, first.state], [1, 'T1', 'waiting']);
    assert.deepEqual([second?.context, second?.pagination, second?.meterSerial], ['Transaction.End', 'T2', 'M1']);
    assert.deepEqual(await bench.archive.of('other'), []);
  });

  it('gives what is archived already its number again, and writes nothing', async () => {
    const bench = new Bench();
    const [begin, end] = [bench.record(), bench.record()];
    await bench.add(begin, end);
    const again = await bench.archive.add([end, { ...begin, transaction: 'late' }, bench.record()]);
    assert.deepEqual(
      again.blobs.map(({ number }) => number),
      [2, 1, 3],
    );
    assert.equal(again.writes.filter((write) => write.op === 'archive').length, 1);
    const elsewhere = await bench.archive.add([
      { ...begin, evse: 2 },
      { ...begin, meterSerial: 'M2' },
    ]);
    assert.deepEqual(
      elsewhere.blobs.map(({ number }) => number),
      [4, 5],
    );
  });

  it('gives a record whose commit failed the same number when it comes again', async () => {
    const bench = new Bench();
    const lost = bench.record();
    await bench.archive.add([lost]);
    assert.deepEqual(await bench.add(bench.record()), [2]);
    assert.deepEqual(await bench.add(lost), [1]);
    assert.deepEqual(await bench.add(bench.record()), [3]);
    assert.deepEqual((await bench.archive.check()).problems, []);
  });

  it('gives all records of a long session', async () => {
    const bench = new Bench();
    bench.capacity = 10_000;
    await bench.fill(1_500);
    assert.equal((await bench.archive.of('tx')).length, 1_500);
  });

  it('sends a record that was only kept to the backend after all', async () => {
    const bench = new Bench();
    const late = bench.record({ carried: false });
    await bench.add(late);
    assert.equal((await bench.archive.status()).undelivered, 0);
    await bench.add({ ...late, carried: true });
    assert.equal((await bench.archive.status()).undelivered, 1);
  });

  it('knows the highest pagination of each meter, also of one that was exchanged', async () => {
    const bench = new Bench();
    await bench.add(bench.record({ page: 7 }), bench.record({ page: 5 }), bench.record({ page: 9, meterSerial: 'M2' }));
    bench.restart();
    assert.equal(await bench.archive.lastPagination(1, 'M1'), 7);
    assert.equal(await bench.archive.lastPagination(1, 'M2'), 9);
    assert.equal(await bench.archive.lastPagination(2, 'M1'), 0);
  });

  it('shows each gap in the numbers of a meter', async () => {
    const bench = new Bench();
    for (const page of [3, 4, 9, 8, 12, 6]) await bench.add(bench.record({ page }));
    const { gaps } = await bench.archive.check();
    assert.deepEqual(
      gaps.map(({ from, to }) => [from, to]),
      [
        ['T5', 'T5'],
        ['T7', 'T7'],
        ['T10', 'T11'],
      ],
    );
  });
});

describe('an archive of signed records without room', () => {
  it('blocks while undelivered records fill it, and loses none', async () => {
    const bench = new Bench();
    await bench.fill(99);
    assert.equal(bench.archive.blocked, null);
    await bench.fill(1);
    await bench.archive.review();
    assert.equal(bench.archive.blocked, 'full');
    await bench.fill(30);
    assert.equal((await bench.archive.status()).records, 130);
    assert.deepEqual(bench.told, ['full']);
    await bench.mark(1, 20);
    assert.equal(bench.archive.blocked, 'full');
    await bench.mark(21, 31);
    assert.equal(bench.archive.blocked, null);
    assert.deepEqual(bench.told, ['full', null]);
    assert.equal((await bench.archive.status()).undelivered, 99);
  });

  it('lets delivered records leave, the oldest first, and writes that into the logbook', async () => {
    const bench = new Bench();
    await bench.fill(100);
    await bench.mark(1, 90);
    await bench.fill(10);
    await bench.archive.review();
    const { records, undelivered } = await bench.archive.status();
    assert.deepEqual([records, undelivered], [100, 20]);
    assert.equal((await bench.archive.page(0, 1)).records[0]?.number, 11);
    assert.deepEqual(await bench.kinds(), ['expired']);
    assert.deepEqual((await bench.archive.check()).problems, []);
  });

  it('lets records leave whose retention is over, but none that waits, and never the newest', async () => {
    const bench = new Bench();
    await bench.fill(5);
    await bench.mark(1, 3);
    bench.nowMs += 11 * dayMs;
    await bench.add(bench.record());
    await bench.archive.review();
    const left = (await bench.archive.page(0, 10)).records.map(({ number }) => number);
    assert.deepEqual(left, [4, 5, 6]);
    await bench.mark(4, 6);
    bench.nowMs += 11 * dayMs;
    await bench.archive.review();
    assert.deepEqual(
      (await bench.archive.page(0, 10)).records.map(({ number }) => number),
      [6],
    );
    bench.restart();
    assert.deepEqual(await bench.add(bench.record()), [7]);
    assert.deepEqual((await bench.archive.check()).problems, []);
  });
});

/** A store that shows the signed archive otherwise than it is. */
function forged(store: Store, forge: (bodies: Awaited<ReturnType<Store['readArchive']>>) => typeof bodies): Store {
  return {
    ...store,
    readArchive: async (station, archive, query) => {
      const found = await store.readArchive(station, archive, query);
      return archive === 'signed' ? forge(found) : found;
    },
  };
}

describe('a damaged archive of signed records', () => {
  it('is found at the first use, blocks, is told once, and a person may accept it', async () => {
    const store = createMemoryStore();
    await new Bench(store).fill(4);
    const bench = new Bench(
      forged(store, (found) =>
        found.map((each) => (each.row.seq === 3 ? { ...each, body: each.body.replace('2935.600', '2935.6') } : each)),
      ),
    );
    await bench.archive.load();
    assert.equal(bench.archive.blocked, 'damaged');
    assert.match(bench.problems.join(), /Record 3 is not what was archived/);
    bench.restart();
    await bench.archive.load();
    assert.deepEqual([bench.archive.blocked, await bench.kinds()], ['damaged', ['archiveDamaged']]);
    await bench.archive.acceptDamage();
    assert.equal(bench.archive.blocked, null);
    await bench.restart().load();
    assert.deepEqual([bench.archive.blocked, await bench.kinds()], [null, ['archiveDamaged']]);
  });

  it('with a record taken away is found', async () => {
    const store = createMemoryStore();
    await new Bench(store).fill(5);
    const bench = new Bench(forged(store, (found) => found.filter(({ row }) => row.seq !== 2)));
    assert.deepEqual((await bench.archive.check()).problems, ['Record 2 is missing: record 3 follows it.']);
    assert.equal(bench.archive.blocked, 'damaged');
  });

  it('with the newest records taken away is found', async () => {
    const store = createMemoryStore();
    await new Bench(store).fill(5);
    const short: Store = { ...store, archiveEdges: async () => ({ first: 1, last: 3, count: 3 }) };
    const bench = new Bench(forged(short, (found) => found.filter(({ row }) => row.seq <= 3)));
    await bench.archive.load();
    assert.match(bench.problems.join(), /Records 4 to 5 are missing at the end/);
    assert.deepEqual(bench.told, ['damaged']);
  });

  it('with a text that cannot be read tells it, and gives the others', async () => {
    const store = createMemoryStore();
    const first = new Bench(store);
    await first.fill(2);
    const row = { seq: 3, group: 'tx', key: null, atMs: 0, state: 'waiting' };
    await store.commit([{ op: 'archive', station: 's', archive: 'signed', row, body: '{"half' }]);
    const bench = new Bench(store);
    assert.equal((await bench.archive.of('tx')).length, 2);
    await bench.archive.load();
    assert.deepEqual([bench.archive.blocked, await bench.kinds()], ['damaged', ['archiveDamaged']]);
    assert.equal((await store.readArchive('s', 'signed', { limit: 9 })).length, 3);
    await bench.archive.acceptDamage();
    assert.equal((await bench.restart().of('tx')).length, 2);
    await bench.archive.load();
    assert.equal(bench.archive.blocked, null);
  });

  it('in a database that was set aside is written into the logbook, once', async () => {
    const store = createMemoryStore();
    const bench = new Bench({ ...store, health: { kind: 'ok', setAside: 'kerbside.db.damaged-1' } });
    await bench.archive.load();
    await bench.restart().load();
    const entries = await bench.logbook.read({ limit: 9 });
    assert.deepEqual([entries.length, entries[0]?.kind, bench.archive.blocked], [1, 'archiveDamaged', null]);
    assert.match(entries[0]?.text ?? '', /lies in kerbside\.db\.damaged-1/);
  });
});
