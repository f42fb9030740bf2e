import assert from 'node:assert/strict';
import { test } from 'node:test';

import { encodeSecurityEvent } from './security-event.ts';

const event = { kind: 'securityEvent', type: 'MemoryExhaustion', critical: true, logged: 1, estimated: false } as const;

test('SecurityEventNotification has type, time and what is known, cut at a code point (S-14, T-18)', () => {
  const timestamp = '2026-11-22T12:00:00.000Z';
  const timeMs = Date.parse(timestamp);
  assert.deepEqual(encodeSecurityEvent({ ...event, timeMs, detail: '' }), { type: 'MemoryExhaustion', timestamp });
  const long = encodeSecurityEvent({ ...event, timeMs, detail: `${'x'.repeat(254)}😀` });
  assert.equal(long.techInfo, 'x'.repeat(254));
  assert.equal(encodeSecurityEvent({ ...event, type: 'y'.repeat(60), timeMs, detail: 'a' }).type.length, 50);
});
