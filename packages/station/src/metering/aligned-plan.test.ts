import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from 'fast-check';

import { nextBoundaryMs, pollMs, previousBoundaryMs } from './aligned-plan.ts';

const at = (time: string): number => Date.parse(`2026-11-22T${time}Z`);

test('boundaries are multiples of the interval from midnight UTC: 900 is every quarter of an hour', () => {
  assert.equal(nextBoundaryMs(at('12:00:00.001'), 900_000), at('12:15:00'));
  assert.equal(nextBoundaryMs(at('12:14:59.999'), 900_000), at('12:15:00'));
  assert.equal(nextBoundaryMs(at('12:15:00'), 900_000), at('12:30:00'));
  assert.equal(nextBoundaryMs(at('23:50:00'), 900_000), at('00:00:00') + 86_400_000);
});

test('an interval that does not divide the day begins anew at midnight', () => {
  assert.equal(nextBoundaryMs(at('20:00:00'), 36_000_000), at('00:00:00') + 86_400_000);
  assert.equal(previousBoundaryMs(at('00:00:00') + 86_400_000, 36_000_000), at('20:00:00'));
  assert.equal(nextBoundaryMs(at('00:00:00'), 86_400_000), at('00:00:00') + 86_400_000);
});

test('interval 0 means none', () => {
  assert.equal(nextBoundaryMs(at('12:00:00'), 0), undefined);
});

test('between two boundaries there is none, and each is later than what it follows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4e12 }), fc.integer({ min: 1, max: 86_400 }), (wallMs, seconds) => {
      const next = nextBoundaryMs(wallMs, seconds * 1000) ?? 0;
      assert.ok(next > wallMs && next - wallMs <= seconds * 1000);
      const previous = previousBoundaryMs(next, seconds * 1000);
      assert.ok(previous <= wallMs && previous < next);
      assert.equal(nextBoundaryMs(previous, seconds * 1000), next);
    }),
  );
});

test('long intervals are looked into every ten seconds, short ones every second', () => {
  assert.deepEqual([pollMs(900_000), pollMs(60_000), pollMs(5_000)], [10_000, 2_000, 1_000]);
});
