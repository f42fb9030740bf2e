import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { VirtualTime } from '../../core/virtual-time.ts';
import { statusTransitions, type ConnectorStatus } from '../../evse/connector-status.ts';
import { shownWith, type ShownFault, type ShownStatus } from '../../evse/shown-status.ts';
import type { StatusReport } from '../../delivery/session.ts';
import { StatusBoard, type SendResult } from './status-board.ts';
import type { StatusClasses } from './told-status.ts';

const fault = (errorCode: string): ShownFault => {
  return { id: errorCode, errorCode, vendorErrorCode: 'V', text: `${errorCode} text`, usb: false };
};
const shown = (status: ConnectorStatus, ...codes: readonly string[]): ShownStatus => {
  return shownWith(status, (status === 'Faulted' && codes.length === 0 ? ['GroundFailure'] : codes).map(fault));
};

class Bench {
  readonly sent: StatusReport[] = [];
  readonly seqs: (number | null)[] = [];
  monotonicMs = 1_000;
  /** What the wall clock is ahead of the monotonic one; null while it is not valid. */
  offsetMs: number | null = 0;
  open = true;
  result: SendResult = 'delivered';
  /** What waits to be sent, the newest first; null: everything is sent at once. */
  waiting: ((result: SendResult) => void)[] | null = null;
  onReconnect: 'all' | 'changed' = 'all';
  classes: StatusClasses = { informative: false, errors: true, usbErrors: false };
  minimumMs = 0;
  hurried: boolean = false;
  readonly time = new VirtualTime();
  readonly board = new StatusBoard({
    monotonicMs: () => this.monotonicMs,
    wallOf: (monotonicMs) => (this.offsetMs === null ? null : monotonicMs + this.offsetMs),
    after: (delayMs, callback) => this.time.after(delayMs, callback),
    classes: () => this.classes,
    minimumMs: () => this.minimumMs,
    hurry: () => this.hurried,
    online: () => this.open,
    onReconnect: () => this.onReconnect,
    send: (report, afterSeq) => {
      this.sent.push(report);
      this.seqs.push(afterSeq);
      if (this.waiting === null) return Promise.resolve(this.result);
      return new Promise((resolve) => this.waiting?.unshift(resolve));
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
    bench.board.show(1, shown('Available', 'HighTemperature'), null);
    bench.board.show(1, shown('Available'), null);
    assert.deepEqual(bench.take(), ['1 Available HighTemperature', '1 Available']);
  });

  test('of a text is told, its end is not', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.board.show(1, shownWith('Available', [], 'alone'), null);
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
  bench.result = 'notTaken';
  bench.board.show(2, shown('Preparing'), null);
  await Promise.resolve();
  bench.result = 'delivered';
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
  bench.monotonicMs = 9_000;
  await bench.online(false);
  assert.equal(bench.sent.find(({ evse }) => evse === 1)?.timeMs, 1_000);
  assert.equal(bench.board.triggered(1)?.timeMs, 1_000);
  bench.offsetMs = null;
  bench.board.show(1, shown('Charging'), null);
  assert.equal(bench.sent.at(-1)?.timeMs, null);
  bench.monotonicMs = 10_000;
  bench.offsetMs = 0;
  assert.equal(bench.board.triggered(1)?.timeMs, 9_000);
});

test('a report of another fault carries the time of that fault, also under the same error code (N-08)', async () => {
  const bench = new Bench();
  await bench.online(false);
  const conflict = (vendorErrorCode: string): ShownStatus =>
    shownWith('Available', [{ ...fault('LocalListConflict'), vendorErrorCode }]);
  bench.monotonicMs = 5_000;
  bench.board.show(0, conflict('localList.1'), null);
  bench.monotonicMs = 9_000;
  bench.board.show(0, conflict('localList.2'), null);
  assert.deepEqual(
    bench.sent.slice(-2).map(({ vendorErrorCode, timeMs }) => [vendorErrorCode, timeMs]),
    [
      ['localList.1', 5_000],
      ['localList.2', 9_000],
    ],
  );
});

for (const hours of [5, -5]) {
  test(`a clock that is set ${hours} h on moves the times of what shows already (N-08)`, async () => {
    const bench = new Bench();
    bench.offsetMs = 86_400_000;
    bench.board.show(1, shown('Preparing'), null);
    bench.monotonicMs = 4_000;
    bench.offsetMs += hours * 3_600_000;
    await bench.online(false);
    const expected = 86_400_000 + hours * 3_600_000 + 1_000;
    assert.deepEqual(
      bench.sent.map(({ timeMs }) => timeMs),
      [expected, expected, expected],
    );
  });
}

test('of an unknown place nothing is known', () => {
  const bench = new Bench();
  assert.deepEqual([bench.board.triggered(9), bench.board.shown(9)], [null, null]);
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

describe('a status that the backend did not take (N-01)', () => {
  const minutes = 60_000;

  test('is said again after a while, as long as it is true', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.result = 'notTaken';
    bench.board.show(1, shown('Preparing'), null);
    await bench.time.advance(minutes - 1);
    bench.result = 'delivered';
    assert.deepEqual(bench.take(), ['1 Preparing']);
    await bench.time.advance(1);
    assert.deepEqual(bench.take(), ['1 Preparing']);
    await bench.time.advance(60 * minutes);
    assert.deepEqual(bench.take(), []);
  });

  test('is said four times more, ever later, and then no longer', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.result = 'notTaken';
    bench.board.show(1, shown('Preparing'), null);
    const atMinutes: number[] = [];
    for (let minute = 0; minute < 100; minute++) {
      if (bench.take().length > 0) atMinutes.push(minute);
      await bench.time.advance(minutes);
    }
    assert.deepEqual(atMinutes, [0, 1, 3, 7, 15]);
    bench.board.show(1, shown('Charging'), null);
    await bench.time.advance(minutes);
    assert.deepEqual(bench.take(), ['1 Charging', '1 Charging']);
  });

  test('is not said again when it can never be taken', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.result = 'over';
    bench.board.show(1, shown('Preparing'), null);
    await bench.time.advance(60 * minutes);
    assert.deepEqual(bench.take(), ['1 Preparing']);
  });
});

