import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';
import { Ledger, type LedgerEntry } from '@kerbside/testkit';

import type { RecordedFact } from '../../test/e2e/parts/daemon-log.ts';
import { messageIdOf } from '../../packages/station/src/delivery/message-id.ts';
import { problemsOf, type RoundEvidence } from './verdict.ts';

const timestamp = '2026-11-22T12:00:00Z';
const seen = { id: 1, plugged: false, contactorClosed: false, meterOpen: false };

interface Sent {
  readonly seq: number;
  readonly action: LedgerEntry['action'];
  readonly payload: JsonObject;
}

const start: Sent = {
  seq: 0,
  action: 'StartTransaction',
  payload: { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp },
};
const values: Sent = { seq: 1, action: 'MeterValues', payload: { connectorId: 1, transactionId: 1, meterValue: [] } };
const stop: Sent = { seq: 2, action: 'StopTransaction', payload: { transactionId: 1, meterStop: 150, timestamp } };

function recorded(...seqs: readonly number[]): readonly RecordedFact[] {
  const facts = ['transactionStarted', 'meterValues', 'transactionEnded'];
  return seqs.map((seq) => ({ seq, transaction: 'tx', fact: facts[seq] ?? '' }));
}

function booksOf(sent: readonly Sent[]): readonly LedgerEntry[] {
  const ledger = new Ledger();
  const installation = '0123456789abcdef';
  for (const { seq, action, payload } of sent) {
    const messageId = messageIdOf({ installation, seq, refusals: 0 });
    ledger.book({ action, identity: 'CP1', messageId, payload, atMs: 0 });
  }
  return ledger.entries;
}

/** A round of one clean transaction of 50.4 Wh, in which something is as told. */
function round(sent: readonly Sent[], changes: Partial<RoundEvidence> = {}): readonly string[] {
  return problemsOf({
    entries: booksOf(sent),
    recorded: recorded(0, 1, 2),
    started: new Map([['tx', 1]]),
    meter: [{ transaction: 'tx', evse: 1, idToken: 'TAG', beginWh: 100.2, endWh: 150.6 }],
    before: [{ ...seen, wattHours: 100.2 }],
    after: [{ ...seen, wattHours: 150.6 }],
    kills: 1,
    ...changes,
  });
}

test('a clean round has no problems, retransmissions or not', () => {
  assert.deepEqual(round([start, values, stop]), []);
  assert.deepEqual(round([start, start, values, stop, stop]), []);
});

test('what was on disk but untold may be in the books after a kill', () => {
  assert.deepEqual(round([start, values, stop], { recorded: recorded(0, 2) }), []);
  assert.match(round([start, values, stop], { recorded: recorded(0, 2), kills: 0 }).join(), /made up/);
});

const bad: readonly (readonly [string, readonly Sent[], Partial<RoundEvidence>, RegExp])[] = [
  ['a lost sample', [start, stop], {}, /lost: meterValues 1/],
  ['a lost Stop', [start, values], {}, /never stopped.*lost: transactionEnded/s],
  ['a lost transaction', [], {}, /lost: transaction tx/],
  ['a double', [start, { ...start, seq: 3 }, values, stop], {}, /doubled: StartTransaction/],
  ['another order', [start, stop, values], {}, /out of order: MeterValues/],
  ['a wrong id', [start, { ...values, payload: { ...values.payload, transactionId: 9 } }, stop], {}, /wrong id/],
  [
    'a wrong register',
    [start, values, { ...stop, payload: { ...stop.payload, meterStop: 151 } }],
    {},
    /its meter.*"meterStop":150/,
  ],
  [
    'energy outside a transaction',
    [start, values, stop],
    { after: [{ ...seen, wattHours: 155 }] },
    /energy at EVSE 1: 54\.800 Wh flowed, 50 Wh/,
  ],
  ['a transaction that no meter knows', [start, values, stop], { meter: [] }, /made up: no meter knows/],
];

for (const [name, sent, changes, pattern] of bad) {
  test(`${name} is a problem`, () => {
    assert.match(round(sent, changes).join('\n'), pattern);
  });
}
