import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { base64Of, bytesOfHex } from './bytes.ts';
import { curves } from './curves.ts';
import { derOf, readDer } from './der.ts';
import { ocaPublicKey } from './public-key.ts';
import { readOcmf } from './record.ts';
import { nodeVerify, payloadText, signedText, testKey, type TestKey } from './test-records.ts';
import { verifyRecord } from './verify.ts';

const key = testKey();

function flipped(bytes: Uint8Array, bit: number): Uint8Array {
  return bytes.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
}

function withSignature(text: string, der: Uint8Array): string {
  const { payload } = readOcmf(text).parts;
  return `OCMF|${payload}|{"SA":"${readOcmf(text).signature.method}","SD":"${Buffer.from(der).toString('hex')}"}`;
}

async function signatureOf(text: string, publicKey: string | null): Promise<string> {
  return (await verifyRecord(text, publicKey, nodeVerify)).signature;
}

/** The texts of a record in which one bit of payload, signature or key is another. */
function bent(text: string, { publicKey }: TestKey, part: string, bit: number): readonly [string, string] {
  const { parts, signature } = readOcmf(text);
  if (part === 'key') return [text, Buffer.from(flipped(bytesOfHex(publicKey) ?? assert.fail(), bit)).toString('hex')];
  if (part === 'signature') return [withSignature(text, flipped(signature.data, bit)), publicKey];
  const payload = new TextDecoder().decode(flipped(new TextEncoder().encode(parts.payload), bit));
  return [`OCMF|${payload}|${parts.signature}`, publicKey];
}

