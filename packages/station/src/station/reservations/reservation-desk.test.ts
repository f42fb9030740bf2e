import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Reservation } from '../../reservations/reservation.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store, Write } from '../../store/store.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';
import { readReservations } from './reservation-book.ts';
import { ReservationDesk } from './reservation-desk.ts';

/** An EVSE as the desk sees it. */
class SeenEvse extends TestEvse {
  status = 'Available';
  readonly closingLeftOpen = false;
}

/** A desk whose commits wait until the test lets them through, or fail. */
class Bench {
  readonly time = new VirtualTime();
  readonly memory = createMemoryStore();
  readonly evses = [new SeenEvse(1), new SeenEvse(2)] as const;
  readonly problems: string[] = [];
  readonly waiting: { readonly through: () => Promise<void>; readonly fail: () => void }[] = [];
  readonly desk: ReservationDesk;

  constructor(kept: readonly Reservation[] = []) {
    const store: Store = {
      ...this.memory,
      readDocuments: (station, collection) => this.memory.readDocuments(station, collection),
      commitLater: (writes) => this.memory.commitLater(writes),
      commit: (writes) => this.#commit(writes),
    };
    this.desk = new ReservationDesk(
      {
        station: 's',
        store,
        time: this.time,
        clock: { nowMs: () => this.time.systemWallMs(), valid: true, onSet: () => () => undefined },
        params: { get: () => true } as unknown as ParameterReader,
        evses: () => this.evses as unknown as readonly EvseController[],
        longestIdToken: () => 20,
        cardless: () => false,
        onProblem: (problem) => this.problems.push(problem),
      },
      kept,
    );
    this.desk.settled();
  }

  #commit(writes: readonly Write[]): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.waiting.push({
      through: () => this.memory.commit(writes).then(resolve),
      fail: () => reject(new Error('the disk is full')),
    });
    return promise;
  }

  /** The next commit that waits. */
  async commit(): Promise<Bench['waiting'][number]> {
    await this.time.advance(0);
    const next = this.waiting.shift();
    assert.ok(next !== undefined, 'nothing is being written');
    return next;
  }

  wanted(id: number, evse: number, over: Partial<Reservation> = {}): Reservation {
    const expiryMs = this.time.systemWallMs() + 60_000;
    return { id, evse, idToken: `CARD${id}`, parentIdToken: null, expiryMs, ...over };
  }

  admits(evse: number, idToken: string): boolean {
    return this.desk.admits(evse, grantOf(idToken));
  }

  async stored(): Promise<readonly number[]> {
    const station = 's';
    const found = await readReservations({ store: this.memory, station, onProblem: () => undefined });
    return found.map(({ evse }) => evse);
  }
}

describe('while a reservation is being written', () => {
  test('its place is left to nobody else, and nothing shows; when it fails, everything is as before (RS-01)', async () => {
    const bench = new Bench();
    const asked = bench.desk.reserve(bench.wanted(1, 1));
    const commit = await bench.commit();
    assert.deepEqual(
      [bench.admits(1, 'OTHER'), bench.admits(1, 'CARD1'), bench.admits(2, 'OTHER')],
      [false, true, true],
    );
    assert.equal(bench.evses[0].state.reserved, null);
    commit.fail();
    assert.equal(await asked, 'rejected');
    assert.equal(bench.admits(1, 'OTHER'), true);
    assert.match(bench.problems[0] ?? '', /reservation 1 was rejected: it cannot be stored: the disk is full/);
  });

  test('that moves one, both places are kept; when it fails, the old one stays (RS-02)', async () => {
    const bench = new Bench([{ ...new Bench().wanted(1, 1) }]);
    const asked = bench.desk.reserve(bench.wanted(1, 2));
    const commit = await bench.commit();
    assert.deepEqual([bench.admits(1, 'OTHER'), bench.admits(2, 'OTHER')], [false, false]);
    commit.fail();
    assert.equal(await asked, 'rejected');
    assert.deepEqual([bench.admits(1, 'OTHER'), bench.admits(2, 'OTHER')], [false, true]);
    assert.equal(bench.evses[0].state.reserved?.id, 1);
  });

  test('in place of one whose connector breaks meanwhile, it counts, in the store too (RS-02, RS-06)', async () => {
    const bench = new Bench([new Bench().wanted(1, 1)]);
    const asked = bench.desk.reserve(bench.wanted(1, 2));
    const commit = await bench.commit();
    bench.evses[0].status = 'Faulted';
    bench.desk.changed();
    await commit.through();
    assert.equal(await asked, 'accepted');
    await bench.time.advance(2_000);
    assert.deepEqual(
      bench.desk.list.map(({ evse }) => evse),
      [2],
    );
    assert.deepEqual(await bench.stored(), [2]);
  });

  test('a second request for the same place waits for the first, and finds it taken (RS-01)', async () => {
    const bench = new Bench();
    const first = bench.desk.reserve(bench.wanted(1, 1));
    const second = bench.desk.reserve(bench.wanted(2, 1));
    await (await bench.commit()).through();
    assert.deepEqual(await Promise.all([first, second]), ['accepted', 'occupied']);
  });
});

