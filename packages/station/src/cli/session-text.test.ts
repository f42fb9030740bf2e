import assert from 'node:assert/strict';
import { test } from 'node:test';

import { logbookText } from './logbook-command.ts';
import { checkText, sessionsText, sessionText } from './session-text.ts';

const session = {
  number: 3,
  transaction: 'tx-3',
  transactionId: null,
  connector: 1,
  idToken: '04A1B2C3',
  stopIdToken: null,
  startedAt: '2026-11-02T08:00:00.000Z',
  endedAt: '2026-11-02T09:30:00.000Z',
  meterStartWh: 1_000,
  meterStopWh: 12_000,
  energyWh: 11_000,
  reason: 'local',
  evse: 1,
  billing: 'unbillable',
  problem: 'the meter was lost',
  state: 'waiting',
  meterSerial: 'M-1',
  test: true,
  records: 1,
};

test('sessions are told one after the other, and where the next ones are', () => {
  assert.equal(
    sessionsText({ sessions: [session], next: 3 }),
    [
      '3  2026-11-02 09:30:00Z  connector 1  11.000 kWh  card 04A1B2C3  unbillable: the meter was lost, 1 signed record, not delivered yet',
      '    tx-3',
      'More with --before 3.',
      '',
    ].join('\n'),
  );
  assert.equal(sessionsText({ sessions: [], next: null }), 'No session so far.\n');
});

test('a session that was free of charge and told to no backend says so', () => {
  const free = { ...session, idToken: '', billing: 'unsigned', free: true, state: 'kept', records: 0 };
  assert.match(
    sessionsText({ sessions: [free], next: null }),
    /11\.000 kWh {2}no card {2}free of charge, unsigned, told to no backend\n/,
  );
  assert.match(sessionText({ ...free, signedRecords: [] }), /^Card +none$/m);
});

test('one session is told with the text of its records', () => {
  const signedRecords = [
    { number: 7, context: 'Transaction.Begin', pagination: 'T7', state: 'delivered', test: true, data: 'OCMF|{}|{}' },
  ];
  const text = sessionText({ ...session, signedRecords });
  assert.match(text, /^Transaction +tx-3, at the backend unknown$/m);
  assert.match(text, /^Place +connector 1, meter M-1 \(TEST ONLY\)$/m);
  assert.match(text, /^7  Transaction\.Begin  T7  delivered \(TEST ONLY\)\nOCMF\|\{\}\|\{\}$/m);
});

test('a check tells what is wrong, or that nothing is', () => {
  assert.equal(checkText({ records: 2, problems: [], gaps: [] }), '2 signed records checked. Nothing is wrong.\n');
  const gaps = [{ evse: 1, meterSerial: 'M-1', from: 'T3', to: 'T5' }];
  assert.equal(
    checkText({ records: 1, problems: ['Record 2 cannot be read.'], gaps }),
    '1 signed record checked. 2 findings:\nRecord 2 cannot be read.\nMeter M-1 at EVSE 1: T3 to T5 missing.\n',
  );
});

test('the logbook is told with who did what where', () => {
  const entry = {
    number: 1,
    at: '2026-11-02T08:00:00.000Z',
    estimated: true,
    kind: 'timeSet',
    evse: 0,
    by: 'station',
    text: 'Set.',
    detail: 'M-1',
  };
  assert.equal(
    logbookText({ entries: [entry], next: null }),
    '1  2026-11-02 08:00:00Z (estimated)  station  timeSet, by station: Set. (M-1)\n',
  );
});
