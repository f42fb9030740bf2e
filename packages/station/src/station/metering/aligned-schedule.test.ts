import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { TrustedReading } from '../../metering/register-guard.ts';
import { AlignedSchedule } from './aligned-schedule.ts';
import type { BoundaryReading } from './sample-maker.ts';

class Bench {
  readonly time = new VirtualTime(Date.UTC(2026, 10, 22, 12, 0, 10));
  readonly taken: BoundaryReading[] = [];
  readonly problems: string[] = [];
  intervalMs = 60_000;
  registerWh = 1000.4;
  powerW = 600;
  moves = false;
  hasClock = true;
  reads = 0;
  read: () => Promise<TrustedReading> = () =>
    Promise.resolve({ energyImportWh: this.registerWh, energyExportWh: 5, powerW: this.powerW });
  readonly schedule = new AlignedSchedule({
    time: this.time,
    wallMs: () => (this.hasClock ? this.time.systemWallMs() : null),
    intervalMs: () => this.intervalMs,
    read: () => {
      this.reads++;
      return this.read();
    },
    moves: () => this.moves,
    wantsMeans: () => true,
    take: async (boundary) => void this.taken.push(boundary),
    onProblem: (problem) => this.problems.push(problem),
  });

  async pass(seconds: number): Promise<void> {
    await this.time.advance(seconds * 1000);
  }

  /** The boundaries by their time of day. */
  times(): readonly string[] {
    return this.taken.map(({ boundaryMs }) => new Date(boundaryMs).toISOString().slice(11, 23));
  }

  intervals(): readonly unknown[] {
    return this.taken.map(
      ({ interval }) => interval && [new Date(interval.startMs).toISOString().slice(11, 19), interval.importWh],
    );
  }
}

test('each boundary is read once, and the energy since the one before counts in whole watt-hours', async () => {
  const bench = new Bench();
  bench.schedule.start();
  await bench.pass(60);
  bench.registerWh = 1011.3;
  await bench.pass(60);
  bench.registerWh = 1021.9;
  await bench.pass(60);
  assert.deepEqual(bench.times(), ['12:01:00.000', '12:02:00.000', '12:03:00.000']);
  assert.deepEqual(bench.intervals(), [null, ['12:01:00', 11], ['12:02:00', 10]]);
  assert.equal(bench.reads, 3);
});

test('a register that went back at one of its ends leaves an interval out', async () => {
  const bench = new Bench();
  bench.schedule.start();
  await bench.pass(60);
  bench.read = () => Promise.resolve({ powerW: 1 });
  await bench.pass(60);
  bench.read = () => Promise.resolve({ energyImportWh: 2000 });
  await bench.pass(60);
  assert.deepEqual(
    bench.taken.map(({ interval }) => interval?.importWh),
    [undefined, null, null],
  );
});

test('while something flows the meter is looked at in between, and the mean is told', async () => {
  const bench = new Bench();
  bench.moves = true;
  bench.schedule.start();
  await bench.pass(60);
  await bench.pass(20);
  bench.powerW = 0;
  await bench.pass(40);
  assert.ok(bench.reads >= 50 && bench.reads <= 60, String(bench.reads));
  const mean = bench.taken[1]?.reading.powerW ?? 0;
  assert.ok(Math.abs(mean - 300) <= 10, String(mean));
});

test('a beginning and an end are looked at when they happen', async () => {
  const bench = new Bench();
  bench.powerW = 0;
  bench.schedule.start();
  await bench.pass(50);
  await bench.pass(30);
  bench.moves = true;
  bench.schedule.look();
  bench.powerW = 1000;
  await bench.pass(30);
  const mean = bench.taken[1]?.reading.powerW ?? 0;
  assert.ok(Math.abs(mean - 500) <= 20, String(mean));
});

