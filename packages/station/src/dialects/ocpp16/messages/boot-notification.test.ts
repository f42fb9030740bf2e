import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import type { StationIdentity } from '../../../delivery/session.ts';
import { decodeBootNotification, encodeBootNotification } from './boot-notification.ts';

const known: StationIdentity = {
  vendor: 'V'.repeat(20),
  model: 'M'.repeat(20),
  serialNumber: 'S'.repeat(25),
  chargeBoxSerialNumber: 'B'.repeat(25),
  firmwareVersion: 'F'.repeat(50),
  meterType: 'T'.repeat(25),
  meterSerialNumber: 'N'.repeat(25),
  iccid: '8'.repeat(20),
  imsi: '2'.repeat(20),
};

test('everything that is known is told, at its longest', () => {
  const payload = encodeBootNotification(known);
  assert.equal(ocpp16.validateRequest('BootNotification', payload), undefined);
  assert.deepEqual(payload, {
    chargePointVendor: known.vendor,
    chargePointModel: known.model,
    chargePointSerialNumber: known.serialNumber,
    chargeBoxSerialNumber: known.chargeBoxSerialNumber,
    firmwareVersion: known.firmwareVersion,
    iccid: known.iccid,
    imsi: known.imsi,
    meterType: known.meterType,
    meterSerialNumber: known.meterSerialNumber,
  });
});

test('what is not known is left out, not sent empty (B-01)', () => {
  const rest = Object.fromEntries(Object.keys(known).map((member) => [member, null])) as unknown as StationIdentity;
  const payload = encodeBootNotification({ ...rest, vendor: 'V', model: 'M' });
  assert.equal(ocpp16.validateRequest('BootNotification', payload), undefined);
  assert.deepEqual(payload, { chargePointVendor: 'V', chargePointModel: 'M' });
});

test('the answer gives status, time and interval', () => {
  for (const [status, word] of [
    ['Accepted', 'accepted'],
    ['Pending', 'pending'],
    ['Rejected', 'rejected'],
  ] as const) {
    const response = { status, currentTime: '2026-11-22T12:00:00.5Z', interval: 300 };
    assert.equal(ocpp16.validateResponse('BootNotification', response), undefined);
    const timeMs = Date.UTC(2026, 10, 22, 12, 0, 0, 500);
    assert.deepEqual(decodeBootNotification(response), { status: word, timeMs, intervalSeconds: 300 });
  }
});

test('an answer without a readable time is none (B-07)', () => {
  assert.equal(decodeBootNotification({ status: 'Accepted', currentTime: 'noon', interval: 300 }), null);
});
