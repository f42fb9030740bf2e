import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { catalogue } from '../params/catalogue.ts';
import type { ParameterReader } from '../params/parameters.ts';
import {
  freeChargingMode,
  freeChargingModes,
  freeGrant,
  freeTraits,
  tellsMeter,
  tellsStatus,
  tellsTransactions,
  type FreeChargingMode,
  type FreeTraits,
} from './free-charging.ts';

function paramsOf(mode: FreeChargingMode, on = true): ParameterReader {
  const values: Record<string, unknown> = {
    'authorization.freeCharging': on,
    'authorization.freeChargingMode': mode,
  };
  return { get: (id: string) => values[id] } as unknown as ParameterReader;
}

function traits(mode: FreeChargingMode): FreeTraits {
  const found = freeTraits(paramsOf(mode));
  assert.ok(found !== null);
  return found;
}

describe('the modes of free charging', () => {
  test('stand in the catalogue in the order of their numbers', () => {
    const { rule } = catalogue['authorization.freeChargingMode'];
    assert.ok(rule.type === 'choice');
    assert.deepEqual(rule.values, freeChargingModes);
    const numbers = freeChargingModes.map((mode) => traits(mode).number);
    assert.deepEqual(numbers, [0, 1, 2, 3, 4, 5]);
  });

  test('tell the backend nothing, statuses, or everything', () => {
    const told = freeChargingModes.map((mode) => [tellsStatus(paramsOf(mode)), tellsTransactions(paramsOf(mode))]);
    const [no, yes] = [false, true];
    assert.deepEqual(told, [
      [no, no],
      [yes, no],
      [yes, no],
      [yes, yes],
      [yes, yes],
      [yes, yes],
    ]);
  });

  test('do not count while charging is not free', () => {
    const params = paramsOf('noOcpp', false);
    assert.deepEqual([freeChargingMode(params), freeTraits(params)], [null, null]);
    assert.deepEqual([tellsStatus(params), tellsTransactions(params)], [true, true]);
  });

  test('a meter is told of as its session is, and without one as the mode says', () => {
    for (const mode of ['noOcpp', 'anyCard'] as const) {
      assert.equal(tellsMeter(paramsOf(mode), {}), true, 'a session that began with everything told');
      assert.equal(tellsMeter(paramsOf(mode), { untold: true }), false);
      assert.equal(tellsMeter(paramsOf(mode), null), mode === 'anyCard');
    }
  });
});

describe('who charges free of charge', () => {
  const shown = { via: 'card', card: 'CARD' } as const;
  const rows: readonly (readonly [FreeChargingMode, idToken: string, untold: boolean])[] = [
    ['noOcpp', 'CARD', true],
    ['statusWithoutCard', 'CARD', true],
    ['statusWithCard', 'CARD', true],
    ['fixedTagWithCard', 'TAG', false],
    ['fixedTagWithoutCard', 'TAG', false],
    ['anyCard', 'CARD', false],
  ];
  for (const [mode, idToken, untold] of rows)
    test(`${mode}: ${untold ? 'nobody is told' : `is told as ${idToken}`}, and the card that was shown ends`, () => {
      const expected = { idToken, parentIdToken: null, free: { card: 'CARD' } };
      assert.deepEqual(freeGrant(traits(mode), shown, 'TAG'), untold ? { ...expected, untold: true } : expected);
    });

  test('by a plug it is nobody, or the configured identifier', () => {
    const plug = { via: 'plug', card: null } as const;
    const nobody = { idToken: '', parentIdToken: null, free: { card: null }, untold: true };
    assert.deepEqual(freeGrant(traits('statusWithoutCard'), plug, ''), nobody);
    assert.equal(freeGrant(traits('fixedTagWithoutCard'), plug, 'TAG')?.idToken, 'TAG');
  });

  test('nobody where an identifier is needed and none is configured', () => {
    assert.equal(freeGrant(traits('fixedTagWithCard'), shown, ''), null);
    assert.equal(freeGrant(traits('fixedTagWithoutCard'), { via: 'plug', card: null }, ''), null);
    assert.notEqual(freeGrant(traits('anyCard'), shown, ''), null);
  });
});
