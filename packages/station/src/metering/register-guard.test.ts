import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { RegisterGuard } from './register-guard.ts';

function during(importWh: number, exportWh?: number): RegisterGuard {
  const guard = new RegisterGuard();
  guard.begin(importWh, exportWh ?? null);
  return guard;
}

test('a register that goes on is passed as it is, with everything else', () => {
  const reading = { energyImportWh: 1001.5, energyExportWh: 2, powerW: 7, currentA: [1] };
  assert.deepEqual(during(1000).judge(reading), { reading, distrusted: false });
});

test('a register that went back or restarted is left out until it has caught up; the rest is told', () => {
  const guard = during(1000);
  guard.judge({ energyImportWh: 1500, powerW: 1 });
  assert.deepEqual(guard.judge({ energyImportWh: 0, powerW: 2 }), { reading: { powerW: 2 }, distrusted: true });
  assert.deepEqual(guard.judge({ energyImportWh: 1498 }), { reading: {}, distrusted: true });
  assert.equal(guard.highestWh, 1500);
  assert.deepEqual(guard.judge({ energyImportWh: 1501 }), { reading: { energyImportWh: 1501 }, distrusted: false });
});

test('what is less by rounding only shows the larger value', () => {
  assert.deepEqual(during(1000.4).judge({ energyImportWh: 999.9 }).reading, { energyImportWh: 1000.4 });
});

test('what is exported goes one way too, by itself', () => {
  const judged = during(10, 100).judge({ energyImportWh: 20, energyExportWh: 3 });
  assert.deepEqual(judged, { reading: { energyImportWh: 20 }, distrusted: true });
});

test('a register that is no number from 0 up is never told', () => {
  for (const energyImportWh of [Number.NaN, Number.POSITIVE_INFINITY, -1])
    assert.deepEqual(new RegisterGuard().judge({ energyImportWh }).reading, {});
});

test('between transactions a meter may have been replaced', () => {
  const guard = during(1000);
  guard.end();
  assert.deepEqual(guard.judge({ energyImportWh: 3 }), { reading: { energyImportWh: 3 }, distrusted: false });
  assert.equal(guard.highestWh, null);
});

test('whatever a meter shows, what is told of one transaction never goes down', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: -10, max: 5000, noNaN: true })), (registers) => {
      const guard = during(100);
      let shownWh = 100;
      for (const energyImportWh of registers) {
        const { energyImportWh: toldWh } = guard.judge({ energyImportWh }).reading;
        if (toldWh === undefined) continue;
        assert.ok(toldWh >= shownWh);
        shownWh = toldWh;
      }
    }),
  );
});
