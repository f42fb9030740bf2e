import assert from 'node:assert/strict';
import { test } from 'node:test';
import { violationOf } from './violation.ts';

const surplus = { keyword: 'additionalProperties', instancePath: '', params: { additionalProperty: 'extra' } };

const codeOf = (keyword: string, params: Record<string, unknown>): unknown =>
  violationOf([{ keyword, instancePath: '/a', params }])?.code;

test('nothing wrong is no violation', () => {
  assert.equal(violationOf([]), undefined);
});

test('the first broken rule that is not an unknown member names the violation', () => {
  const missing = { keyword: 'required', instancePath: '/a', params: { missingProperty: 'b' } };
  assert.deepEqual(violationOf([surplus, missing]), {
    code: 'OccurrenceConstraintViolation',
    path: '/a',
    problem: 'The member b is missing.',
    onlyAdditionalProperties: false,
  });
});

test('rules that only 2.x schemas use have codes as well', () => {
  assert.equal(codeOf('maxItems', { limit: 1 }), 'OccurrenceConstraintViolation');
  assert.equal(codeOf('minimum', { limit: 0 }), 'PropertyConstraintViolation');
  assert.equal(codeOf('maximum', { limit: 0 }), 'PropertyConstraintViolation');
  assert.equal(codeOf('unheardOf', {}), 'FormatViolation');
});
