import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ocpp16 } from './protocol.ts';

const actionsWith = (member: 'sender' | 'delivery', value: string): string[] =>
  [...ocpp16.messages.values()].filter((message) => message[member] === value).map(({ action }) => action);

test('every message is found under its own action', () => {
  for (const [action, message] of ocpp16.messages) assert.equal(message.action, action);
});

test('the station sends these, and both ends DataTransfer (OCPP 1.6 §4)', () => {
  assert.deepEqual(actionsWith('sender', 'station').toSorted(), [
    'Authorize',
    'BootNotification',
    'DiagnosticsStatusNotification',
    'FirmwareStatusNotification',
    'Heartbeat',
    'LogStatusNotification',
    'MeterValues',
    'SecurityEventNotification',
    'SignCertificate',
    'SignedFirmwareStatusNotification',
    'StartTransaction',
    'StatusNotification',
    'StopTransaction',
  ]);
  assert.deepEqual(actionsWith('sender', 'both'), ['DataTransfer']);
});

test('exactly the transaction-related messages are delivered in order (Q-01, S-14)', () => {
  assert.deepEqual(actionsWith('delivery', 'transaction').toSorted(), [
    'MeterValues',
    'StartTransaction',
    'StopTransaction',
  ]);
  assert.deepEqual(actionsWith('delivery', 'event'), ['SecurityEventNotification']);
  assert.deepEqual(actionsWith('delivery', 'boot'), ['BootNotification']);
});
