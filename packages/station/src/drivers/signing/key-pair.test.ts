import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { describe, it } from 'node:test';

import { curves, readOcmf, readPublicKey } from '@kerbside/ocmf';

import { createSeededRandom } from '../../core/random.ts';
import { keyPairOf, makeKey } from './key-pair.ts';
import { registerSteps, signOcmf, stepsInKilowattHours, stepsInWattHours } from './sign-ocmf.ts';

describe('a key pair that signs records', () => {
  for (const { method } of curves) {
    it(`signs the octets between the bars, so that others verify them, with ${method}`, () => {
      const pair = keyPairOf(makeKey(method, createSeededRandom('keys')));
      const reading = { TM: '2026-07-24T13:22:04,000+0200 S', TX: 'B', RV: '2935.6000', RI: '01-00:B0.08.00*FF' };
      const blob = signOcmf(
        {
          FV: '1.2',
          PG: 'T1',
          MS: 'M-1',
          IS: false,
          IT: 'NONE',
          TT: 'Ä|ö\n',
          RD: [{ ...reading, RU: 'kWh', ST: 'G' }],
        },
        pair,
      );
      const [, payload = '', ...rest] = blob.data.split('|');
      assert.equal(rest.length, 1, 'a bar within the payload is escaped');
      assert.match(payload, /"RV":2935\.6000,/);
      const key = createPublicKey({ key: Buffer.from(blob.publicKey, 'hex'), format: 'der', type: 'spki' });
      const { data } = readOcmf(blob.data).signature;
      assert.ok(verify('sha256', Buffer.from(payload, 'utf8'), key, data));
      assert.ok(!verify('sha256', Buffer.from(payload.replace('2935.6000', '2935.6001'), 'utf8'), key, data));
      assert.equal(readPublicKey(blob.publicKey).curve.method, method);
    });
  }

  it('is the same from the same chance, and another one from another', () => {
    const [first] = curves;
    const key = (seed: string): string => keyPairOf(makeKey(first?.method ?? '', createSeededRandom(seed))).publicKey;
    assert.equal(key('a'), key('a'));
    assert.notEqual(key('a'), key('b'));
  });

  it('is refused for a method that OCMF does not know', () => {
    const refusal = {
      code: 'simulator.refused',
      message: /no signature method "RSA"; known are ECDSA-secp256r1-SHA256/,
    };
    assert.throws(() => makeKey('RSA', createSeededRandom('keys')), refusal);
  });
});

describe('the register as it is signed', () => {
  it('never shows more than was counted, and keeps its zeros', () => {
    const shown = [0, 0.09, 0.1, 999.99, 2_935_600, 2_935_600.05, 0.1 + 0.2].map((wattHours) => {
      const steps = registerSteps(wattHours);
      return [stepsInWattHours(steps), stepsInKilowattHours(steps)];
    });
    assert.deepEqual(shown, [
      [0, '0.0000'],
      [0, '0.0000'],
      [0.1, '0.0001'],
      [999.9, '0.9999'],
      [2_935_600, '2935.6000'],
      [2_935_600, '2935.6000'],
      [0.3, '0.0003'],
    ]);
  });
});
