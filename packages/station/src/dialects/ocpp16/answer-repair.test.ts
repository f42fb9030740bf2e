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

test('a time without a zone is read as UTC, a text that is no time is not mended (T-20)', () => {
  const boot = (currentTime: string): CallOutcome =>
    answered('BootNotification', { status: 'Accepted', interval: 10, currentTime });
  const good = { status: 'Accepted', interval: 10, currentTime: '2026-11-22T12:00:00.5Z' };
  assert.deepEqual(boot('2026-11-22T12:00:00.5'), result(good));
  assert.deepEqual(boot('2026-11-22 12:00:00.5'), result(good));
  for (const text of ['2026-11-22', '2026-13-22T12:00:00', 'now']) assert.equal(boot(text).kind, 'invalidResponse');
  assert.deepEqual(answered('Authorize', { idTagInfo: { status: 'Accepted', expiryDate: '2026-11-22T12:00:00' } }), {
    kind: 'result',
    payload: { idTagInfo: { status: 'Accepted', expiryDate: '2026-11-22T12:00:00Z' } },
  });
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
