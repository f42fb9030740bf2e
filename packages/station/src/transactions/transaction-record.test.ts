import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Json } from '../core/json.ts';
import { recordFromJson, recordToJson, type TransactionRecord } from './transaction-record.ts';

const record: TransactionRecord = {
  key: 'T-1',
  evse: 1,
  connector: 1,
  idToken: 'CARD',
  parentIdToken: 'FLEET',
  stage: 'stopping',
  startedMs: 1_000,
  meterStartWh: 10,
  lastMs: 2_000,
  lastWh: 20,
  nextIndex: 3,
  samples: 1,
  stop: { reason: 'remote', idToken: null, timeMs: 2_000 },
};

test('a record comes back from the store as it was, through text', () => {
  for (const one of [record, { ...record, stage: 'starting', parentIdToken: null, stop: null } as const]) {
    assert.deepEqual(recordFromJson(JSON.parse(JSON.stringify(recordToJson(one))) as Json), one);
  }
});

test('what cannot be closed by it is no record: every part that closing needs must be there', () => {
  const whole = recordToJson(record) as Readonly<Record<string, Json>>;
  for (const part of ['key', 'evse', 'idToken', 'stage', 'lastMs', 'lastWh', 'nextIndex']) {
    for (const wrong of [undefined, null, [], {}, true]) {
      assert.equal(recordFromJson({ ...whole, [part]: wrong } as Json), undefined, `${part}: ${String(wrong)}`);
    }
  }
  for (const value of [null, 'T-1', 7, [whole]]) assert.equal(recordFromJson(value), undefined);
});

test('a stage that this version does not know is no record', () => {
  assert.equal(recordFromJson({ ...(recordToJson(record) as object), stage: 'sleeping' }), undefined);
});
