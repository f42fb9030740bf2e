import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { compareDecimals, shiftDecimal, subtractDecimals } from './decimal.ts';

describe('decimal numbers as text', () => {
  it('are compared, subtracted and shifted without a float', () => {
    assert.equal(compareDecimals('2935.600', '2935.6'), 0);
    assert.equal(compareDecimals('9007199254740993.1', '9007199254740993.2'), -1);
    assert.equal(subtractDecimals('0.3', '0.1'), '0.2');
    assert.equal(subtractDecimals('2935.600', '2936.1'), '-0.500');
    assert.equal(shiftDecimal('2935.600', 3), '2935600');
    assert.equal(shiftDecimal('2935.6', 3), '2935600');
    assert.equal(shiftDecimal('5', -3), '0.005');
    assert.equal(shiftDecimal('-0.5', 0), '-0.5');
  });

  it('are not what has a comma, an exponent or nothing', () => {
    for (const text of ['1,5', '1e3', '', '.5', '5.', 'NaN', '0x10', ' 1']) {
      assert.equal(compareDecimals(text, '0'), null, text);
      assert.equal(shiftDecimal(text, 1), null, text);
    }
  });

  it('keep what they are worth through any shift and back', () => {
    const decimal = fc
      .tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.stringMatching(/^\d{0,6}$/))
      .map(
        ([isNegative, whole, fraction]) => `${isNegative ? '-' : ''}${whole}${fraction === '' ? '' : `.${fraction}`}`,
      );
    fc.assert(
      fc.property(decimal, fc.integer({ min: -6, max: 6 }), (text, places) => {
        const back = shiftDecimal(shiftDecimal(text, places) ?? '', -places) ?? '';
        assert.equal(compareDecimals(back, text), 0);
        assert.equal(compareDecimals(subtractDecimals(text, text) ?? '', '0'), 0);
      }),
    );
  });
});
