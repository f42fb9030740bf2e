import assert from 'node:assert/strict';
import { test } from 'node:test';

import { limitText } from './limit-text.ts';

test('a limit is told with its source and its end', () => {
  const base = {
    limitMilliamps: 16_000,
    limitPhases: 3,
    limitSource: 'TxProfile 42',
    limitUntilMs: Date.UTC(2026, 10, 22, 14, 30),
  };
  assert.equal(limitText(base), '16 A, TxProfile 42, until 2026-11-22 14:30:00Z');
  assert.equal(limitText({ ...base, limitPhases: 1, limitUntilMs: null }), '16 A, 1 phase, TxProfile 42');
  assert.equal(
    limitText({ ...base, limitMilliamps: 6_086, limitSource: 'external limit', limitUntilMs: null }),
    '6.086 A, external limit',
  );
});
