import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { createSeededRandom } from '../core/random.ts';
import { backOffDelayMs } from './back-off.ts';
import type { BackOffRule } from './link-state.ts';

const rule: BackOffRule = { firstMinMs: 1000, firstMaxMs: 10_000, baseMs: 10_000, capMs: 320_000, spreadMs: 30_000 };

function gaps(identity: string): number[] {
  const random = createSeededRandom(identity);
  return Array.from({ length: 10 }, (_, index) => backOffDelayMs(rule, index + 1, random.next()));
}

describe('the back-off', () => {
  const table: readonly { failures: number; chance: number; delayMs: number }[] = [
    { failures: 1, chance: 0, delayMs: 1000 },
    { failures: 1, chance: 0.5, delayMs: 5500 },
    { failures: 2, chance: 0, delayMs: 10_000 },
    { failures: 2, chance: 0.5, delayMs: 25_000 },
    { failures: 3, chance: 0, delayMs: 20_000 },
    { failures: 6, chance: 0, delayMs: 160_000 },
    { failures: 7, chance: 0, delayMs: 320_000 },
    { failures: 8, chance: 0.5, delayMs: 335_000 },
    { failures: 100_000, chance: 0, delayMs: 320_000 },
  ];
  for (const { failures, chance, delayMs } of table) {
    test(`waits ${delayMs} ms after failure ${failures} with chance ${chance}`, () => {
      assert.equal(backOffDelayMs(rule, failures, chance), delayMs);
    });
  }

  test('never gives up, never loops and never waits longer than cap and spread', () => {
    const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000_000 }), chances, (failures, chance) => {
        const delayMs = backOffDelayMs(rule, failures, chance);
        assert.ok(delayMs >= 1000 && delayMs <= 350_000, `${delayMs}`);
      }),
      { numRuns: 300 },
    );
  });

  test('spreads two stations of the same configuration', () => {
    const [one, two] = [gaps('CP1'), gaps('CP2')];
    assert.deepEqual(one, gaps('CP1'));
    for (const [index, gap] of one.entries()) assert.notEqual(gap, two[index]);
  });
});
