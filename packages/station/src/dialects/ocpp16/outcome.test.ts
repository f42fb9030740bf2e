import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseErrorCode, type CallOutcome, type Violation } from '@kerbside/ocpp';

import { toOutcome } from './outcome.ts';

const decode = (payload: unknown): string | null => (typeof payload === 'string' ? payload : null);
const violation: Violation = {
  code: 'OccurrenceConstraintViolation',
  path: '/idTag',
  problem: 'is missing',
  onlyAdditionalProperties: false,
};
const error = (codeText: string, description = ''): CallOutcome => {
  return { kind: 'error', code: parseErrorCode(codeText), codeText, description, details: {} };
};

describe('a CALLERROR', () => {
  const final = [
    'NotImplemented',
    'NotSupported',
    'FormationViolation',
    'FormatViolation',
    'PropertyConstraintViolation',
    'OccurenceConstraintViolation',
    'OccurrenceConstraintViolation',
    'TypeConstraintViolation',
  ];
  const passing = ['InternalError', 'ProtocolError', 'SecurityError', 'GenericError', 'WeAreClosed', ''];
  for (const code of final) {
    test(`${code} is final: the same message can never succeed (row 12b)`, () => {
      assert.deepEqual(toOutcome(error(code, 'no'), decode), {
        kind: 'refused',
        code,
        text: `${code}: no`,
        final: true,
        security: false,
      });
    });
  }
  for (const code of passing) {
    test(`${code || 'without a word'} may pass`, () => {
      const security = code === 'SecurityError';
      assert.deepEqual(toOutcome(error(code), decode), { kind: 'refused', code, text: code, final: false, security });
    });
  }
});

test('an answer is decoded; one that cannot be read is refused, not final, and nobody crashes', () => {
  assert.deepEqual(toOutcome({ kind: 'result', payload: 'ok' }, decode), { kind: 'answered', answer: 'ok' });
  const unusable = toOutcome({ kind: 'result', payload: {} }, decode);
  assert.deepEqual([unusable.kind, unusable.kind === 'refused' && unusable.final], ['refused', false]);
  assert.deepEqual(toOutcome({ kind: 'invalidResponse', violation, payload: {} }, decode), {
    kind: 'refused',
    code: 'InvalidAnswer',
    text: '/idTag is missing',
    final: false,
    security: false,
  });
});

test('silence, a lost link and a message of ours that breaks its schema are three things', () => {
  assert.deepEqual(toOutcome({ kind: 'timeout' }, decode), { kind: 'unanswered' });
  assert.deepEqual(toOutcome({ kind: 'linkLost' }, decode), { kind: 'linkLost' });
  assert.deepEqual(toOutcome({ kind: 'invalidRequest', violation }, decode), {
    kind: 'notSendable',
    problem: '/idTag is missing',
  });
});
