import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { nextSampleMs, wholeWattHours } from './sampling-plan.ts';

test('samples lie at multiples of the interval from the start, and do not drift when a timer is late', () => {
  assert.equal(nextSampleMs(1000, 60_000, 1000), 61_000);
  assert.equal(nextSampleMs(1000, 60_000, 61_000), 121_000);
  assert.equal(nextSampleMs(1000, 60_000, 61_900), 121_000);
  assert.equal(nextSampleMs(1000, 60_000, 400_000), 421_000);
});

test('interval 0 means no samples (V-01)', () => {
  assert.equal(nextSampleMs(0, 0, 5), undefined);
  assert.equal(nextSampleMs(0, -1, 5), undefined);
});

test('a shorter interval is in effect at once, by its own multiples (fault 62)', () => {
  assert.equal(nextSampleMs(0, 10_000, 47_000), 50_000);
});

test('the next sample is always later than now and at most one interval away, fractions of a millisecond included', () => {
  const ms = fc.double({ min: 0, max: 1e10, noNaN: true });
  fc.assert(
    fc.property(
      ms,
      fc.integer({ min: 1, max: 99_999 }),
      ms,
      fc.integer({ min: 0, max: 3 }),
      (start, seconds, waited, turns) => {
        const intervalMs = seconds * 1000;
        let nowMs = start + waited;
        for (let turn = 0; turn <= turns; turn++) {
          const dueMs = nextSampleMs(start, intervalMs, nowMs);
          assert.ok(dueMs !== undefined && dueMs > nowMs, `${dueMs} is not later than ${nowMs}`);
          assert.ok(dueMs - nowMs <= intervalMs + 0.01);
          nowMs = dueMs;
        }
      },
    ),
    { numRuns: 2000 },
  );
});

test('registers are rounded down to whole watt-hours, and a float that is one in all but its last bit is not cut (X-02)', () => {
  assert.equal(wholeWattHours(1234.999), 1234);
  assert.equal(wholeWattHours(0.1 + 0.2 + 0.7), 1);
  assert.equal(wholeWattHours(1000 * 1.001), 1001);
  assert.equal(wholeWattHours(0), 0);
});

test('rounding keeps the order of registers, and whole ones as they are', () => {
  const register = fc.double({ min: 0, max: 1e9, noNaN: true });
  fc.assert(
    fc.property(register, register, (left, right) => {
      if (left <= right) assert.ok(wholeWattHours(left) <= wholeWattHours(right));
      assert.equal(wholeWattHours(Math.floor(left)), Math.floor(left));
      assert.ok(Number.isInteger(wholeWattHours(right)) && Math.abs(wholeWattHours(right) - right) <= 1);
    }),
  );
});
