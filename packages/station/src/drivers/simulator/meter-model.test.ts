import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { beginTransaction, endTransaction, openTransaction } from './meter-model.ts';
import type { MakeBoundary, Meter } from './meter-model.ts';

const fresh: Meter = { registerWh: 5, mode: 'ok', delaySeconds: 0, pagination: 0, transactions: [] };
const make: MakeBoundary = (pagination, transaction, idToken, kind) => ({
  reading: { energyImportWh: 5 },
  signed: [
    { encoding: 'OCMF', method: 'TEST', data: `${pagination} ${kind} ${transaction} ${idToken}`, publicKey: '' },
  ],
});

describe("the meter's transactions", () => {
  it('are numbered without a gap and keep the identifier', () => {
    const begun = beginTransaction(fresh, 'a', 'CARD', make);
    const ended = endTransaction(begun.meter, 'a', make);
    assert.equal(begun.boundary.signed[0]?.data, '1 begin a CARD');
    assert.equal(ended.boundary.signed[0]?.data, '2 end a CARD');
    assert.equal(openTransaction(ended.meter), null);
  });

  it('change nothing when begun or ended a second time', () => {
    const begun = beginTransaction(fresh, 'a', 'CARD', make);
    assert.deepEqual(beginTransaction(begun.meter, 'a', 'OTHER', make), begun);
    const ended = endTransaction(begun.meter, 'a', make);
    assert.deepEqual(endTransaction(ended.meter, 'a', make), ended);
  });

  it('are open one at a time: a new begin ends the old one, which still answers', () => {
    const first = beginTransaction(fresh, 'a', 'CARD', make);
    const second = beginTransaction(first.meter, 'b', 'CARD', make);
    assert.equal(openTransaction(second.meter), 'b');
    assert.equal(endTransaction(second.meter, 'a', make).boundary.signed[0]?.data, '2 end a CARD');
  });

  it('give the register for one that the meter does not know, and take no number for it', () => {
    const unknown = endTransaction(fresh, 'x', make);
    assert.deepEqual(unknown, { meter: fresh, boundary: { reading: { energyImportWh: 5 }, signed: [] } });
  });

  it('are kept in a bounded number', () => {
    let meter = fresh;
    for (let index = 0; index < 250; index += 1) meter = beginTransaction(meter, `t${index}`, '', make).meter;
    assert.equal(meter.transactions.length, 100);
  });
});
