import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodeOnWire, parseErrorCode, type OcppErrorCode } from './errors.ts';

const codes: readonly OcppErrorCode[] = [
  'NotImplemented',
  'NotSupported',
  'InternalError',
  'ProtocolError',
  'SecurityError',
  'FormatViolation',
  'PropertyConstraintViolation',
  'OccurrenceConstraintViolation',
  'TypeConstraintViolation',
  'GenericError',
];

test('1.6 gets its own spellings (T-14)', () => {
  assert.equal(errorCodeOnWire('FormatViolation', 'ocpp1.6'), 'FormationViolation');
  assert.equal(errorCodeOnWire('OccurrenceConstraintViolation', 'ocpp1.6'), 'OccurenceConstraintViolation');
  assert.equal(errorCodeOnWire('SecurityError', 'ocpp1.6'), 'SecurityError');
});

test('2.x gets the codes as they are', () => {
  for (const code of codes) {
    assert.equal(errorCodeOnWire(code, 'ocpp2.0.1'), code);
    assert.equal(errorCodeOnWire(code, 'ocpp2.1'), code);
  }
});

test('codes that 1.6 does not have leave as codes that it has', () => {
  assert.equal(errorCodeOnWire('MessageTypeNotSupported', 'ocpp1.6'), 'GenericError');
  assert.equal(errorCodeOnWire('RpcFrameworkError', 'ocpp1.6'), 'FormationViolation');
});

test('every code is understood in the spelling of every version (T-14)', () => {
  for (const code of codes) {
    assert.equal(parseErrorCode(errorCodeOnWire(code, 'ocpp1.6')), code);
    assert.equal(parseErrorCode(errorCodeOnWire(code, 'ocpp2.1')), code);
  }
  assert.equal(parseErrorCode('MessageTypeNotSupported'), 'MessageTypeNotSupported');
  assert.equal(parseErrorCode('RpcFrameworkError'), 'RpcFrameworkError');
});

test('words of no version are no code, not even names that every object has', () => {
  for (const text of ['', 'notimplemented', 'Kaputt', 'constructor', '__proto__'])
    assert.equal(parseErrorCode(text), undefined);
});
