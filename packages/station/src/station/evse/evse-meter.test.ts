import assert from 'node:assert/strict';
import { test } from 'node:test';

import { RegisterGuard } from '../../metering/register-guard.ts';
import { EvseMeter } from './evse-meter.ts';

class Bench {
  readonly guard = new RegisterGuard();
  readonly story: unknown[] = [];
  registerWh = 100;
  readonly meter = new EvseMeter({
    evse: 1,
    read: () => Promise.resolve({ energyImportWh: this.registerWh, powerW: 5 }),
    judge: (reading) => this.guard.judge(reading),
    onDistrust: (distrusted) => this.story.push(distrusted),
    onProblem: (problem) => this.story.push(problem),
  });

  constructor() {
    this.guard.begin(100);
  }
}

test('a register that went back is told once, and once more when it has caught up', async () => {
  const bench = new Bench();
  bench.registerWh = 3;
  assert.deepEqual(await bench.meter.read(), { powerW: 5 });
  await bench.meter.read();
  bench.registerWh = 100;
  assert.deepEqual(await bench.meter.read(), { energyImportWh: 100, powerW: 5 });
  assert.deepEqual(bench.story, [
    'the meter of EVSE 1 shows 3 Wh, less than before; its energy is left out until it has caught up',
    true,
    false,
  ]);
});

test('what is counted by the register fails when it went back', async () => {
  const bench = new Bench();
  assert.equal((await bench.meter.readRegister()).energyImportWh, 100);
  bench.registerWh = 3;
  await assert.rejects(bench.meter.readRegister(), /register of EVSE 1 went back/);
});

test('the end of a transaction takes back what was told', async () => {
  const bench = new Bench();
  bench.registerWh = 3;
  await bench.meter.read();
  bench.meter.transactionEnded();
  bench.meter.transactionEnded();
  assert.deepEqual(bench.story.slice(1), [true, false]);
});
