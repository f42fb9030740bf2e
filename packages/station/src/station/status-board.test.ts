import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { statusTransitions, type ConnectorStatus } from '../evse/connector-status.ts';
import type { ShownStatus } from '../evse/shown-status.ts';
import type { StatusReport } from '../delivery/session.ts';
import { StatusBoard } from './status-board.ts';

const shown = (status: ConnectorStatus, over: Partial<ShownStatus> = {}): ShownStatus => {
  return {
    status,
    errorCode: status === 'Faulted' ? 'GroundFailure' : 'NoError',
    info: null,
    vendorErrorCode: null,
    ...over,
  };
};

class Bench {
  readonly sent: StatusReport[] = [];
  readonly seqs: (number | null)[] = [];
  nowMs: number | null = 1_000;
  open = true;
  confirms = true;
  onReconnect: 'all' | 'changed' = 'all';
  readonly timers: (() => void)[] = [];
  readonly board = new StatusBoard({
    nowMs: () => this.nowMs,
    after: (_delayMs, callback) => {
      this.timers.push(callback);
      return () => {
        this.timers.splice(0);
      };
    },
    online: () => this.open,
    onReconnect: () => this.onReconnect,
    send: (report, afterSeq) => {
      this.sent.push(report);
      this.seqs.push(afterSeq);
      return Promise.resolve(this.confirms);
    },
  });

  constructor() {
    for (const evse of [2, 0, 1]) this.board.place(evse, shown('Available'));
  }

  async online(again: boolean): Promise<void> {
    this.open = true;
    this.board.online(again);
    await Promise.resolve();
  }

  offline(): void {
    this.open = false;
    this.board.offline();
  }

  /** What was sent since the last look. */
  take(): readonly string[] {
    return this.sent
      .splice(0)
      .map(({ evse, status, errorCode }) => `${evse} ${status}${errorCode === 'NoError' ? '' : ` ${errorCode}`}`);
  }
}

test('registered, every connector is told once, 0 first (B-03)', async () => {
  const bench = new Bench();
  bench.board.show(1, shown('Preparing'), null);
  assert.deepEqual(bench.take(), []);
  await bench.online(false);
  assert.deepEqual(
    bench.sent.map(({ connector }) => connector),
    [0, 1, 1],
  );
  assert.deepEqual(bench.take(), ['0 Available', '1 Preparing', '2 Available']);
});

test('transitions go by a legal way, with the fact that goes first, and none twice (N-01)', async () => {
  const bench = new Bench();
  await bench.online(false);
  bench.board.show(1, shown('Finishing'), 9);
  bench.take();
  bench.board.show(1, shown('Charging'), 11);
  bench.board.show(1, shown('Charging'), 12);
  bench.board.show(1, shown('Unavailable'), null);
  assert.deepEqual(bench.take(), ['1 Preparing', '1 Charging', '1 Unavailable']);
  assert.deepEqual(bench.seqs.slice(-3), [11, 11, null]);
});

describe('a change without a transition', () => {
  test('of the error code is told, and its end too', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.board.show(1, shown('Available', { errorCode: 'HighTemperature', info: 'Hot' }), null);
    bench.board.show(1, shown('Available'), null);
    assert.deepEqual(bench.take(), ['1 Available HighTemperature', '1 Available']);
  });

  test('of a text is told, its end is not', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.board.show(1, shown('Available', { info: 'derated' }), null);
    bench.board.show(1, shown('Available'), null);
    assert.deepEqual(bench.take(), ['1 Available']);
  });
});

test('after an outage the present is told once and not the history (N-07)', async () => {
  const bench = new Bench();
  await bench.online(false);
  bench.take();
  bench.offline();
  for (const status of ['Preparing', 'Charging', 'Finishing'] as const) bench.board.show(1, shown(status), null);
  assert.deepEqual(bench.take(), []);
  await bench.online(true);
  assert.deepEqual(bench.take(), ['0 Available', '1 Finishing', '2 Available']);
});

test('statusOnReconnect=changed tells only what the backend does not know; after a boot it is told all', async () => {
  const bench = new Bench();
  bench.onReconnect = 'changed';
  await bench.online(false);
  bench.confirms = false;
  bench.board.show(2, shown('Preparing'), null);
  await Promise.resolve();
  bench.confirms = true;
  bench.offline();
  bench.board.show(1, shown('Charging'), null);
  bench.take();
  await bench.online(true);
  assert.deepEqual(bench.take(), ['1 Charging', '2 Preparing']);
  bench.board.show(0, shown('Faulted'), null);
  assert.deepEqual(bench.take(), ['0 Faulted GroundFailure']);
  bench.offline();
  await bench.online(false);
  assert.equal(bench.take().length, 3);
});

test('the time is when the status became valid; without a valid clock there is none (N-08)', async () => {
  const bench = new Bench();
  bench.board.show(1, shown('Preparing'), null);
  bench.nowMs = 9_000;
  await bench.online(false);
  assert.equal(bench.sent.find(({ evse }) => evse === 1)?.timeMs, 1_000);
  assert.equal(bench.board.report(1)?.timeMs, 1_000);
  bench.nowMs = null;
  bench.board.show(1, shown('Charging'), null);
  assert.equal(bench.sent.at(-1)?.timeMs, null);
  bench.nowMs = 10_000;
  assert.equal(bench.board.report(1)?.timeMs, 10_000);
});

test('of an unknown place nothing is known', () => {
  const bench = new Bench();
  assert.deepEqual([bench.board.report(9), bench.board.shown(9)], [null, null]);
  assert.equal(bench.board.shown(1)?.status, 'Available');
});

test('whatever shows, and whenever the link goes and comes: only legal edges, none repeated, and the last is true', async () => {
  const all = Object.keys(statusTransitions) as ConnectorStatus[];
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...all) },
    { weight: 1, arbitrary: fc.constantFrom('cut' as const, 'back' as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const bench = new Bench();
      await bench.online(false);
      let fresh = 3;
      const seen = new Map<number, ConnectorStatus>();
      const look = (): void => {
        for (const [position, { evse, status, errorCode }] of bench.sent.splice(0).entries()) {
          const before = seen.get(evse);
          if (position >= fresh && before !== undefined)
            assert.ok(statusTransitions[before].includes(status), `${before} → ${status}`);
          if (status === 'Faulted') assert.notEqual(errorCode, 'NoError');
          seen.set(evse, status);
        }
        fresh = 0;
      };
      look();
      for (const one of steps) {
        if (one === 'cut') bench.offline();
        else if (one === 'back') {
          bench.offline();
          await bench.online(true);
          fresh = 3;
        } else bench.board.show(1, shown(one), null);
        look();
      }
      bench.offline();
      await bench.online(true);
      fresh = 3;
      look();
      assert.equal(seen.get(1), bench.board.shown(1)?.status);
    }),
    { numRuns: 200 },
  );
});

test('a status that the backend refused is said again after a while, as long as it is true (N-01)', async () => {
  const bench = new Bench();
  await bench.online(false);
  bench.take();
  bench.confirms = false;
  bench.board.show(1, shown('Preparing'), null);
  await Promise.resolve();
  bench.confirms = true;
  assert.deepEqual(bench.take(), ['1 Preparing']);
  for (const timer of bench.timers.splice(0)) timer();
  await Promise.resolve();
  assert.deepEqual(bench.take(), ['1 Preparing']);
  for (const timer of bench.timers.splice(0)) timer();
  assert.deepEqual(bench.take(), []);
});
