import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ocpp16 } from '@kerbside/ocpp/ocpp16';

import { ended, metered, sample, started } from '../../../delivery/test-facts.ts';
import type { StopReason } from '../../../evse/evse-state.ts';
import { encodeMeterValues, encodeStartTransaction, encodeStopTransaction } from './transaction-messages.ts';

const timeMs = Date.UTC(2026, 10, 22, 12);
const timestamp = '2026-11-22T12:00:00.000Z';
const isValid = (action: string, payload: unknown): void =>
  assert.equal(ocpp16.validateRequest(action, payload), undefined, JSON.stringify(payload));

test('StartTransaction tells connector, identifier, register and time, and nothing else (X-01)', () => {
  const fact = started('T', { evse: 2, idToken: 'x'.repeat(20), meterWh: 1234, timeMs, signed: [] });
  const payload = encodeStartTransaction(fact);
  isValid('StartTransaction', payload);
  assert.deepEqual(payload, { connectorId: 2, idTag: 'x'.repeat(20), meterStart: 1234, timestamp });
});

test('StartTransaction names the reservation that it used, 0 too (RS-05)', () => {
  for (const reservation of [0, 4711]) {
    const payload = encodeStartTransaction(started('T', { timeMs, reservation }));
    isValid('StartTransaction', payload);
    assert.equal(payload.reservationId, reservation);
  }
});

test('an identifier is never cut: one that is too long would break the schema and is not sent (T-18)', () => {
  const payload = encodeStartTransaction(started('T', { idToken: 'x'.repeat(21), timeMs }));
  assert.equal(payload.idTag.length, 21);
  assert.equal(ocpp16.validateRequest('StartTransaction', payload)?.path, '/idTag');
});

describe('MeterValues', () => {
  test('carry the id of the transaction, whatever integer it is (X-04)', () => {
    for (const transactionId of [7, 0, -1, 2_147_483_647]) {
      const payload = encodeMeterValues(metered('T', 5), transactionId);
      isValid('MeterValues', payload);
      assert.equal(payload?.transactionId, transactionId);
    }
  });

  test('outside a transaction have no id at all (V-03)', () => {
    const payload = encodeMeterValues(metered(null, timeMs), null);
    isValid('MeterValues', payload);
    assert.deepEqual(payload, {
      connectorId: 1,
      meterValue: [
        {
          timestamp,
          sampledValue: [
            {
              value: String(timeMs),
              context: 'Sample.Periodic',
              measurand: 'Energy.Active.Import.Register',
              unit: 'Wh',
            },
          ],
        },
      ],
    });
  });

  test('leave out samples without a value, and are none when nothing is left (V-08)', () => {
    const empty = { ...sample(1), values: [] };
    assert.equal(encodeMeterValues(metered('T', 1, { samples: [empty] }), 7), null);
    assert.equal(encodeMeterValues(metered('T', 1, { samples: [] }), 7), null);
    assert.equal(encodeMeterValues(metered('T', 1, { samples: [empty, sample(2)] }), 7)?.meterValue.length, 1);
  });
});

describe('StopTransaction', () => {
  const reasons: Readonly<Record<StopReason, string>> = {
    local: 'Local',
    remote: 'Remote',
    evDisconnected: 'EVDisconnected',
    deAuthorized: 'DeAuthorized',
    emergencyStop: 'EmergencyStop',
    hardReset: 'HardReset',
    softReset: 'SoftReset',
    powerLoss: 'PowerLoss',
    reboot: 'Reboot',
    unlockCommand: 'UnlockCommand',
    other: 'Other',
  };
  for (const [reason, word] of Object.entries(reasons)) {
    test(`for ${reason} says ${word} (X-07)`, () => {
      const payload = encodeStopTransaction(ended('T', { reason: reason as StopReason, timeMs }), 7);
      isValid('StopTransaction', payload);
      assert.equal(payload.reason, word);
    });
  }

  test('names the identifier only when one stopped it, and has no empty transactionData (V-08)', () => {
    const nobody = ended('T', { idToken: null, reason: 'evDisconnected', meterWh: 20, timeMs, samples: [] });
    const expected = { transactionId: -3, meterStop: 20, timestamp, reason: 'EVDisconnected' };
    assert.deepEqual(encodeStopTransaction(nobody, -3), expected);
    const hollow = { ...nobody, samples: [{ ...sample(1), values: [] }] };
    assert.deepEqual(encodeStopTransaction(hollow, -3), expected);
    assert.equal(encodeStopTransaction({ ...nobody, idToken: 'CARD' }, -3).idTag, 'CARD');
  });

  test('carries begin, samples and end with what was signed', () => {
    const samples = [sample(1, 'Transaction.Begin', true), sample(2), sample(3, 'Transaction.End', true)];
    const payload = encodeStopTransaction(ended('T', { samples, timeMs }), 7);
    isValid('StopTransaction', payload);
    assert.deepEqual(
      payload.transactionData?.map(({ sampledValue }) =>
        sampledValue.map(({ context, format }) => `${context} ${format ?? 'raw'}`),
      ),
      [
        ['Transaction.Begin raw', 'Transaction.Begin SignedData'],
        ['Sample.Periodic raw'],
        ['Transaction.End raw', 'Transaction.End SignedData'],
      ],
    );
  });
});
