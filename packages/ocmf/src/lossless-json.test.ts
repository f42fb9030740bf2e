import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { readLossless, textOf } from './lossless-json.ts';
import { OcmfError } from './ocmf-error.ts';

describe('JSON that loses nothing', () => {
  it('keeps how numbers were written', () => {
    const numbers = readLossless('{"a":2935.600,"b":1E3,"c":-0,"d":12345678901234567890.10}', 'payload');
    assert.deepEqual(Object.values(numbers).map(textOf), ['2935.600', '1E3', '-0', '12345678901234567890.10']);
  });

  it('refuses a field that is named twice in one object, however it is written', () => {
    for (const text of ['{"RV":1,"RV":2}', String.raw`{"RV":1,"\u0052V":2}`, '{"RD":[{"a":{}, "TX":"B", "TX":"E"}]}']) {
      assert.throws(() => readLossless(text, 'payload'), /names (RV|TX) twice/, text);
    }
    const many = '{"a":{"a":"a"},"b":[{"a":"a","b":"\\"a\\":"},{"a":"a, \\"b\\":1"}],"c":["a","a"]}';
    assert.deepEqual(Object.keys(readLossless(many, 'payload')), ['a', 'b', 'c']);
  });

  it('takes any object that JSON can write, and says of anything else that it is none', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
        const read = readLossless(JSON.stringify(value), 'payload');
        assert.deepEqual(Object.keys(read).toSorted(), Object.keys(value).toSorted());
      }),
    );
    for (const text of ['', '[]', '1', 'null', '"text"', '{', '{"a":1}x', '{"a":NaN}', '['.repeat(100_000)]) {
      assert.throws(() => readLossless(text, 'payload'), OcmfError, text.slice(0, 20));
    }
  });
});
