import assert from 'node:assert/strict';
import { test } from 'node:test';

import { freshState, type OutboxRow } from '../store/store.ts';
import { planEventOverflow } from './event-overflow.ts';

function rowsOf(weights: string): readonly OutboxRow[] {
  return weights.split('').map((weight, seq) => {
    const kind = weight === 'C' ? 'securityEvent+critical' : 'securityEvent';
    return { seq, lane: 'event', group: null, kind, state: freshState };
  });
}

function gone(weights: string, bound: number, sent: readonly number[] = []): readonly number[] {
  return planEventOverflow(rowsOf(weights), bound, ({ seq }) => sent.includes(seq)).map(({ seq }) => seq);
}

test('security events keep to their bound: the oldest that are not critical go first, then the oldest (S-14)', () => {
  assert.deepEqual(gone('CnCn', 4), []);
  assert.deepEqual(gone('CnCn', 3), [1]);
  assert.deepEqual(gone('CnCnC', 2), [1, 3, 0]);
  assert.deepEqual(gone('CCC', 1), [0, 1]);
});

test('what is on its way stays (S-14)', () => {
  assert.deepEqual(gone('nnC', 1, [0]), [1, 2]);
});
