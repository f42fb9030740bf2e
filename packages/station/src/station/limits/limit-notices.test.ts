import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { LimitSource } from '../../smartcharging/limit-bound.ts';
import type { PlannedLimit } from '../../smartcharging/limit-plan.ts';
import { LimitNotices } from './limit-notices.ts';

function plan(kind: Exclude<LimitSource['kind'], 'profile'>, amps: number): PlannedLimit {
  return { milliamps: amps * 1000, source: { kind }, untilMs: null, phases: 3 };
}

test('a local limit is told at once, its numbers at most once a minute, and its end', async () => {
  const time = new VirtualTime();
  const told: string[] = [];
  const notices = new LimitNotices({ time, inform: (evse, text) => told.push(`${evse}: ${text}`) });
  notices.planned(1, plan('hardware', 32));
  for (const amps of [16, 15, 14]) notices.planned(1, plan('external', amps));
  await time.advance(60_000);
  notices.planned(1, plan('external', 13.9));
  notices.planned(1, plan('operator', 10));
  notices.planned(1, plan('hardware', 32));
  notices.planned(1, plan('hardware', 32));
  assert.deepEqual(told, [
    '1: Limited to 16 A (external limit)',
    '1: Limited to 13 A (external limit)',
    '1: Limited to 10 A (operator)',
    '1: No longer limited',
  ]);
});

test('what the backend set itself, and the end of a charge, are not told', () => {
  const told: string[] = [];
  const notices = new LimitNotices({ time: new VirtualTime(), inform: (_evse, text) => told.push(text) });
  notices.planned(1, { ...plan('hardware', 10), source: { kind: 'profile', purpose: 'tx', id: 1 } });
  notices.planned(1, plan('external', 6));
  notices.planned(1, null);
  assert.deepEqual(told, ['Limited to 6 A (external limit)']);
});