describe('MinimumStatusDuration (N-06)', () => {
  async function started(): Promise<Bench> {
    const bench = new Bench();
    bench.minimumMs = 10_000;
    await bench.online(false);
    assert.equal(bench.take().length, 3);
    return bench;
  }

  test('leaves out what is shorter; what stays is told with the time at which it began', async () => {
    const bench = await started();
    bench.board.show(1, shown('Preparing'), 4);
    await bench.time.advance(9_999);
    bench.monotonicMs = 2_000;
    bench.board.show(1, shown('Charging'), 5);
    await bench.time.advance(9_999);
    bench.monotonicMs = 3_000;
    assert.deepEqual(bench.take(), []);
    await bench.time.advance(1);
    assert.deepEqual([bench.sent[0]?.timeMs, bench.seqs.at(-1)], [2_000, 5]);
    assert.deepEqual(bench.take(), ['1 Charging']);
  });

  test('leaves out a fault too that is shorter, and tells one that stays', async () => {
    const bench = await started();
    bench.board.show(1, shown('Faulted'), null);
    await bench.time.advance(9_000);
    bench.board.show(1, shown('Available'), null);
    await bench.time.advance(60_000);
    assert.deepEqual(bench.take(), []);
    bench.board.show(1, shown('Faulted'), null);
    await bench.time.advance(10_000);
    assert.deepEqual(bench.take(), ['1 Faulted GroundFailure']);
  });

  test('does not delay a warning, nor what the backend asks for', async () => {
    const bench = await started();
    bench.board.show(1, shown('Available', 'HighTemperature'), null);
    assert.deepEqual(bench.take(), ['1 Available HighTemperature']);
    bench.board.show(1, shown('Preparing'), null);
    assert.deepEqual(bench.take(), []);
    bench.hurried = true;
    assert.equal(bench.board.triggered(1), null);
    assert.deepEqual(bench.take(), ['1 Preparing']);
    await bench.time.advance(60_000);
    assert.deepEqual(bench.take(), []);
  });

  test('keeps to the legal way', async () => {
    const bench = await started();
    bench.board.show(1, shown('Finishing'), null);
    await bench.time.advance(10_000);
    bench.take();
    bench.board.show(1, shown('Preparing'), null);
    await bench.time.advance(1_000);
    bench.board.show(1, shown('Charging'), null);
    await bench.time.advance(10_000);
    assert.deepEqual(bench.take(), ['1 Preparing', '1 Charging']);
  });
});

