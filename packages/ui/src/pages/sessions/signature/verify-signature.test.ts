import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, it } from 'node:test';

import { curves, readPublicKey, type Curve } from '@kerbside/ocmf';

import { verifyWithNoble } from './other-curves.ts';
import { verifySignature } from './verify-signature.ts';

const data = new TextEncoder().encode('{"RV":2935.600,"TT":"0,49 €/kWh"}');
const changed = new TextEncoder().encode('{"RV":2935.601,"TT":"0,49 €/kWh"}');

function keys({ opensslName }: Curve): { readonly privateKey: KeyObject; readonly publicKey: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: opensslName });
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).toString('hex') };
}

describe('the check of a signature in the browser', () => {
  for (const curve of curves) {
    it(`tells right from wrong for ${curve.method}`, async () => {
      const { privateKey, publicKey } = keys(curve);
      const key = readPublicKey(publicKey);
      // Some of these have an r or s with leading zeros, and half of them the larger s.
      for (let round = 0; round < 6; round++) {
        const signature = sign('sha256', data, privateKey);
        assert.equal(await verifySignature(key, data, signature), true);
        assert.equal(await verifySignature(key, changed, signature), false);
      }
      const other = readPublicKey(keys(curve).publicKey);
      assert.equal(await verifySignature(other, data, sign('sha256', data, privateKey)), false);
    });

    it(`needs no cryptography of the browser for ${curve.method}`, () => {
      const { privateKey, publicKey } = keys(curve);
      const { point } = readPublicKey(publicKey);
      const signature = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      assert.equal(verifyWithNoble(curve.method, point, data, signature), true);
      assert.equal(verifyWithNoble(curve.method, point, changed, signature), false);
    });
  }

  it('finds a signature wrong whose numbers are zero, or a point that is not on the curve', () => {
    for (const curve of curves) {
      const { privateKey, publicKey } = keys(curve);
      const { point } = readPublicKey(publicKey);
      const signature = sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      assert.equal(verifyWithNoble(curve.method, point, data, new Uint8Array(2 * curve.bytes)), false);
      const bent = Uint8Array.from(point);
      bent[bent.length - 1] = (bent.at(-1) ?? 0) ^ 1;
      assert.equal(verifyWithNoble(curve.method, bent, data, signature), false, curve.method);
    }
  });

  it('knows no other method', () => {
    assert.equal(verifyWithNoble('ECDSA-secp521r1-SHA256', new Uint8Array(1), data, new Uint8Array(2)), false);
  });
});
