import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { milliampsOf, milliwattsOf, usedPhases, wireLimit } from './evse-power.ts';
import { powerOf } from './test-profiles.ts';

const three = powerOf();
const one = powerOf({ phases: 1 });

describe('a limit turned from amperes into watts and back', () => {
  const cases = [
    { limit: 16, phases: null, unit: 'A', power: three, milliamps: 16_000, milliwatts: 11_040_000 },
    { limit: 16, phases: 1, unit: 'A', power: three, milliamps: 16_000, milliwatts: 3_680_000 },
    { limit: 16, phases: 3, unit: 'A', power: one, milliamps: 16_000, milliwatts: 3_680_000 },
    { limit: 11_040, phases: null, unit: 'W', power: three, milliamps: 16_000, milliwatts: 11_040_000 },
    { limit: 11_000, phases: 3, unit: 'W', power: three, milliamps: 15_942, milliwatts: 11_000_000 },
    { limit: 3_680, phases: 3, unit: 'W', power: one, milliamps: 16_000, milliwatts: 3_680_000 },
    { limit: 3_680, phases: 2, unit: 'W', power: three, milliamps: 8_000, milliwatts: 3_680_000 },
    { limit: 8.2, phases: null, unit: 'A', power: three, milliamps: 8_200, milliwatts: 5_658_000 },
    { limit: 0, phases: null, unit: 'W', power: three, milliamps: 0, milliwatts: 0 },
    { limit: -6, phases: null, unit: 'A', power: three, milliamps: 0, milliwatts: 0 },
  ] as const;
  for (const { unit, power, milliamps, milliwatts, ...limit } of cases) {
    it(`${limit.limit} ${unit}, ${limit.phases ?? 'no'} phases named, on an EVSE with ${power.phases}`, () => {
      assert.equal(milliampsOf(limit, unit, power), milliamps);
      assert.equal(milliwattsOf(limit, unit, power), milliwatts);
    });
  }

  it('never counts more phases than the EVSE has, and three where none are named', () => {
    assert.deepEqual(
      [null, 1, 2, 3].map((phases) => usedPhases(phases, three)),
      [3, 1, 2, 3],
    );
    assert.deepEqual(
      [null, 1, 2, 3].map((phases) => usedPhases(phases, powerOf({ phases: 2 }))),
      [2, 1, 2, 2],
    );
  });

  it('is rounded down to one decimal for the wire', () => {
    assert.deepEqual([15_942, 15_999, 16_000, 8_200, 100, 99, 0].map(wireLimit), [15.9, 15.9, 16, 8.2, 0.1, 0, 0]);
  });

  it('loses no tenth to a voltage with decimals', () => {
    const power = powerOf({ nominalVolts: 256.4 });
    assert.equal(wireLimit(milliwattsOf({ limit: 6, phases: 1 }, 'A', power)), 1_538.4);
    assert.equal(milliampsOf({ limit: 1_538.4, phases: 1 }, 'W', power), 6_000);
  });

  it('keeps every tenth as it was given', () => {
    for (let tenths = 0; tenths <= 800; tenths++) {
      const limit = tenths / 10;
      assert.equal(wireLimit(milliampsOf({ limit, phases: null }, 'A', three)), limit);
      assert.equal(wireLimit(milliwattsOf({ limit, phases: null }, 'W', three)), limit);
    }
  });
});
