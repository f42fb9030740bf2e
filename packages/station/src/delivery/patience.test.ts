import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { patienceAfter } from './patience.ts';

const cases = [
  [null, 1e9, Infinity, null],
  ['delivered', 1e9, Infinity, null],
  ['refused', 0, Infinity, 15_000],
  ['refused', 14_999, Infinity, 1],
  ['refused', 15_000, 1, 5_000],
  ['refused', 20_000, 0, null],
  ['unanswered', 59_000, Infinity, 1_000],
  ['unanswered', 60_000, 1, 60_000],
  ['unanswered', 120_000, 0, null],
] as const;

void describe('the patience with MeterValues before a Start or Stop (G-02)', () => {
  for (const [last, failingMs, attempts, changesInMs] of cases) {
    void it(`last ${last ?? 'unknown'}, failing for ${failingMs} ms: ${attempts} attempts`, () => {
      assert.deepEqual(patienceAfter(last, failingMs), { attempts, changesInMs });
    });
  }
});
