import assert from 'node:assert/strict';
import { test } from 'node:test';

import { IntervalMean } from './interval-mean.ts';

test('quantities of the moment are weighted by time; registers and the rest stay as they are', () => {
  const mean = new IntervalMean();
  mean.add({ energyImportWh: 1, powerW: 1000, currentA: [4, 0], voltageV: [230, 231], soc: 10 }, 0);
  mean.add({ energyImportWh: 2, powerW: 1000, currentA: [4, 0], voltageV: [230, 231], soc: 11 }, 30_000);
  mean.add({ energyImportWh: 2, powerW: 3000, currentA: [12, 6], voltageV: [228, 231], soc: 11 }, 30_000);
  assert.deepEqual(
    mean.close({ energyImportWh: 3, powerW: 3000, currentA: [12, 6], voltageV: [228, 231], soc: 12 }, 60_000),
    { energyImportWh: 3, powerW: 2000, currentA: [8, 3], voltageV: [229, 231], soc: 12 },
  );
});

test('the end of an interval is the begin of the next', () => {
  const mean = new IntervalMean();
  mean.add({ powerW: 0 }, 0);
  assert.deepEqual(mean.close({ powerW: 100 }, 10), { powerW: 50 });
  assert.deepEqual(mean.close({ powerW: 100 }, 20), { powerW: 100 });
});

test('a single look is all that is known', () => {
  assert.deepEqual(new IntervalMean().close({ powerW: 7, phasePowerW: [7] }, 5), { powerW: 7, phasePowerW: [7] });
});

test('what was forgotten does not count', () => {
  const mean = new IntervalMean();
  mean.add({ powerW: 1_000_000 }, 0);
  mean.reset();
  assert.deepEqual(mean.close({ powerW: 10 }, 100), { powerW: 10 });
});

test('a phase that some looks do not give is averaged over those that do', () => {
  const mean = new IntervalMean();
  mean.add({ currentA: [10] }, 0);
  mean.add({ currentA: [10, 4] }, 10);
  assert.deepEqual(mean.close({ currentA: [10, 8] }, 20), { currentA: [10, 6] });
});