describe('the verdict over a record', () => {
  for (const curve of curves) {
    it(`is valid for what was signed with ${curve.method}, and never after a bit was flipped`, async () => {
      const own = testKey(curve);
      const text = signedText(own, payloadText({ TT: '0,49 €/kWh für Gäste' }));
      assert.deepEqual(await verifyRecord(text, own.publicKey, nodeVerify), {
        signature: 'valid',
        why: null,
        findings: [],
        ok: true,
      });
      const { parts, signature } = readOcmf(text);
      const sizes = {
        payload: Buffer.byteLength(parts.payload),
        signature: signature.data.length,
        key: own.publicKey.length / 2,
      };
      const places = fc
        .constantFrom('payload', 'signature', 'key')
        .chain((part) => fc.tuple(fc.constant(part), fc.nat(sizes[part] * 8 - 1)));
      await fc.assert(
        fc.asyncProperty(places, async ([part, bit]) => {
          const [bad, badKey] = bent(text, own, part, bit);
          const verdict = await verifyRecord(bad, badKey, nodeVerify);
          assert.notEqual(verdict.signature, 'valid');
          assert.ok(verdict.why !== null && !verdict.ok);
        }),
        { numRuns: 60 },
      );
    });

    it(`does not come from another key, or from the other s of the same key, of ${curve.method}`, async () => {
      const own = testKey(curve);
      const text = signedText(own, payloadText());
      assert.equal(await signatureOf(text, testKey(curve).publicKey), 'invalid');
      const { r, s } = readDer(readOcmf(text).signature.data);
      assert.equal(await signatureOf(withSignature(text, derOf(s, r)), own.publicKey), 'invalid');
    });
  }

  it('holds for numbers of the signature that begin with zeros', async () => {
    const short = new Set<number>();
    for (let round = 0; round < 2000 && short.size < 2; round++) {
      const text = signedText(key, payloadText({ PG: `T${round}` }));
      const { r, s } = readDer(readOcmf(text).signature.data);
      if (r.length === 32 && s.length === 32) continue;
      short.add(r.length < 32 ? 0 : 1);
      assert.equal(await signatureOf(text, key.publicKey), 'valid');
      const padded = new Uint8Array(readOcmf(text).signature.data);
      padded[1] = (padded[1] ?? 0) + 1;
      const needless = Uint8Array.from([...padded.slice(0, 3), r.length + 1, 0, ...padded.slice(4)]);
      const verdict = await verifyRecord(withSignature(text, needless), key.publicKey, nodeVerify);
      assert.equal(verdict.signature, 'invalid');
    }
    assert.equal(short.size, 2, 'one in 128 has such a number');
  });

  it('is over the exact octets between the bars, blanks and line ends within them too', async () => {
    const pretty = JSON.stringify(JSON.parse(payloadText()), null, 2);
    assert.equal(await signatureOf(signedText(key, `\n ${pretty}\r\n`), key.publicKey), 'valid');
    assert.equal(await signatureOf(`\r\n${signedText(key, pretty)}  \n`, key.publicKey), 'valid');
    const text = signedText(key, pretty);
    assert.equal(await signatureOf(text.replace('\n', '\r\n'), key.publicKey), 'invalid');
    assert.equal(await signatureOf(text.replace('|{', '| {'), key.publicKey), 'invalid');
    // What a re-writer makes of the same numbers is another text.
    const zeros = signedText(key, payloadText());
    assert.equal(await signatureOf(zeros.replace('2935.600', '2935.6'), key.publicKey), 'invalid');
  });

  it('takes the key in any form, and a fourth part when there is no other', async () => {
    const text = signedText(key, payloadText());
    const spki = bytesOfHex(key.publicKey) ?? assert.fail();
    for (const form of [
      `0x${key.publicKey.toUpperCase()}`,
      base64Of(spki),
      ocaPublicKey(key.publicKey),
      key.publicKey.slice(-130),
    ]) {
      assert.equal(await signatureOf(text, form), 'valid', form);
    }
    assert.equal(await signatureOf(`${text}|${key.publicKey}`, null), 'valid');
    assert.equal(
      await signatureOf(`${text}|${key.publicKey}`, testKey().publicKey),
      'invalid',
      'the key that was asked for counts',
    );
  });

  it('is invalid with words when key and method are of different curves', async () => {
    const { publicKey } = testKey(curves.find(({ opensslName }) => opensslName === 'secp256k1'));
    assert.deepEqual(await verifyRecord(signedText(key, payloadText()), publicKey, nodeVerify), {
      signature: 'invalid',
      why: 'The key lies on secp256k1, the signature was made on prime256v1.',
      findings: [],
      ok: false,
    });
  });

  it('is neither when there is nothing to check with', async () => {
    const text = signedText(key, payloadText());
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'pem' });
    const cases = [
      [text, null, /no public key/],
      [text, '  ', /no public key/],
      [text, 'not a key', /neither hexadecimal nor base64/],
      [text, String(rsa), /no key of an elliptic curve/],
      [text.replace('secp256r1', 'secp521r1'), key.publicKey, /method ECDSA-secp521r1-SHA256 is not known/],
      [text.replace('"SA"', '"SM":"application/x-raw","SA"'), key.publicKey, /type application\/x-raw/],
      ['', key.publicKey, /does not begin with OCMF/],
      [text.replace('"RV"', '"TX":"B","RV"'), key.publicKey, /names TX twice/],
    ] as const;
    for (const [record, publicKey, words] of cases) {
      const verdict = await verifyRecord(record, publicKey, nodeVerify);
      assert.equal(verdict.signature, 'unverifiable', record);
      assert.match(verdict.why ?? '', words);
      assert.equal(verdict.ok, false);
    }
  });

  it('is not ok for a valid signature over something that may not be billed', async () => {
    const verdict = await verifyRecord(signedText(key, payloadText({ IL: 'INVALID' })), key.publicKey, nodeVerify);
    assert.equal(verdict.signature, 'valid');
    assert.deepEqual(
      verdict.findings.map(({ code }) => code),
      ['level.refused'],
    );
    assert.equal(verdict.ok, false);
  });

  it('never fails on any text', async () => {
    const junk = fc.oneof(
      fc.string(),
      fc.json().map((payload) => `OCMF|${payload}|{"SD":"00"}`),
      fc.json().map((payload) => `OCMF|{"FV":${payload},"RD":[{"RV":${payload},"TM":${payload}}]}|{"SD":"00"}`),
    );
    await fc.assert(
      fc.asyncProperty(junk, fc.string(), async (text, publicKey) => {
        assert.notEqual(await signatureOf(text, publicKey), 'valid');
      }),
      { numRuns: 500 },
    );
  });
});
