import assert from 'node:assert/strict';
import { sign } from 'node:crypto';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { curves } from './curves.ts';
import { readOcmf } from './record.ts';
import { nodeVerify, testKey } from './test-records.ts';
import { verifyRecord } from './verify.ts';
import { writeOcmf, type OcmfPayload } from './write.ts';

const noSignature = (): Uint8Array => Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 1);
const reading = {
  TM: '2026-07-24T13:22:04,000+0200 S',
  TX: 'B',
  RV: '2935.600',
  RI: '01-00:B2.08.00*FF',
  RU: 'kWh',
  ST: 'G',
} as const;
const payload: OcmfPayload = { FV: '1.0', PG: 'T1', MS: 'M-1', IS: false, IT: 'NONE', RD: [reading] };

/** Texts with umlauts, control characters, bars, quotes and halves of pairs. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('ä', 'ß', '€', '|', '"', '\\', '\n', '\u0000', '\u007F', '\u2028', '😀', '\uD800'),
    fc.string({ minLength: 1, maxLength: 1 }),
  ),
  maxLength: 60,
});
const register = fc
  .tuple(fc.nat(99_999_999), fc.stringMatching(/^\d{0,4}$/))
  .map(([whole, fraction]) => `${whole}${fraction === '' ? '' : `.${fraction}`}`);

describe('a record that is written', () => {
  it('has its fields in the order of the format, and registers with their trailing zeros', () => {
    const text = writeOcmf({ ...payload, RD: [reading], FV: '1.0', GI: 'Ä|\n' }, noSignature);
    assert.equal(
      text,
      String.raw`OCMF|{"FV":"1.0","GI":"Ä\u007c\n","PG":"T1","MS":"M-1","IS":false,"IT":"NONE","RD":[{"TM":"2026-07-24T13:22:04,000+0200 S","TX":"B","RV":2935.600,"RI":"01-00:B2.08.00*FF","RU":"kWh","ST":"G"}]}|{"SA":"ECDSA-secp256r1-SHA256","SD":"3006020101020101"}`,
    );
  });

  it('has only the fields that the version it announces knows', () => {
    const all = { ...payload, TT: 'text', LC: { LR: 10, LU: 'mOhm' }, CF: '1.0' } as const;
    const keys = (FV: string): readonly string[] =>
      Object.keys(JSON.parse(writeOcmf({ ...all, FV }, noSignature).split('|')[1] ?? '')).filter((key) =>
        ['TT', 'LC', 'CF'].includes(key),
      );
    assert.deepEqual(['1.0', '1.1', '1.2', '1.3', '1.4'].map(keys), [
      [],
      ['TT'],
      ['TT', 'LC'],
      ['TT', 'CF', 'LC'],
      ['TT', 'CF', 'LC'],
    ]);
  });

  it('is refused when its register is no decimal number', () => {
    for (const RV of ['1,5', '1e3', '', 'NaN', '01', ' 1', '1} ,{"RV":2']) {
      assert.throws(() => writeOcmf({ ...payload, RD: [{ ...reading, RV }] }, noSignature), /no decimal number/, RV);
    }
  });

  it('is read again as it was written and verifies, whatever texts it holds, on every curve', async () => {
    const keys = curves.map((curve) => testKey(curve));
    const fields = fc.record({
      key: fc.constantFrom(...keys),
      GI: anyText,
      TT: anyText,
      ID: anyText,
      RV: register,
      encoding: fc.constantFrom('hex', 'base64'),
    });
    await fc.assert(
      fc.asyncProperty(fields, async ({ key, GI, TT, ID, RV, encoding }) => {
        const text = writeOcmf(
          { ...payload, FV: '1.1', GI, TT, ID, RD: [{ ...reading, RV }] },
          (octets) => sign('sha256', octets, key.privateKey),
          { curve: key.curve, encoding },
        );
        const record = readOcmf(text);
        const { GI: gi, TT: tt, ID: id } = record.fields;
        assert.deepEqual([gi, tt, id, record.readings[0]?.value], [GI, TT, ID, RV]);
        assert.equal(record.signature.curve, key.curve);
        assert.deepEqual(await verifyRecord(text, key.publicKey, nodeVerify), {
          signature: 'valid',
          why: null,
          findings: [],
          ok: true,
        });
      }),
    );
  });
});
