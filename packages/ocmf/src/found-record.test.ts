import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import { base64Of } from './bytes.ts';
import { csvRows } from './csv-rows.ts';
import { findRecords } from './found-record.ts';
import { OcmfError } from './ocmf-error.ts';
import { ocaPublicKey } from './public-key.ts';
import { payloadText, signedText, testKey } from './test-records.ts';
import { transparencyXml } from './transparency-xml.ts';

const key = testKey();
const begin = signedText(key, payloadText({ TT: '0,49 €/kWh, "fast"' }));
const end = signedText(key, JSON.stringify(JSON.parse(payloadText({ PG: 'T2' })), null, 2));
const plain = { format: 'OCMF', publicKey: null, context: null, transaction: null };

function oca(data: string, publicKey = ''): string {
  const signedMeterData = base64Of(new TextEncoder().encode(data));
  return JSON.stringify({ signedMeterData, signingMethod: '', encodingMethod: 'OCMF', publicKey });
}

describe('the records in a text', () => {
  it('are found in OCMF, one after another and with lines within', () => {
    assert.deepEqual(findRecords(`\uFEFF${begin}\r\n\n  ${end}\n`), [
      { ...plain, data: begin },
      { ...plain, data: end },
    ]);
  });

  it('are found in the XML of the transparency software', () => {
    const value = { transactionId: 7, format: 'OCMF', publicKey: key.publicKey };
    const xml = transparencyXml([
      { ...value, context: 'Transaction.Begin', data: begin },
      { ...value, context: 'Transaction.End', data: end },
    ]);
    const found = { format: 'OCMF', publicKey: key.publicKey, transaction: '7' };
    assert.deepEqual(findRecords(xml), [
      { ...found, context: 'Transaction.Begin', data: begin },
      { ...found, context: 'Transaction.End', data: end },
    ]);
  });

  it('are found in a StopTransaction, with the raw values beside them', () => {
    const values = (context: string, data: string, publicKey?: string) => ({
      timestamp: '2026-07-24T11:22:04.000Z',
      sampledValue: [
        { value: '2935600', context, unit: 'Wh' },
        { value: oca(data, publicKey), context, format: 'SignedData' },
      ],
    });
    const transactionData = [
      values('Transaction.Begin', begin, ocaPublicKey(key.publicKey)),
      values('Transaction.End', end),
    ];
    const frame = [2, '17', 'StopTransaction', { transactionId: 42, meterStop: 2935600, transactionData }];
    const found = [
      {
        data: begin,
        format: 'OCMF',
        publicKey: ocaPublicKey(key.publicKey),
        context: 'Transaction.Begin',
        transaction: '42',
      },
      { data: end, format: 'OCMF', publicKey: null, context: 'Transaction.End', transaction: '42' },
    ];
    assert.deepEqual(findRecords(JSON.stringify(frame)), found);
    assert.deepEqual(findRecords(JSON.stringify(frame[3], null, 2)), found);
    const lines = `${JSON.stringify({ at: 1, frame: JSON.stringify(frame) })}\n{"at":2}\n`;
    assert.deepEqual(findRecords(lines), found);
  });

  it('are found in the bare form of older backends, and in what the station lists', () => {
    assert.deepEqual(
      findRecords(JSON.stringify({ transactionId: 3, sampledValue: [{ value: begin, context: 'Transaction.Begin' }] })),
      [{ ...plain, data: begin, context: 'Transaction.Begin', transaction: '3' }],
    );
    const listed = {
      number: 1,
      context: 'Transaction.End',
      encoding: 'OCMF',
      method: '',
      data: end,
      publicKey: key.publicKey,
    };
    assert.deepEqual(
      findRecords(JSON.stringify({ transaction: 'tx-1', transactionId: '9', signedRecords: [listed] })),
      [{ data: end, format: 'OCMF', publicKey: key.publicKey, context: 'Transaction.End', transaction: 'tx-1' }],
    );
  });

  it('are found in a table, and in base64', () => {
    const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
    const table = `number,transaction,context,publicKey,data\r\n1,tx-1,Transaction.Begin,${key.publicKey},${quoted(begin)}\r\n2,,,,${quoted(end)}\r\n`;
    assert.deepEqual(findRecords(table), [
      { data: begin, format: 'OCMF', publicKey: key.publicKey, context: 'Transaction.Begin', transaction: 'tx-1' },
      { ...plain, data: end },
    ]);
    assert.deepEqual(findRecords(base64Of(new TextEncoder().encode(begin))), [{ ...plain, data: begin }]);
  });

  it('that are of another format keep its name', () => {
    const xml = transparencyXml([
      { transactionId: 1, context: null, format: 'EDL_40_P', data: '3F0A', publicKey: '04' },
    ]);
    assert.equal(findRecords(xml)[0]?.format, 'EDL_40_P');
  });

  it('are missed with words in whatever holds none', () => {
    const none = [
      '',
      'hello',
      '{}',
      '[]',
      '<values/>',
      'a,b\n1,2',
      'data\n',
      '{"data":"text"}',
      oca(begin).replace('T0NN', '!!!!'),
      `[${'['.repeat(5000)}`,
    ];
    for (const text of none) assert.throws(() => findRecords(text), OcmfError, text.slice(0, 30));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.throws(() => findRecords(text), OcmfError);
      }),
    );
  });
});

describe('a table', () => {
  it('is read as it was written', () => {
    const cell = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', ' ', 'ü'), maxLength: 8 });
    const written = (rows: readonly (readonly string[])[]): string =>
      rows.map((row) => `${row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')}\r\n`).join('');
    fc.assert(
      fc.property(fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 4 }), (rows) => {
        assert.deepEqual(csvRows(written(rows)), rows);
      }),
    );
    assert.deepEqual(csvRows('a,b\n\n1,\n'), [
      ['a', 'b'],
      ['1', ''],
    ]);
  });
});
