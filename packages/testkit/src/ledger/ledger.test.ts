import assert from 'node:assert/strict';
import { mkdtempSync, appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';

import type { JsonObject } from '@kerbside/station';

import { LedgerFile } from './ledger-file.ts';
import { Ledger } from './ledger.ts';

const identity = 'CP1';
const startPayload: JsonObject = { connectorId: 1, idTag: 'TAG', meterStart: 100, timestamp: '2026-11-22T12:00:00Z' };

function time(minutes: number): string {
  return new Date(Date.UTC(2026, 10, 22, 12, minutes)).toISOString();
}

function book(
  ledger: Ledger,
  action: 'StartTransaction' | 'MeterValues' | 'StopTransaction',
  messageId: string,
  payload: JsonObject,
) {
  return ledger.book({ action, identity, messageId, payload, atMs: 0 });
}

function stopPayload(transactionId: number, more: JsonObject = {}): JsonObject {
  return { transactionId, meterStop: 200, timestamp: time(10), ...more };
}

function values(transactionId: number, minutes: number, more: JsonObject = {}): JsonObject {
  const sampledValue = [{ value: '150', context: 'Sample.Periodic' }];
  return { connectorId: 1, transactionId, meterValue: [{ timestamp: time(minutes), sampledValue }], ...more };
}

function kinds(ledger: Ledger, options = {}): readonly string[] {
  return ledger.problems(options).map(({ kind }) => kind);
}

test('a transaction started once and stopped once is clean', () => {
  const ledger = new Ledger();
  assert.equal(book(ledger, 'StartTransaction', 'a', startPayload).transactionId, 1);
  book(ledger, 'MeterValues', 'b', values(1, 5));
  book(ledger, 'StopTransaction', 'c', stopPayload(1, { reason: 'EVDisconnected' }));
  assert.deepEqual(ledger.problems(), []);
  const [transaction] = ledger.transactions(identity);
  assert.equal(transaction?.meterValues.length, 1);
  assert.equal(transaction?.stops[0]?.reason, 'EVDisconnected');
  assert.deepEqual(ledger.counts, { transactions: 1, open: 0, meterValues: 1, retransmissions: 0, doubles: 0 });
});

test('a retransmitted Start gets the same transaction id and counts apart', () => {
  const ledger = new Ledger({ transactionIds: { list: [0] } });
  assert.equal(book(ledger, 'StartTransaction', 'a', startPayload).transactionId, 0);
  assert.equal(book(ledger, 'StartTransaction', 'a', startPayload).transactionId, 0);
  book(ledger, 'StopTransaction', 'c', stopPayload(0));
  book(ledger, 'StopTransaction', 'c', stopPayload(0));
  assert.deepEqual(ledger.problems(), []);
  assert.equal(ledger.counts.retransmissions, 2);
});

test('without dedup a retransmitted Start opens a second transaction', () => {
  const ledger = new Ledger({ dedup: false });
  book(ledger, 'StartTransaction', 'a', startPayload);
  assert.equal(book(ledger, 'StartTransaction', 'a', startPayload).transactionId, 2);
  book(ledger, 'StopTransaction', 'c', stopPayload(2));
  assert.deepEqual(kinds(ledger), ['openForEver', 'openedAgain']);
});

test('the same Start under another message id is a double', () => {
  const ledger = new Ledger();
  book(ledger, 'StartTransaction', 'a', startPayload);
  book(ledger, 'StartTransaction', 'b', startPayload);
  assert.equal(ledger.counts.doubles, 1);
  assert.deepEqual(kinds(ledger, { open: true }), ['startedTwice']);
});

test('ids are given by list, then counter, and never taken twice', () => {
  const ledger = new Ledger({ transactionIds: { list: [-16, 2_147_483_647], first: 40 } });
  const ids = ['a', 'b', 'c', 'd'].map(
    (id, connectorId) => book(ledger, 'StartTransaction', id, { ...startPayload, connectorId }).transactionId,
  );
  assert.deepEqual(ids, [-16, 2_147_483_647, 40, 41]);
});

const troubles: Readonly<Record<string, (ledger: Ledger) => void>> = {
  stoppedTwice: (ledger) => book(ledger, 'StopTransaction', 's2', stopPayload(1, { timestamp: time(11) })),
  stopWithoutStart: (ledger) => book(ledger, 'StopTransaction', 's2', stopPayload(9)),
  meterValuesWithoutStart: (ledger) => book(ledger, 'MeterValues', 'm2', values(9, 5)),
  meterValuesAfterStop: (ledger) => book(ledger, 'MeterValues', 'm2', values(1, 9)),
};

for (const [kind, trouble] of Object.entries(troubles)) {
  test(`${kind} is found`, () => {
    const ledger = new Ledger();
    book(ledger, 'StartTransaction', 'a', startPayload);
    book(ledger, 'StopTransaction', 's1', stopPayload(1));
    trouble(ledger);
    assert.deepEqual(kinds(ledger), [kind]);
  });
}

test('times and meter going backwards, a wrong connector and repeated readings are found', () => {
  const ledger = new Ledger();
  book(ledger, 'StartTransaction', 'a', startPayload);
  book(ledger, 'MeterValues', 'm1', values(1, 5));
  book(ledger, 'MeterValues', 'm2', values(1, 4));
  book(ledger, 'MeterValues', 'm3', values(1, 6, { connectorId: 2 }));
  book(ledger, 'MeterValues', 'm4', values(1, 6, { connectorId: 2 }));
  book(ledger, 'StopTransaction', 's1', stopPayload(1, { meterStop: 99 }));
  assert.deepEqual(kinds(ledger), ['wrongConnector', 'meterValuesTwice', 'meterBackwards', 'timesBackwards']);
});

test('an exported ledger goes on in another process where it stood', () => {
  const first = new Ledger();
  book(first, 'StartTransaction', 'a', startPayload);
  const second = new Ledger();
  second.import(JSON.parse(JSON.stringify(first.export())));
  assert.equal(book(second, 'StartTransaction', 'a', startPayload).transactionId, 1);
  assert.equal(book(second, 'StartTransaction', 'b', { ...startPayload, connectorId: 2 }).transactionId, 2);
  assert.deepEqual(kinds(second, { open: [1, 2] }), []);
});

test('a ledger file survives a kill in the middle of a line', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ledger-'));
  const path = join(folder, 'ledger.jsonl');
  const file = new LedgerFile(path);
  const ledger = new Ledger({ onEntry: (entry) => file.append(entry) });
  book(ledger, 'StartTransaction', 'a', startPayload);
  file.close();
  appendFileSync(path, '{"action":"StopTr');
  const again = new LedgerFile(path);
  for (const entry of ledger.entries) again.append({ ...entry, messageId: 'b' });
  again.close();
  assert.deepEqual(again.entries, ledger.entries);
  assert.equal(readFileSync(path, 'utf8').trim().split('\n').length, 2);
  writeFileSync(path, '{"some":"other file"}\n');
  assert.throws(() => new LedgerFile(path), { code: 'ledger.damaged' });
  rmSync(folder, { recursive: true });
});
