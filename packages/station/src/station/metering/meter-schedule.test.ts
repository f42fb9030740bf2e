import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { MeterReading } from '../../evse/hardware.ts';
import { MeterSchedule } from './meter-schedule.ts';

class Bench {
  readonly time = new VirtualTime();
  readonly story: string[] = [];
  readonly problems: string[] = [];
  readonly answering: boolean[] = [];
  intervalMs = 20_000;
  read: () => Promise<MeterReading> = () => Promise.resolve({ energyImportWh: 1 });
  readonly schedule = new MeterSchedule({
    time: this.time,
    intervalMs: () => this.intervalMs,
    read: () => this.read(),
    sample: ({ energyImportWh }) => this.#note('sample', energyImportWh),
    checkpoint: ({ energyImportWh }) => this.#note('checkpoint', energyImportWh),
    onAnswering: (answers) => void this.answering.push(answers),
    onProblem: (problem) => this.problems.push(problem),
  });

  #note(what: string, energyImportWh: number | undefined): Promise<void> {
    this.story.push(`${what} ${this.time.monotonicMs() / 1000} ${energyImportWh}`);
    return Promise.resolve();
  }
}

test('samples at multiples of the interval; a sample serves as checkpoint', async () => {
  const bench = new Bench();
  await bench.time.advance(5_000);
  bench.schedule.start();
  await bench.time.advance(60_000);
  assert.deepEqual(bench.story, ['sample 25 1', 'sample 45 1', 'sample 65 1']);
});

test('between rare samples, and without any, the register is made durable every minute', async () => {
  const rare = new Bench();
  rare.intervalMs = 90_000;
  rare.schedule.start();
  await rare.time.advance(180_000);
  assert.deepEqual(rare.story, ['checkpoint 60 1', 'sample 90 1', 'checkpoint 120 1', 'sample 180 1']);
  const none = new Bench();
  none.intervalMs = 0;
  none.schedule.start();
  await none.time.advance(125_000);
  assert.deepEqual(none.story, ['checkpoint 60 1', 'checkpoint 120 1']);
});

test('a new interval is in effect at once (fault 62)', async () => {
  const bench = new Bench();
  bench.intervalMs = 99_000;
  bench.schedule.start();
  await bench.time.advance(7_000);
  bench.intervalMs = 5_000;
  bench.schedule.intervalChanged();
  await bench.time.advance(4_000);
  assert.deepEqual(bench.story, ['sample 10 1']);
});

test('a reading that fails is left out, told, and the next one comes (fault 36)', async () => {
  const bench = new Bench();
  bench.schedule.start();
  bench.read = () => Promise.reject(new Error('no answer'));
  await bench.time.advance(20_000);
  bench.read = () => Promise.resolve({ energyImportWh: 2 });
  await bench.time.advance(20_000);
  assert.deepEqual([bench.story, bench.problems], [['sample 40 2'], ['a meter reading was left out: no answer']]);
});

test('a slow reading is not asked for again meanwhile', async () => {
  const bench = new Bench();
  let asked = 0;
  const gate = Promise.withResolvers<MeterReading>();
  bench.read = () => {
    asked++;
    return gate.promise;
  };
  bench.schedule.start();
  await bench.time.advance(70_000);
  assert.equal(asked, 1);
  gate.resolve({ energyImportWh: 3 });
  await bench.time.advance(10_000);
  assert.deepEqual([asked, bench.story], [2, ['sample 70 3', 'sample 80 3']]);
});

test('a reading of one transaction never counts for the next', async () => {
  const bench = new Bench();
  const gate = Promise.withResolvers<MeterReading>();
  bench.read = () => gate.promise;
  bench.schedule.start();
  await bench.time.advance(20_000);
  bench.schedule.stop();
  bench.schedule.start();
  gate.resolve({ energyImportWh: 9 });
  await bench.time.advance(0);
  assert.deepEqual(bench.story, []);
});

test('stopped, it is still; without a transaction a change of the interval starts nothing', async () => {
  const bench = new Bench();
  bench.schedule.intervalChanged();
  bench.schedule.start();
  bench.schedule.stop();
  bench.schedule.stop();
  await bench.time.advance(200_000);
  assert.deepEqual([bench.story, bench.time.pendingTimers], [[], 0]);
});

test('a meter that does not answer three times in a row is told once, and so is its return', async () => {
  const bench = new Bench();
  bench.schedule.start();
  bench.read = () => Promise.reject(new Error('no answer'));
  await bench.time.advance(40_000);
  assert.deepEqual(bench.answering, []);
  await bench.time.advance(60_000);
  assert.deepEqual(bench.answering, [false]);
  bench.read = () => Promise.resolve({ energyImportWh: 2 });
  await bench.time.advance(20_000);
  assert.deepEqual(bench.answering, [false, true]);
});

test('what was told of a silent meter is taken back when the transaction ends', async () => {
  const bench = new Bench();
  bench.schedule.start();
  bench.read = () => Promise.reject(new Error('no answer'));
  await bench.time.advance(80_000);
  bench.schedule.stop();
  assert.deepEqual(bench.answering, [false, true]);
});
