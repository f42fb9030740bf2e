import assert from 'node:assert/strict';
import { createPublicKey } from 'node:crypto';
import { describe, it } from 'node:test';

import { base64Of, bytesOfHex, hexOf } from './bytes.ts';
import { curves } from './curves.ts';
import { ocaPublicKey, readPublicKey } from './public-key.ts';
import { testKey } from './test-records.ts';

describe('a public key', () => {
  for (const curve of curves) {
    it(`is read in every form that people hand it over in, for ${curve.method}`, () => {
      const { publicKey } = testKey(curve);
      const spki = bytesOfHex(publicKey) ?? assert.fail();
      const base64 = base64Of(spki);
      const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
      const forms = [
        publicKey,
        publicKey.toUpperCase(),
        ` 0x${publicKey}\n`,
        publicKey.replaceAll(/(..)/g, '$1 '),
        publicKey.replaceAll(/(..)(?=.)/g, '$1:'),
        base64,
        base64.replaceAll(/(.{64})/g, '$1\n'),
        base64.replaceAll('=', ''),
        String(key.export({ type: 'spki', format: 'pem' })),
        `oca:base16:asn1:${publicKey}`,
        `oca:base64:asn1:${base64}`,
        ocaPublicKey(publicKey),
      ];
      for (const form of forms) {
        const read = readPublicKey(form);
        assert.equal(hexOf(read.spki), publicKey, form);
        assert.equal(read.curve, curve);
        assert.ok(publicKey.endsWith(hexOf(read.point)));
      }
      const point = publicKey.slice(-2 * (2 * curve.bytes + 1));
      assert.equal(hexOf(readPublicKey(point, curve).spki), publicKey);
      assert.throws(() => readPublicKey(point), /SubjectPublicKeyInfo/);
    });
  }

  it('is written in the form of OCA as base64', () => {
    assert.equal(atob(ocaPublicKey('3059aa')), 'oca:base16:asn1:3059aa');
  });

  it('that cannot be one is refused with what is wrong with it', () => {
    const { publicKey, curve } = testKey();
    const cases = [
      ['', /neither hexadecimal nor base64/],
      ['Schlüssel', /neither hexadecimal nor base64/],
      ['oca:base16:asn1:xyz', /neither hexadecimal nor base64/],
      ['0011', /no SubjectPublicKeyInfo/],
      [publicKey.slice(0, -2), /has not its length/],
      [`${publicKey}00`, /has not its length/],
      [publicKey.replace('03420004', '03220002'), /has not its length, or its point is compressed/],
      [`3059301306072a8648ce3d020106082a8648ce3d030102${publicKey.slice(46)}`, /curve that OCMF does not know/],
      ['300d06092a864886f70d0101010500', /no key of an elliptic curve/],
    ] as const;
    for (const [text, words] of cases) assert.throws(() => readPublicKey(text, curve), words, text);
  });
});