describe('informative reports', () => {
  async function informed(text: string, status: ShownStatus = shown('Charging')): Promise<readonly StatusReport[]> {
    const bench = new Bench();
    bench.classes = { ...bench.classes, informative: true };
    bench.board.place(1, status);
    await bench.online(false);
    bench.take();
    bench.board.inform(1, text);
    return bench.sent;
  }

  test('say the same status with NoError and a text, and change nothing else', async () => {
    const [report, ...others] = await informed('Door open');
    const { status, errorCode, info, informative } = report ?? {};
    assert.deepEqual([status, errorCode, info, informative], ['Charging', 'NoError', 'Door open', true]);
    assert.deepEqual(others, []);
  });

  test('are left out beside an error', async () => {
    assert.deepEqual(await informed('Door open', shown('Charging', 'HighTemperature')), []);
    assert.deepEqual(await informed('Door open', shown('Faulted')), []);
  });

  test('are not sent unless they are wanted, and not kept while there is no connection', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.board.inform(1, 'Door open');
    bench.classes = { ...bench.classes, informative: true };
    bench.offline();
    bench.board.inform(1, 'Door open');
    await bench.online(true);
    assert.deepEqual(
      bench.sent.map(({ info }) => info),
      [null, null, null],
    );
  });
});

describe('while the connection stays', () => {
  test('statuses may stop and go on: what changed meanwhile is told by a legal way, the rest not again (N-01)', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.open = false;
    bench.board.audienceChanged();
    bench.board.show(1, shown('Preparing'), null);
    bench.board.show(1, shown('Charging'), null);
    bench.board.show(2, shown('Preparing'), null);
    bench.board.show(2, shown('Available'), null);
    assert.deepEqual(bench.take(), []);
    bench.open = true;
    bench.board.audienceChanged();
    assert.deepEqual(bench.take(), ['1 Charging']);
    bench.board.audienceChanged();
    assert.deepEqual(bench.take(), []);
  });

  test('what waited and was not sent is told later', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.waiting = [];
    bench.board.show(1, shown('Preparing'), null);
    bench.board.show(2, shown('Preparing'), null);
    bench.board.show(2, shown('Available'), null);
    bench.open = false;
    bench.board.audienceChanged();
    for (const drop of bench.waiting) drop('dropped');
    await bench.time.advance(0);
    bench.take();
    bench.waiting = null;
    bench.open = true;
    bench.board.audienceChanged();
    assert.deepEqual(bench.take(), ['1 Preparing']);
  });

  test('all is told that was not told on it', async () => {
    const bench = new Bench();
    bench.open = false;
    bench.board.online(true);
    assert.deepEqual(bench.take(), []);
    bench.open = true;
    bench.board.audienceChanged();
    assert.deepEqual(bench.take(), ['0 Available', '1 Available', '2 Available']);
  });

  test('nothing is repeated or told late once they have stopped', async () => {
    const bench = new Bench();
    await bench.online(false);
    bench.take();
    bench.minimumMs = 2_000;
    bench.board.show(1, shown('Preparing'), null);
    bench.open = false;
    bench.board.audienceChanged();
    await bench.time.advance(300_000);
    assert.deepEqual(bench.take(), []);
  });
});

test('a report that waits answers the trigger, so that nothing is told twice (N-01)', async () => {
  const bench = new Bench();
  await bench.online(false);
  bench.take();
  assert.equal(bench.board.triggered(1)?.status, 'Available');
  bench.board.show(1, shown('Preparing'), null);
  bench.hurried = true;
  assert.equal(bench.board.triggered(1), null);
  assert.deepEqual(bench.take(), ['1 Preparing']);
});

test('a status that stayed unanswered is told again, also when it is the one that was confirmed last (fault 22)', async () => {
  const bench = new Bench();
  await bench.online(false);
  bench.take();
  bench.result = 'notTaken';
  bench.board.show(1, shown('Preparing'), null);
  bench.board.show(1, shown('Available'), null);
  await bench.time.advance(0);
  assert.deepEqual(bench.take(), ['1 Preparing', '1 Available']);
  bench.result = 'delivered';
  await bench.time.advance(120_000);
  assert.deepEqual(bench.take(), ['1 Available']);
});
