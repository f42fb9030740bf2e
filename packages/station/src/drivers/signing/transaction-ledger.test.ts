import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { beginTransaction, endTransaction, openTransaction, recordsAfter, signReading } from './transaction-ledger.ts';
import type { MakeBoundary, TransactionLedger } from './transaction-ledger.ts';

const fresh: TransactionLedger = { pagination: 0, transactions: [] };
const make: MakeBoundary = ({ number, event, order }) => ({
  reading: { energyImportWh: 5 },
  signed: [
    {
      encoding: 'OCMF',
      method: 'TEST',
      data: `${number} ${event} ${order?.transaction ?? 'none'} ${order?.idToken ?? ''}`,
      publicKey: '',
    },
  ],
});
const signsNothing: MakeBoundary = () => ({ reading: { energyImportWh: 5 }, signed: [] });
const a = { transaction: 'a', idToken: 'CARD' };

describe("the meter's transactions", () => {
  it('are numbered without a gap and keep the identifier', () => {
    const begun = beginTransaction(fresh, a, make);
    const read = signReading(begun.meter, 'a', make);
    const ended = endTransaction(read?.meter ?? fresh, 'a', 'L', make);
    const data = [begun, read, ended].map((each) => each?.boundary.signed[0]?.data);
    assert.deepEqual(data, ['1 B a CARD', '2 C a CARD', '3 L a CARD']);
    assert.equal(openTransaction(ended.meter), null);
  });

  it('change nothing when begun or ended a second time', () => {
    const begun = beginTransaction(fresh, a, make);
    assert.deepEqual(beginTransaction(begun.meter, { ...a, idToken: 'OTHER' }, make), begun);
    const ended = endTransaction(begun.meter, 'a', 'E', make);
    assert.deepEqual(endTransaction(ended.meter, 'a', 'P', make), ended);
    assert.deepEqual(beginTransaction(ended.meter, a, make).boundary, begun.boundary);
  });

  it('are open one at a time: a new begin aborts the old one, which still answers', () => {
    const first = beginTransaction(fresh, a, make);
    const second = beginTransaction(first.meter, { transaction: 'b', idToken: 'CARD' }, make);
    assert.equal(openTransaction(second.meter), 'b');
    assert.equal(endTransaction(second.meter, 'a', 'E', make).boundary.signed[0]?.data, '2 A a CARD');
  });

  it('give the register for one that the meter does not know, and take no number for it', () => {
    const unknown = endTransaction(fresh, 'x', 'E', make);
    assert.deepEqual(unknown, { meter: fresh, boundary: { reading: { energyImportWh: 5 }, signed: [] } });
    assert.equal(signReading(fresh, 'x', make), null);
  });

  it('take no number for what was not signed', () => {
    const begun = beginTransaction(fresh, a, signsNothing);
    const ended = endTransaction(begun.meter, 'a', 'E', make);
    assert.deepEqual([begun.meter.pagination, ended.meter.pagination], [0, 1]);
  });

  it('are kept in a bounded number, as their records are', () => {
    let meter = fresh;
    for (let index = 0; index < 1_200; index += 1) {
      meter = beginTransaction(meter, { transaction: `t${index}`, idToken: '' }, make).meter;
    }
    assert.equal(meter.transactions.length, 100);
    assert.equal(meter.records?.length, 1_000);
  });

  it('are remembered as records, which can be read from any number on', () => {
    const ended = endTransaction(beginTransaction(fresh, a, make).meter, 'a', 'E', make).meter;
    assert.deepEqual(
      recordsAfter(ended, 0, 100).map(({ kind, signed }) => [kind, signed.data]),
      [
        ['begin', '1 B a CARD'],
        ['end', '2 E a CARD'],
      ],
    );
    assert.deepEqual(
      [recordsAfter(ended, 1, 100).length, recordsAfter(ended, 2, 100).length, recordsAfter(ended, 0, 1).length],
      [1, 0, 1],
    );
  });
});
