import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ocpp16 } from '@kerbside/ocpp/ocpp16';
import fc from 'fast-check';

import type { StatusReport } from '../../../delivery/session.ts';
import { statusTransitions, type ConnectorStatus } from '../../../evse/connector-status.ts';
import { encodeStatusNotification } from './status-notification.ts';

const report: StatusReport = {
  evse: 2,
  connector: 1,
  status: 'Charging',
  errorCode: 'NoError',
  info: null,
  vendorErrorCode: null,
  timeMs: Date.UTC(2026, 10, 22, 12),
};
const statuses = Object.keys(statusTransitions) as ConnectorStatus[];

test('a plain status has connector, error code, status and time, and nothing else', () => {
  assert.deepEqual(encodeStatusNotification(report, 'Kerbside'), {
    connectorId: 2,
    errorCode: 'NoError',
    status: 'Charging',
    timestamp: '2026-11-22T12:00:00.000Z',
  });
});

test('without a valid clock there is no time (N-08)', () => {
  assert.ok(!('timestamp' in encodeStatusNotification({ ...report, timeMs: null }, 'Kerbside')));
});

test('a fault carries its code, its text and the code of the vendor with the vendor (N-03)', () => {
  const faulted = {
    ...report,
    status: 'Faulted',
    errorCode: 'GroundFailure',
    info: 'RCD',
    vendorErrorCode: 'E7',
  } as const;
  const { errorCode, info, vendorErrorCode, vendorId } = encodeStatusNotification(faulted, 'Kerbside');
  assert.deepEqual([errorCode, info, vendorErrorCode, vendorId], ['GroundFailure', 'RCD', 'E7', 'Kerbside']);
});

test('an error code that 1.6 does not have goes out as OtherError under its own name', () => {
  const odd = encodeStatusNotification({ ...report, errorCode: 'DoorOpen' }, 'Kerbside');
  assert.deepEqual([odd.errorCode, odd.vendorErrorCode], ['OtherError', 'DoorOpen']);
  const named = encodeStatusNotification({ ...report, errorCode: 'DoorOpen', vendorErrorCode: 'E9' }, 'Kerbside');
  assert.deepEqual([named.errorCode, named.vendorErrorCode], ['OtherError', 'E9']);
});

test('whatever drivers write, free text is cut and the message obeys its schema (T-18)', () => {
  const text = fc.option(fc.string({ unit: 'binary', maxLength: 120 }));
  fc.assert(
    fc.property(
      fc.constantFrom(...statuses),
      fc.string({ maxLength: 70 }),
      text,
      text,
      fc.string({ unit: 'binary', maxLength: 300 }),
      (status, errorCode, info, vendorErrorCode, vendorId) => {
        const payload = encodeStatusNotification({ ...report, status, errorCode, info, vendorErrorCode }, vendorId);
        assert.equal(ocpp16.validateRequest('StatusNotification', payload), undefined);
        for (const [member, most] of Object.entries({ info: 50, vendorErrorCode: 50, vendorId: 255 })) {
          const value = payload[member as 'info' | 'vendorErrorCode' | 'vendorId'];
          assert.ok(value === undefined || (value !== '' && value.length <= most && value.isWellFormed()), member);
        }
      },
    ),
  );
});
