import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { AuthorizationStatus } from '@kerbside/ocpp/ocpp16';

import { decodeIdTagInfo } from './id-tag-info.ts';

test('each status of 1.6 has its word', () => {
  const words: Readonly<Record<AuthorizationStatus, string>> = {
    Accepted: 'accepted',
    Blocked: 'blocked',
    Expired: 'expired',
    Invalid: 'invalid',
    ConcurrentTx: 'concurrentTx',
  };
  for (const [status, word] of Object.entries(words)) {
    assert.equal(decodeIdTagInfo({ status: status as AuthorizationStatus }).status, word);
  }
});

test('expiry and group are taken over, with whatever zone', () => {
  const info = { status: 'Accepted', expiryDate: '2026-11-22T13:00:00+01:00', parentIdTag: 'FLEET' } as const;
  assert.deepEqual(decodeIdTagInfo(info), {
    status: 'accepted',
    expiryMs: Date.UTC(2026, 10, 22, 12),
    parentIdToken: 'FLEET',
  });
  assert.deepEqual(decodeIdTagInfo({ status: 'Blocked' }), { status: 'blocked', expiryMs: null, parentIdToken: null });
});

test('an empty parentIdTag is no group: two cards without one do not belong together (A-12)', () => {
  assert.equal(decodeIdTagInfo({ status: 'Accepted', parentIdTag: '' }).parentIdToken, null);
});

test('an expiry that cannot be read is none', () => {
  assert.equal(decodeIdTagInfo({ status: 'Accepted', expiryDate: 'never' }).expiryMs, null);
});
