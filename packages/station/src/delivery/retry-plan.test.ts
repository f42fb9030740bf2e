import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { factoryDelivery } from './delivery-settings.ts';
import { attemptsAllowed, endsAttempts, failureText, waitAfter } from './retry-plan.ts';
import { traitsOf } from './row-kind.ts';
import { refused } from './test-session.ts';

const boundary = traitsOf({ kind: 'transactionEnded' });
const values = traitsOf({ kind: 'meterValues+periodic' });
const alarm = traitsOf({ kind: 'securityEvent' });

void describe('the retry plan (rows 12, 12a, 12b)', () => {
  void it('waits interval × n after the n-th failure, at most the longest wait', () => {
    const settings = { ...factoryDelivery, retryIntervalMs: 60_000, retryIntervalMaxMs: 200_000 };
    assert.deepEqual(
      [1, 2, 3, 4, 9999].map((failed) => waitAfter(boundary, settings, failed)),
      [60_000, 120_000, 180_000, 200_000, 200_000],
    );
  });

  void it('waits 10 s × n for MeterValues, or less with a shorter interval', () => {
    assert.deepEqual(
      [1, 2, 100].map((failed) => waitAfter(values, factoryDelivery, failed)),
      [10_000, 20_000, 900_000],
    );
    assert.equal(waitAfter(values, { ...factoryDelivery, retryIntervalMs: 3_000 }, 2), 6_000);
    assert.equal(waitAfter(boundary, { ...factoryDelivery, retryIntervalMs: 0 }, 3), 0);
  });

  void it('gives what carries signed data a number of its own, and a Start with a signed begin too (row 13)', () => {
    const settings = { ...factoryDelivery, attempts: 5, meterValuesAttempts: 2, signedAttempts: 20 };
    const allowed = (kind: string, finals = 0): number => attemptsAllowed(traitsOf({ kind }), settings, finals);
    const kinds = ['transactionStarted', 'transactionEnded', 'meterValues'];
    assert.deepEqual(
      kinds.map((kind) => [allowed(kind), allowed(`${kind}+signed`)]),
      [
        [5, 20],
        [5, 20],
        [2, 20],
      ],
    );
    assert.equal(allowed('meterValues+signed', 3), 1);
  });

  void it('gives MeterValues one attempt after three given-up ones of the transaction', () => {
    const settings = { ...factoryDelivery, attempts: 7, meterValuesAttempts: 4 };
    assert.deepEqual(
      [0, 1, 2, 3, 4].map((finals) => attemptsAllowed(values, settings, finals)),
      [4, 4, 4, 1, 1],
    );
    assert.equal(attemptsAllowed(boundary, settings, 9), 7);
    assert.equal(attemptsAllowed(alarm, settings, 9), 7);
  });

  void it('ends MeterValues and events at a final code, Start and Stop only when they cannot be sent', () => {
    const final = refused('NotImplemented', true);
    const notFinal = refused('InternalError');
    if (final.kind !== 'refused' || notFinal.kind !== 'refused') throw new Error('not a refusal');
    const unsendable = { kind: 'notSendable', problem: 'no id' } as const;
    const table = [boundary, values, alarm].map((traits) =>
      [final, notFinal, { kind: 'unanswered' } as const, unsendable].map((failure) => endsAttempts(traits, failure)),
    );
    assert.deepEqual(table, [
      [false, false, false, true],
      [true, false, false, true],
      [true, false, false, true],
    ]);
  });

  void it('says in words what failed', () => {
    assert.equal(failureText({ kind: 'unanswered' }), 'No answer in time.');
    assert.equal(
      failureText({ kind: 'refused', code: 'GenericError', text: '', final: false, security: false }),
      'GenericError',
    );
  });
});
