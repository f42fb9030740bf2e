import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { bytesOfHex } from './bytes.ts';
import { derOf, readDer } from './der.ts';
import { OcmfError } from './ocmf-error.ts';

function bytes(hex: string): Uint8Array {
  return bytesOfHex(hex.replaceAll(' ', '')) ?? assert.fail(hex);
}

describe('a signature in DER', () => {
  it('is written and read again, whatever zeros its numbers begin with', () => {
    const number = fc.tuple(fc.nat(3), fc.uint8Array({ minLength: 1, maxLength: 48 })).map(([zeros, digits]) => {
      const significant = digits.some((byte) => byte !== 0) ? digits : Uint8Array.of(1);
      return Uint8Array.from([...new Uint8Array(zeros), ...significant]);
    });
    const plain = (padded: Uint8Array): readonly number[] => [...padded].slice(padded.findIndex((byte) => byte !== 0));
    fc.assert(
      fc.property(number, number, (r, s) => {
        const read = readDer(derOf(r, s));
        assert.deepEqual([[...read.r], [...read.s]], [plain(r), plain(s)]);
      }),
    );
  });

  it('has one form: whatever else means the same numbers is refused', () => {
    assert.deepEqual(readDer(bytes('3006 0201 01 0201 7f')), { r: Uint8Array.of(1), s: Uint8Array.of(0x7f) });
    assert.deepEqual(readDer(bytes('3007 0202 0080 0201 01')).r, Uint8Array.of(0x80));
    const wrong = [
      ['', /no sequence/],
      ['3106 020101 020101', /no sequence/],
      ['3006 020101 020101 00', /something follows/],
      ['3009 020101 020101 020101', /exactly two/],
      ['3003 020101', /exactly two/],
      ['3007 02020001 020101', /needless zeros/],
      ['3006 020180 020101', /negative/],
      ['3005 0200 020101', /negative or empty/],
      ['3006 020100 020101', /zero/],
      ['308106 020101 020101', /lengths/],
      ['3080 020101 020101 0000', /lengths/],
      ['3006 020101 0202', /cut/],
      ['3006 02810101 0201', /lengths/],
      ['30', /lengths/],
    ] as const;
    for (const [hex, words] of wrong) {
      assert.throws(
        () => readDer(hex === '' ? new Uint8Array() : bytes(hex)),
        (error) => error instanceof OcmfError && words.test(error.message),
        hex,
      );
    }
  });

  it('is never read from bytes that would be written differently', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 20 }), (junk) => {
        const text = Uint8Array.from([0x30, junk.length, ...junk]);
        let read;
        try {
          read = readDer(text);
        } catch (error) {
          return assert.ok(error instanceof OcmfError);
        }
        return assert.deepEqual(derOf(read.r, read.s), text);
      }),
      { numRuns: 1000 },
    );
  });
});
