import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TestStore } from '../../delivery/test-store.ts';
import { deliveredMarks } from '../../eichrecht/delivery-marks.ts';
import { Logbook } from '../../eichrecht/logbook.ts';
import { SignedArchive } from '../../eichrecht/signed-archive.ts';
import type { ArchivedBlob } from '../../metering/sample.ts';
import type { Write } from '../../store/store.ts';
import type { NewSigned } from '../../transactions/signed-keeping.ts';

const dayMs = 86_400_000;
const station = 's';

/** One life of the archive on a store. */
class Life {
  readonly store: TestStore;
  readonly logbook: Logbook;
  readonly archive: SignedArchive;
  readonly clock = { nowMs: (): number => this.nowMs, valid: true };
  nowMs = 1_795_000_000_000;

  constructor(store: TestStore) {
    this.store = store;
    this.logbook = new Logbook({ station, store, clock: this.clock });
    this.archive = new SignedArchive({
      station,
      store,
      clock: this.clock,
      logbook: this.logbook,
      capacity: () => 20,
      retentionMs: () => 2 * dayMs,
      onChange: () => undefined,
      onProblem: assert.fail,
    });
  }

  /** A begin and an end, each in a commit of its own as a session has them, and the confirmation. */
  async session(number: number): Promise<void> {
    const transaction = `tx-${number}`;
    await this.#add(number * 2 - 1, transaction, 'Transaction.Begin');
    const blobs = await this.#add(number * 2, transaction, 'Transaction.End');
    const samples = [{ timeMs: 0, context: 'Transaction.End', values: [], signed: blobs }] as const;
    const base = { transaction, evse: 1, timeMs: 0, meterWh: 0, reason: 'local', idToken: null } as const;
    const ended = { kind: 'transactionEnded', ...base, samples, offline: false, index: 1 } as const;
    if (number % 3 !== 0) await this.store.commit(deliveredMarks(station, ended, () => '7'));
    await this.archive.review();
    this.store.flush();
  }

  async #add(page: number, transaction: string, context: NewSigned['context']): Promise<readonly ArchivedBlob[]> {
    const data = `OCMF|{"FV":"1.0","PG":"T${page}"}|{"SD":"30"}`;
    const blob = { encoding: 'OCMF', method: '', data, publicKey: '' };
    const place = { transaction, evse: 1, meterSerial: 'M', test: true, timeMs: this.nowMs };
    const { blobs, writes } = await this.archive.add([{ ...place, context, blob, carried: true }]);
    await this.store.commit(writes);
    await this.archive.review();
    return blobs;
  }
}

async function story(life: Life): Promise<void> {
  for (let number = 1; number <= 14; number++) {
    await life.session(number);
    if (number % 5 === 0) life.nowMs += dayMs;
    if (number % 4 === 0) await life.logbook.record('timeSet', 1, 'The clock was set.', 'station');
  }
}

/** How many records an entry of the logbook says have left. */
function expiredIn(body: string): number {
  const [, count] = /"(One|\d+) delivered signed records? up to/.exec(body) ?? [];
  return count === 'One' ? 1 : Number(count ?? 0);
}

/** What must hold in a new life, and after it has gone on. */
async function problemsAfter(store: TestStore): Promise<readonly string[]> {
  const life = new Life(store.afterPowerCut());
  life.nowMs += 4 * dayMs;
  const { disk } = life.store;
  const waiting = disk.archived(station, 'signed', { state: 'waiting', limit: 1_000 }).length;
  const problems = [...(await life.archive.check()).problems];
  if (life.archive.blocked === 'damaged') problems.push('it takes itself for damaged');
  await life.session(20);
  if (disk.archived(station, 'signed', { state: 'waiting', limit: 1_000 }).length < waiting) problems.push('lost some');
  problems.push(...(await life.archive.check()).problems);
  const entries = disk.archived(station, 'logbook', { limit: 1_000 });
  entries.forEach(({ row }, at) => row.seq === at + 1 || problems.push(`entry ${row.seq} has the place ${at + 1}`));
  const numbers = disk.archived(station, 'signed', { limit: 1_000 }).map(({ row }) => row.seq);
  const gone = (numbers.at(-1) ?? 0) - numbers.length;
  const told = entries.map(({ body }) => expiredIn(body)).reduce((sum, count) => sum + count, 0);
  if (gone !== told) problems.push(`${gone} records left, and the logbook tells of ${told}`);
  return problems;
}

test('power may go at any durable step while records come, are delivered and leave: nothing that waits is lost, and the logbook knows what left (E-11, E-13)', async () => {
  const calm = new Life(new TestStore());
  await story(calm);
  const { disk, steps } = calm.store;
  const kinds = disk
    .archived(station, 'logbook', { limit: 100 })
    .map(({ body }) => (JSON.parse(body) as Record<string, string>)['kind']);
  assert.ok(kinds.includes('expired'), 'nothing left the archive');
  assert.ok(disk.archiveEdges(station, 'signed', 'waiting').count > 0, 'nothing waits');
  assert.deepEqual(await problemsAfter(calm.store), []);
  for (let step = 0; step < steps; step++) {
    for (const when of ['before', 'after'] as const) {
      const store = new TestStore();
      const dead = Promise.withResolvers<void>();
      store.cut = { step, when, then: dead.resolve };
      await Promise.race([story(new Life(store)), dead.promise]);
      assert.deepEqual(await problemsAfter(store), [], `cut ${when} step ${step}`);
    }
  }
});

test('a mark that is written twice changes nothing', async () => {
  const life = new Life(new TestStore());
  await life.session(1);
  const before = life.store.disk.archived(station, 'signed', { limit: 9 });
  const again: Write = { op: 'markArchived', station, archive: 'signed', of: { seq: 2 }, state: 'delivered' };
  await life.store.commit([again]);
  assert.deepEqual(life.store.disk.archived(station, 'signed', { limit: 9 }), before);
});
