import assert from 'node:assert/strict';
import { test } from 'node:test';

import { eichrechtText } from './eichrecht-command.ts';

const archive = { records: 12, undelivered: 4, capacity: 50_000, blocked: null };

test('a connector is told with its meter, what blocks it, and what to do about it', () => {
  const meter = {
    serial: 'M-1',
    publicKey: '3059',
    clock: 'informative',
    condition: 'good',
    pagination: 7,
    test: true,
    component: { name: 'signer', version: '1.0', checksum: 'abc' },
  };
  const block = {
    cause: 'undelivered',
    since: '2026-11-22T12:00:00.000Z',
    info: 'Signed data are not delivered',
    sentence: 'The backend did not take signed data.',
    detail: '2 messages',
    remedy: 'Make the backend take them.',
    releasableBy: 'operator',
  };
  const connectors = [{ evse: 1, applies: true, meter, undelivered: 2, blocks: [block] }];
  assert.equal(
    eichrechtText({ connectors, archive }),
    [
      'connector 1: calibration law applies; 2 messages with signed data are not delivered',
      '  meter      M-1, for tests only: good, clock informative, last record 7',
      '  key        3059',
      '  component  signer 1.0, abc',
      '  blocked    undelivered since 2026-11-22T12:00:00.000Z: The backend did not take signed data. (2 messages)',
      '             Make the backend take them. (may be released by the operator)',
      'signed records: 12 of 50000, 4 not delivered',
      '',
    ].join('\n'),
  );
});

test('a connector without a meter that signs says so', () => {
  const connectors = [{ evse: 1, applies: false, meter: null, undelivered: 0, blocks: [] }];
  assert.equal(
    eichrechtText({ connectors, archive }),
    [
      'connector 1: calibration law does not apply',
      '  meter      gives no answer, or does not sign',
      'signed records: 12 of 50000, 4 not delivered',
      '',
    ].join('\n'),
  );
});
