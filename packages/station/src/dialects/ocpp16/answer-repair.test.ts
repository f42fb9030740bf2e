import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { CallOutcome } from '@kerbside/ocpp';
import { ocpp16, type Ocpp16Action } from '@kerbside/ocpp/ocpp16';

import { repaired } from './answer-repair.ts';

function answered(action: Ocpp16Action, payload: unknown): CallOutcome {
  const violation = ocpp16.validateResponse(action, payload);
  assert.ok(violation !== undefined, 'the case is about answers that break their schema');
  return repaired(action, { kind: 'invalidResponse', violation, payload });
}

function result(payload: unknown): CallOutcome {
  return { kind: 'result', payload };
}

test('null stands for a member that is left out', () => {
  const idTagInfo = { status: 'Accepted', expiryDate: null, parentIdTag: null };
  assert.deepEqual(answered('Authorize', { idTagInfo }), result({ idTagInfo: { status: 'Accepted' } }));
  assert.deepEqual(answered('StopTransaction', { idTagInfo: null }), result({}));
});

test('a StartTransaction that was given an id is started, whatever else is wrong: it must not be sent again (fault 26)', () => {
  assert.deepEqual(answered('StartTransaction', { transactionId: 0 }), result({ transactionId: 0 }));
  assert.deepEqual(
    answered('StartTransaction', { transactionId: 7, idTagInfo: { status: 'Invalid', expiryDate: '' } }),
    result({ transactionId: 7, idTagInfo: { status: 'Invalid' } }),
  );
  assert.deepEqual(
    answered('StartTransaction', { transactionId: 7, idTagInfo: { status: 'Ok' } }),
    result({ transactionId: 7 }),
  );
});

test('an answer to StopTransaction or MeterValues says that they arrived', () => {
  assert.deepEqual(answered('StopTransaction', { idTagInfo: { status: 5 } }), result({}));
  assert.deepEqual(answered('StopTransaction', { idTagInfo: [] }), result({}));
});

test('what an answer has to name and does not name is not made up', () => {
  const hopeless: readonly (readonly [Ocpp16Action, unknown])[] = [
    ['StartTransaction', { idTagInfo: { status: 'Accepted' } }],
    ['StartTransaction', { transactionId: '7', idTagInfo: { status: 'Accepted' } }],
    ['StartTransaction', { transactionId: 1.5, idTagInfo: { status: 'Accepted' } }],
    ['StartTransaction', []],
    ['StopTransaction', 'ok'],
    ['Authorize', { idTagInfo: { status: 'Ok' } }],
    ['Authorize', { idTagInfo: null }],
    ['BootNotification', { status: 'Accepted', interval: 10, currentTime: null }],
  ];
  for (const [action, payload] of hopeless) assert.equal(answered(action, payload).kind, 'invalidResponse');
});
