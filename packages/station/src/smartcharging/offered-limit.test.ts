import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { EvsePower } from './evse-power.ts';
import { sourceText, type LimitBound, type LimitSource } from './limit-bound.ts';
import { offeredLimit, phasesFor } from './offered-limit.ts';

const power: EvsePower = { evse: 1, maxMilliamps: 32_000, minMilliamps: 6_000, phases: 3, nominalVolts: 230 };

function amps(
  kind: 'cable' | 'derating' | 'operator' | 'disconnected' | 'external' | 'failSafe',
  a: number,
): LimitBound {
  return { source: { kind }, unit: 'A', amount: a * 1000, phases: null, untilMs: null };
}

function watts(kind: 'external' | 'failSafe', w: number): LimitBound {
  return { source: { kind }, unit: 'W', amount: w * 1000, phases: null, untilMs: null };
}

function profile(unit: 'A' | 'W', limit: number, phases: number | null = null): LimitBound {
  const source: LimitSource = { kind: 'profile', purpose: 'tx', id: 42 };
  return { source, unit, amount: limit * 1000, phases, untilMs: 5_000 };
}

describe('what an EVSE may offer', () => {
  const rows: readonly (readonly [string, readonly LimitBound[], number, string])[] = [
    ['nothing limits it', [], 32_000, 'hardware'],
    ['a cable', [amps('cable', 20)], 20_000, 'cable'],
    ['a derating', [amps('derating', 16)], 16_000, 'derating'],
    ['the operator', [amps('operator', 13)], 13_000, 'operator limit'],
    ['the limit while disconnected', [amps('disconnected', 10)], 10_000, 'limit while disconnected'],
    ['an external limit in A', [amps('external', 8)], 8_000, 'external limit'],
    ['an external limit in W counts all phases', [watts('external', 4_200)], 6_086, 'external limit'],
    ['a fail-safe value', [watts('failSafe', 4_140)], 6_000, 'fail-safe value of the external limit'],
    ['a profile in A', [profile('A', 16)], 16_000, 'TxProfile 42'],
    ['a profile in W', [profile('W', 11_040)], 16_000, 'TxProfile 42'],
    ['a profile in W for one phase is a total all the same', [profile('W', 11_040, 1)], 16_000, 'TxProfile 42'],
    ['a profile in W for two phases, with three in use', [profile('W', 6_900, 2)], 10_000, 'TxProfile 42'],
    ['a profile above the hardware never raises it', [profile('A', 63)], 32_000, 'hardware'],
    ['a profile cannot raise an external limit', [amps('external', 10), profile('A', 16)], 10_000, 'external limit'],
    ['an external limit cannot raise a profile', [amps('external', 20), profile('A', 16)], 16_000, 'TxProfile 42'],
    ['all at once, the lowest', [amps('cable', 20), profile('A', 16), amps('operator', 9)], 9_000, 'operator limit'],
    ['of equal ones the first', [amps('external', 16), profile('A', 16)], 16_000, 'external limit'],
    ['below 6 A it is nothing', [profile('A', 5.9)], 0, 'TxProfile 42'],
    ['6 A is enough', [profile('A', 6)], 6_000, 'TxProfile 42'],
    ['0 A is nothing', [profile('A', 0)], 0, 'TxProfile 42'],
  ];
  for (const [name, bounds, milliamps, source] of rows) {
    test(name, () => {
      const limit = offeredLimit(power, bounds);
      assert.deepEqual([limit.milliamps, sourceText(limit.source)], [milliamps, source]);
    });
  }

  test('says until when its source says so', () => {
    assert.equal(offeredLimit(power, [profile('A', 16)]).untilMs, 5_000);
    assert.equal(offeredLimit(power, [profile('A', 16), amps('external', 8)]).untilMs, null);
  });
});

describe('with how many phases it serves its limits', () => {
  const rows: readonly (readonly [string, readonly LimitBound[], readonly (1 | 3)[], 1 | 3, 1 | 3])[] = [
    ['all where nothing else is said', [profile('A', 16)], [3, 1], 3, 3],
    ['one where a profile is meant for one', [profile('A', 16, 1)], [3, 1], 3, 1],
    ['three where a profile is meant for three', [profile('A', 16, 3)], [3, 1], 1, 3],
    ['one where three have too little', [watts('external', 3_000)], [3, 1], 3, 1],
    ['three from 4.14 kW on', [watts('external', 4_140)], [3, 1], 1, 3],
    ['as it is where no choice helps', [watts('external', 1_000)], [3, 1], 3, 3],
    ['as it is without the capability', [profile('A', 16, 1)], [3], 3, 3],
    ['as it is while a switch has to wait', [watts('external', 11_000)], [1], 1, 1],
  ];
  for (const [name, bounds, choices, inForce, phases] of rows) {
    test(name, () => assert.equal(phasesFor(power, bounds, choices, inForce), phases));
  }
});
