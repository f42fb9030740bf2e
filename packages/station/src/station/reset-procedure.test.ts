import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../core/errors.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import type { CallScheduler } from '../delivery/call-scheduler.ts';
import type { Outbox } from '../delivery/outbox.ts';
import { closeTransactions, prepareReset, type ResetDeps } from './reset-procedure.ts';
import { grantOf, TestEvse } from './evse/test-evse.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new TestEvse(1), new TestEvse(2)] as const;
  readonly problems: string[] = [];
  waiting = 0;
  busy = false;
  online = true;
  restarts = 0;
  refusals = 0;
  readonly deps: ResetDeps;

  /** What is on its way to the backend. */
  inFlight: object | null = null;

  constructor() {
    this.deps = {
      time: this.time,
      outbox: { snapshot: () => ({ waiting: this.waiting, inFlight: this.inFlight }) } as unknown as Outbox,
      scheduler: this.#scheduler(),
      evses: () => this.evses.map((evse) => evse.controller),
      online: () => this.online,
      restartHardware: async () => {
        this.restarts++;
        if (this.restarts <= this.refusals) throw new KerbsideError('driver.refused', 'not now');
      },
      retries: () => 2,
      onProblem: (problem) => this.problems.push(problem),
    };
  }

  /** Ends are on disk after so long, and in the queue. */
  endsAfter(ms: number): void {
    for (const evse of this.evses) {
      evse.onEffect = ({ kind }) => {
        if (kind !== 'stopTransaction') return;
        this.time.after(ms, () => {
          evse.keeper.record = null;
          this.waiting++;
          evse.dispatch({ kind: 'stopped' });
        });
      };
    }
  }

  /** How long it took, and how it ended. */
  async timed<T>(work: Promise<T>): Promise<readonly [number, T]> {
    let endMs = 0;
    const done = work.then((result) => {
      endMs = this.time.monotonicMs();
      return result;
    });
    await this.time.advance(300_000);
    return [endMs, await done];
  }

  #scheduler(): CallScheduler {
    const busy = (): boolean => this.busy;
    return {
      get busy() {
        return busy();
      },
    } as unknown as CallScheduler;
  }
}

test('without a transaction nothing is waited for', async () => {
  const bench = new Bench();
  assert.deepEqual(await bench.timed(prepareReset('soft', bench.deps)), [0, true]);
  assert.equal(bench.restarts, 0);
});

test('without a transaction a backlog delays nothing, but what is in flight has its answer first (Z-05)', async () => {
  const bench = new Bench();
  bench.waiting = 5;
  bench.inFlight = {};
  bench.time.after(1_500, () => (bench.inFlight = null));
  const [tookMs, ready] = await bench.timed(prepareReset('soft', bench.deps));
  assert.ok(ready && tookMs >= 1_500 && tookMs < 1_700, `${tookMs} ms`);
});

test('every transaction is ended with the reason of the reset, and its end is sent first (Z-01)', async () => {
  for (const [kind, reason] of [
    ['soft', 'softReset'],
    ['hard', 'hardReset'],
  ] as const) {
    const bench = new Bench();
    bench.endsAfter(2_000);
    for (const evse of bench.evses) evse.run(grantOf('A'));
    bench.time.after(4_000, () => (bench.waiting = 0));
    const [tookMs, ready] = await bench.timed(prepareReset(kind, bench.deps));
    assert.deepEqual(
      bench.evses.map((evse) => evse.of('stop')[0]?.cause.reason),
      [reason, reason],
    );
    assert.ok(ready && tookMs >= 4_000 && tookMs < 4_200, `${tookMs} ms`);
  }
});

test('a start that is under way is waited for and ended: nothing of it goes on in the next life', async () => {
  const bench = new Bench();
  bench.endsAfter(500);
  const [evse] = bench.evses;
  evse.plug();
  evse.dispatch({ kind: 'granted', grant: grantOf('A') });
  bench.online = false;
  bench.time.after(3_000, () => {
    evse.keeper.record = { key: 'T1' };
    evse.dispatch({ kind: 'started' });
  });
  const [tookMs] = await bench.timed(prepareReset('soft', bench.deps));
  assert.equal(evse.of('stop').find(({ cause }) => cause.reason === 'softReset') !== undefined, true);
  assert.deepEqual([evse.keeper.record, evse.state.phase.kind], [null, 'finished']);
  assert.ok(tookMs >= 3_500 && tookMs < 4_000, `${tookMs} ms`);
});

describe('patience ends', () => {
  const rows = [
    ['softReset', 40_000, 70_000],
    ['hardReset', 10_000, 15_000],
    ['reboot', 10_000, 15_000],
  ] as const;
  for (const [reason, closeMs, allMs] of rows) {
    test(`for ${reason}: with ends that cannot be recorded, and with a backend that does not answer`, async () => {
      const stuck = new Bench();
      stuck.online = false;
      stuck.evses[0].run(grantOf('A'));
      assert.equal((await stuck.timed(closeTransactions(reason, stuck.deps)))[0], closeMs);
      const deaf = new Bench();
      deaf.waiting = 1;
      deaf.evses[0].run(grantOf('A'));
      assert.equal((await deaf.timed(closeTransactions(reason, deaf.deps)))[0], allMs);
    });
  }
});

test('offline the ends are not waited for: they go out in the next life', async () => {
  const bench = new Bench();
  bench.online = false;
  bench.endsAfter(1_000);
  bench.evses[0].run(grantOf('A'));
  const [tookMs] = await bench.timed(prepareReset('soft', bench.deps));
  assert.ok(tookMs <= 1_100, `${tookMs} ms`);
});

test('a CALL in flight is waited for (Z-05)', async () => {
  const bench = new Bench();
  bench.endsAfter(100);
  bench.busy = true;
  bench.evses[0].run(grantOf('A'));
  bench.time.after(200, () => (bench.waiting = 0));
  bench.time.after(3_000, () => (bench.busy = false));
  const [tookMs] = await bench.timed(prepareReset('soft', bench.deps));
  assert.ok(tookMs >= 3_000, `${tookMs} ms`);
});

test('hardware that refuses is asked ResetRetries times more, with pauses; then the reset has failed (Z-04)', async () => {
  const bench = new Bench();
  bench.refusals = 2;
  assert.deepEqual(await bench.timed(prepareReset('hard', bench.deps)), [10_000, true]);
  assert.deepEqual([bench.restarts, bench.problems.length], [3, 2]);
  const broken = new Bench();
  broken.refusals = 99;
  assert.equal((await broken.timed(prepareReset('hard', broken.deps)))[1], false);
  assert.equal(broken.restarts, 3);
});
