import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { KerbsideError } from '../../core/errors.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { MeterReading } from '../../evse/hardware.ts';
import { EnergyAllowance } from './energy-allowance.ts';

/** A meter through which constant power flows. */
class Bench {
  readonly time = new VirtualTime();
  readonly problems: string[] = [];
  powerW = 22_000;
  tellsPower = true;
  fails = false;
  readings = 0;
  usedMs: number | null = null;
  readonly allowance = new EnergyAllowance({
    time: this.time,
    read: () => this.#read(),
    onUsed: () => {
      assert.equal(this.usedMs, null, 'used up twice');
      this.usedMs = this.time.monotonicMs();
    },
    onProblem: (problem) => this.problems.push(problem),
  });

  async #read(): Promise<MeterReading> {
    this.readings++;
    if (this.fails) throw new KerbsideError('driver.timeout', 'no answer');
    const energyImportWh = 5_000 + (this.powerW * this.time.monotonicMs()) / 3_600_000;
    return this.tellsPower ? { energyImportWh, powerW: this.powerW } : { energyImportWh };
  }
}

describe('the energy of a refused identifier', () => {
  for (const tellsPower of [true, false]) {
    test(`ends within a watt-hour of what is given, ${tellsPower ? 'with' : 'without'} a power reading (X-06)`, async () => {
      const bench = new Bench();
      bench.tellsPower = tellsPower;
      await bench.time.advance(7_777);
      const beganMs = bench.time.monotonicMs();
      bench.allowance.start(100);
      await bench.time.advance(60_000);
      const takenWh = (((bench.usedMs ?? Infinity) - beganMs) * bench.powerW) / 3_600_000;
      assert.ok(takenWh >= 100 && takenWh < 101, `${takenWh} Wh`);
    });
  }

  test('lasts as long as nothing flows, and asks the meter once a second', async () => {
    const bench = new Bench();
    bench.powerW = 0;
    bench.allowance.start(1);
    await bench.time.advance(60_000);
    assert.deepEqual([bench.usedMs, bench.readings], [null, 61]);
    bench.allowance.stop();
    await bench.time.advance(60_000);
    assert.equal(bench.readings, 61);
  });

  test('is over when the meter does not answer, for what is not counted is not given', async () => {
    const bench = new Bench();
    bench.allowance.start(100);
    await bench.time.advance(1_500);
    assert.equal(bench.usedMs, null);
    bench.fails = true;
    await bench.time.advance(1_000);
    assert.equal(bench.usedMs, 2_000);
    assert.match(bench.problems[0] ?? '', /cannot be counted/);
  });

  test('is not begun when the meter does not answer at the refusal', async () => {
    const bench = new Bench();
    bench.fails = true;
    bench.allowance.start(100);
    await bench.time.advance(0);
    assert.equal(bench.usedMs, 0);
  });

  test('ends with its transaction, also while the meter is being asked', async () => {
    const bench = new Bench();
    bench.fails = true;
    bench.allowance.start(100);
    bench.allowance.stop();
    await bench.time.advance(10_000);
    assert.equal(bench.usedMs, null);
  });
});
