import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import { canTakeGrant } from '../../evse/evse-machine.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import type { Store } from '../../store/store.ts';
import { AvailabilityDesk } from './availability-desk.ts';
import { grantOf, TestEvse } from '../evse/test-evse.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly problems: string[] = [];
  station = 0;
  readonly desk: AvailabilityDesk;

  constructor(store: Store = createMemoryStore()) {
    this.desk = new AvailabilityDesk({
      station: 's',
      store,
      time: this.time,
      evses: () => this.evses.map((evse) => evse.controller),
      onStation: () => this.station++,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  get operative(): readonly boolean[] {
    return [this.desk.stationOperative, ...this.evses.map((evse) => evse.state.operative)];
  }

  async change(evse: number | null, operative: boolean): Promise<string> {
    const answer = await this.desk.change({ evse, operative });
    await this.time.advance(0);
    return answer;
  }
}

describe('the availability', () => {
  test('is on disk before it is answered, and takes effect after the answer', async () => {
    const store = createMemoryStore();
    const bench = new Bench(store);
    assert.equal(await bench.desk.change({ evse: 2, operative: false }), 'accepted');
    assert.deepEqual([...(await store.readDocuments('s', 'availability')).keys()], ['2']);
    assert.deepEqual(bench.operative, [true, true, true]);
    await bench.time.advance(0);
    assert.deepEqual(bench.operative, [true, true, false]);
  });

  test('of the station is that of all, and a single one can be named afterwards', async () => {
    const bench = new Bench();
    await bench.change(null, false);
    assert.deepEqual(bench.operative, [false, false, false]);
    await bench.change(1, true);
    assert.deepEqual(bench.operative, [false, true, false]);
    await bench.change(2, true);
    assert.deepEqual(bench.operative, [false, true, true]);
    await bench.change(2, false);
    await bench.change(0, true);
    assert.deepEqual(bench.operative, [true, true, true]);
    assert.equal(bench.station, 5);
  });

  test('comes back from the store after a restart', async () => {
    const store = createMemoryStore();
    const first = new Bench(store);
    await first.change(null, false);
    await first.change(1, true);
    const second = new Bench(store);
    await second.desk.load();
    second.desk.apply();
    assert.deepEqual(second.operative, [false, true, false]);
  });

  test('is scheduled while a transaction begins, runs or ends there, and never for Operative', async () => {
    const bench = new Bench();
    bench.evses[0].plug().dispatch({ kind: 'granted', grant: grantOf('A') });
    assert.equal(await bench.change(1, false), 'scheduled');
    assert.equal(await bench.change(2, false), 'accepted');
    bench.evses[0].dispatch({ kind: 'started' });
    assert.equal(await bench.change(null, false), 'scheduled');
    bench.evses[0].dispatch({ kind: 'stop', cause: { reason: 'local', idToken: 'A' } });
    assert.equal(await bench.change(1, false), 'scheduled');
    assert.equal(await bench.change(1, true), 'accepted');
  });

  test('lets nothing begin between the answer and its effect, so that Accepted stays true', async () => {
    const bench = new Bench();
    const [evse] = bench.evses;
    evse.plug();
    assert.equal(await bench.desk.change({ evse: 1, operative: false }), 'accepted');
    evse.dispatch({ kind: 'granted', grant: grantOf('A') });
    assert.deepEqual([evse.state.phase.kind, canTakeGrant(evse.state)], ['preparing', false]);
    await bench.time.advance(0);
    assert.deepEqual([evse.state.operative, evse.state.phase.kind], [false, 'timedOut']);
    assert.ok(!evse.effects.some(({ kind }) => kind === 'startTransaction'));
  });

  test('lets a card that waits for its plug begin nothing either', async () => {
    const bench = new Bench();
    const [evse] = bench.evses;
    evse.dispatch({ kind: 'granted', grant: grantOf('A') });
    assert.equal(await bench.desk.change({ evse: 1, operative: false }), 'accepted');
    evse.plug();
    await bench.time.advance(0);
    assert.deepEqual([evse.state.operative, evse.state.phase.kind], [false, 'timedOut']);
  });

  test('taken back before it had effect leaves the EVSE as it was, open for the next', async () => {
    const bench = new Bench();
    const [evse] = bench.evses;
    await bench.desk.change({ evse: 1, operative: false });
    await bench.desk.change({ evse: 1, operative: true });
    await bench.time.advance(0);
    assert.deepEqual([evse.state.operative, canTakeGrant(evse.state)], [true, true]);
  });

  test('of an unknown EVSE, or one that cannot be stored, is rejected and stays as it was', async () => {
    const store = createMemoryStore();
    const refusing: Store = { ...store, commit: () => Promise.reject(new Error('disk full')) };
    const bench = new Bench(refusing);
    assert.equal(await bench.change(3, false), 'rejected');
    assert.equal(await bench.change(null, false), 'rejected');
    assert.deepEqual(
      [bench.operative, bench.problems],
      [[true, true, true], ['the availability could not be changed: disk full']],
    );
  });
});