describe('a start and a cancel at the same moment', () => {
  test('the start comes first: it names the reservation, and the cancel finds none (RS-05, RS-07)', async () => {
    const bench = new Bench([new Bench().wanted(1, 1)]);
    const written: unknown[] = [];
    const disk = Promise.withResolvers<void>();
    const start = bench.desk.companionOf(1, grantOf('card1'))?.start({ key: 't', startedMs: 0 }, (writes, id) => {
      written.push(
        writes.map(({ op }) => op),
        id,
      );
      return disk.promise;
    });
    const cancel = bench.desk.cancel(1);
    await bench.time.advance(0);
    assert.deepEqual(written, [['deleteDocument'], 1]);
    disk.resolve();
    await start;
    assert.equal(await cancel, 'unknown');
  });

  test('the start fails: the reservation is still there, and is cancelled (RS-05, RS-07)', async () => {
    const bench = new Bench([new Bench().wanted(1, 1)]);
    const start = bench.desk
      .companionOf(1, grantOf('CARD1'))
      ?.start({ key: 't', startedMs: 0 }, () => Promise.reject(new Error('full')));
    const cancel = bench.desk.cancel(1);
    await assert.rejects(start ?? Promise.resolve(), /full/);
    await (await bench.commit()).through();
    assert.equal(await cancel, 'accepted');
  });

  test('the cancel comes first: the start names none (RS-05, RS-07, TC_051)', async () => {
    const bench = new Bench([new Bench().wanted(1, 1)]);
    const cancel = bench.desk.cancel(1);
    let used: number | undefined = -1;
    const start = bench.desk.companionOf(1, grantOf('CARD1'))?.start({ key: 't', startedMs: 0 }, (_writes, id) => {
      used = id;
      return Promise.resolve();
    });
    await (await bench.commit()).through();
    assert.equal(await cancel, 'accepted');
    await start;
    assert.equal(used, undefined);
  });
});

test('an identifier that cannot be told to a backend is Rejected (T-18)', async () => {
  const bench = new Bench();
  for (const idToken of ['', 'x'.repeat(21)])
    assert.equal(await bench.desk.reserve(bench.wanted(1, 1, { idToken })), 'rejected');
});

test('a stored reservation that cannot be read is told and left where it is', async () => {
  const store = createMemoryStore();
  const station = 's';
  await store.commit([{ op: 'putDocument', station, collection: 'reservations', key: '7', value: 'torn' }]);
  const problems: string[] = [];
  assert.deepEqual(await readReservations({ store, station, onProblem: (text) => problems.push(text) }), []);
  assert.match(problems[0] ?? '', /reservation 7 cannot be read/);
  assert.equal((await store.readDocuments(station, 'reservations')).size, 1);
});
