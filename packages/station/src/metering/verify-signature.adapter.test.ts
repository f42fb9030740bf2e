import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { curves, readOcmf, verifyRecord, type Curve } from '@kerbside/ocmf';
import { Signer, Verifier, type SignatureMethodId } from '@road-labs/ocmf';
import type { CryptoAdapter } from '@road-labs/ocmf-crypto';
import { Crypto } from '@road-labs/ocmf-crypto-noble';

import { createSeededRandom } from '../core/random.ts';
import { keyPairOf, makeKey, type KeyPair } from '../drivers/signing/key-pair.ts';
import { signOcmf } from '../drivers/signing/sign-ocmf.ts';
import { verifySignature } from './verify-signature.ts';

const crypto: CryptoAdapter = new Crypto();
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const skip = hasOpenssl ? false : 'openssl is not installed';
const reading = { TM: '2026-07-24T13:22:04,000+0200 S', TX: 'B', RI: '01-00:B2.08.00*FF', RU: 'kWh', ST: 'G' } as const;

function pairOf({ method }: Curve, seed: string): KeyPair {
  return keyPairOf(makeKey(method, createSeededRandom(seed)));
}

function recordOf(pair: KeyPair, number: number): string {
  const head = { FV: '1.1', PG: `T${number}`, MS: 'M-1', IS: false, IT: 'NONE', TT: 'Tarif für Gäste, 0,49 €/kWh\n' };
  return signOcmf({ ...head, RD: [{ ...reading, RV: `${number}.600` }] }, pair).data;
}

/** The other implementation wants the curve within the private key too, where RFC 5958 lets it be left out. */
function pkcs8Of(privateKey: KeyObject, spki: Buffer, { bytes }: Curve): Buffer {
  const der = (tag: number, ...parts: readonly Uint8Array[]): Buffer => {
    const body = Buffer.concat(parts);
    const length =
      body.length < 0x80 ? [body.length] : body.length < 0x100 ? [0x81, body.length] : [0x82, 1, body.length - 256];
    return Buffer.concat([Buffer.of(tag, ...length), body]);
  };
  // What precedes the bit string of the point (tag, length, unused bits, 4, x, y) is the algorithm, in a sequence.
  const algorithm = spki.subarray(2, spki.length - (2 * bytes + 4));
  const sec1 = privateKey.export({ format: 'der', type: 'sec1' });
  return der(0x30, Buffer.of(2, 1, 0), algorithm, der(0x04, sec1));
}

async function othersVerify(text: string, publicKey: string): Promise<boolean> {
  const key = await crypto.decodeEcPublicKey(Buffer.from(publicKey, 'hex'), 'spki-der');
  return (await new Verifier(crypto).parseAndVerify(text, key)).verified;
}

function opensslVerifies(text: string, publicKey: string): boolean {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-openssl-'));
  try {
    const { parts, signature } = readOcmf(text);
    writeFileSync(join(folder, 'payload'), parts.payload);
    writeFileSync(join(folder, 'signature'), signature.data);
    const body = Buffer.from(publicKey, 'hex').toString('base64');
    writeFileSync(join(folder, 'key.pem'), `-----BEGIN PUBLIC KEY-----\n${body}\n-----END PUBLIC KEY-----\n`);
    const words = ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature', 'payload'];
    const { status, stdout } = spawnSync('openssl', words, { cwd: folder, encoding: 'utf8' });
    assert.match(stdout, status === 0 ? /Verified OK/ : /Verification failure/i);
    return status === 0;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the check of a signature', () => {
  for (const curve of curves) {
    it(`agrees with another implementation of OCMF on ${curve.method}`, async () => {
      const pair = pairOf(curve, 'own');
      for (let number = 1; number <= 4; number++) {
        const text = recordOf(pair, number);
        const changed = text.replace('.600', '.60');
        const stranger = pairOf(curve, 'stranger').publicKey;
        for (const [record, key, expected] of [
          [text, pair.publicKey, true],
          [changed, pair.publicKey, false],
          [text, stranger, false],
        ] as const) {
          assert.equal((await verifyRecord(record, key, verifySignature)).signature === 'valid', expected);
          assert.equal(await othersVerify(record, key), expected);
        }
      }
    });

    it(`agrees with openssl on ${curve.method}`, { skip }, async () => {
      const pair = pairOf(curve, 'own');
      const text = recordOf(pair, 7);
      const changed = text.replace('.600', '.60');
      for (const [record, expected] of [
        [text, true],
        [changed, false],
      ] as const) {
        assert.equal(opensslVerifies(record, pair.publicKey), expected);
        assert.equal((await verifyRecord(record, pair.publicKey, verifySignature)).signature === 'valid', expected);
      }
    });

    it(`accepts what another implementation signs with ${curve.method}`, async () => {
      const { privateKey: own, publicKey } = generateKeyPairSync('ec', { namedCurve: curve.opensslName });
      const spki = publicKey.export({ format: 'der', type: 'spki' });
      const privateKey = await crypto.decodeEcPrivateKey(pkcs8Of(own, spki, curve), 'pkcs8-der');
      const payload = { FV: '1.0', PG: 'T1', MS: 'M-1', RD: [{ ...reading, RV: 12.5 }] };
      const text = await new Signer(crypto).sign(payload as never, privateKey, curve.method as SignatureMethodId);
      assert.equal((await verifyRecord(text, spki.toString('hex'), verifySignature)).signature, 'valid');
    });
  }
});