test('an interval that changes is in effect at once, and the one under way has no energy', async () => {
  const bench = new Bench();
  bench.schedule.start();
  await bench.pass(60);
  bench.intervalMs = 900_000;
  bench.schedule.realign();
  await bench.pass(900);
  bench.intervalMs = 0;
  bench.schedule.realign();
  await bench.pass(3_600);
  assert.deepEqual(bench.times(), ['12:01:00.000', '12:15:00.000']);
  assert.deepEqual(bench.intervals(), [null, null]);
  assert.equal(bench.time.pendingTimers, 0);
});

for (const [name, jumpMs, expected] of [
  ['forward over boundaries', 5 * 60_000 + 7_000, ['12:01:00.000', '12:07:00.000', '12:08:00.000']],
  ['back', -3 * 60_000 - 7_000, ['12:01:00.000', '11:59:00.000', '12:00:00.000']],
  ['forward by whole intervals', 600_000, ['12:01:00.000', '12:12:00.000', '12:13:00.000']],
] as const) {
  test(`a clock that is set ${name} realigns; nothing is made up, and no interval goes over the jump`, async () => {
    const bench = new Bench();
    bench.schedule.start();
    await bench.pass(60);
    bench.time.setSystemWallMs(bench.time.systemWallMs() + jumpMs);
    bench.schedule.realign();
    await bench.pass(109);
    await bench.pass(10);
    assert.deepEqual(bench.times().slice(0, 3), expected);
    assert.equal(bench.taken[1]?.interval, null);
    assert.notEqual(bench.taken[2]?.interval, null);
  });
}

test('a clock that is corrected a little keeps interval and mean, and the boundary is that of the right time', async () => {
  const bench = new Bench();
  bench.schedule.start();
  await bench.pass(60);
  bench.time.setSystemWallMs(bench.time.systemWallMs() + 1_500);
  bench.schedule.realign();
  await bench.pass(48.5);
  assert.deepEqual(bench.times(), ['12:01:00.000', '12:02:00.000']);
  assert.equal(bench.time.monotonicMs(), 108_500);
  assert.deepEqual(bench.intervals()[1], ['12:01:00', 0]);
});

test('without a clock nothing is aligned; it begins with the clock', async () => {
  const bench = new Bench();
  bench.hasClock = false;
  bench.schedule.start();
  await bench.pass(600);
  assert.deepEqual([bench.reads, bench.time.pendingTimers], [0, 0]);
  bench.hasClock = true;
  bench.schedule.realign();
  await bench.pass(60);
  assert.deepEqual(bench.times(), ['12:11:00.000']);
});

test('a meter that fails, or answers too late to speak of the boundary, is left out and told once', async () => {
  const bench = new Bench();
  bench.schedule.start();
  bench.read = () => Promise.reject(new Error('no answer'));
  await bench.pass(120);
  bench.read = () =>
    new Promise((resolve) => {
      bench.time.after(3_000, () => resolve({ energyImportWh: 1 }));
    });
  await bench.pass(60);
  bench.read = () => Promise.resolve({ energyImportWh: 1 });
  await bench.pass(120);
  assert.deepEqual(bench.times(), ['12:04:00.000', '12:05:00.000']);
  assert.deepEqual(bench.problems, ['clock-aligned values were left out: no answer']);
});

test('a timer that comes too late leaves its boundary out', async () => {
  const bench = new Bench();
  bench.schedule.start();
  // The machine slept: the wall clock went on, nobody told the schedule.
  bench.time.setSystemWallMs(bench.time.systemWallMs() + 30_000);
  await bench.pass(60);
  assert.deepEqual(bench.times(), []);
  assert.match(bench.problems[0] ?? '', /30 s too late/);
  await bench.pass(60);
  assert.deepEqual(bench.times(), ['12:02:00.000']);
});

test('stopped, it is still, whatever was under way', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<TrustedReading>();
  bench.read = () => gate.promise;
  bench.schedule.start();
  await bench.pass(60);
  bench.schedule.stop();
  bench.schedule.stop();
  gate.resolve({ energyImportWh: 1 });
  bench.schedule.realign();
  bench.schedule.look();
  await bench.pass(600);
  assert.deepEqual([bench.taken, bench.time.pendingTimers], [[], 0]);
});
