import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide, sameIdToken, type AuthorizationRules } from './decision.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';

const nowMs = 1_000_000;
const accepted: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const expired: IdTokenAnswer = { ...accepted, expiryMs: nowMs - 1 };
const blocked: IdTokenAnswer = { ...accepted, status: 'blocked' };
const usual: AuthorizationRules = {
  cacheEnabled: true,
  localPreAuthorize: false,
  localAuthorizeOffline: true,
  allowOfflineTxForUnknownId: false,
};

type Row = readonly [
  name: string,
  online: boolean,
  cached: IdTokenAnswer | null,
  rules: Partial<AuthorizationRules>,
  expected: string,
];

const rows: readonly Row[] = [
  ['online asks the backend', true, accepted, {}, 'ask'],
  ['online with LocalPreAuthorize takes the cache', true, accepted, { localPreAuthorize: true }, 'accept cache'],
  ['online with LocalPreAuthorize asks about what is not good', true, blocked, { localPreAuthorize: true }, 'ask'],
  ['online with LocalPreAuthorize asks about what has expired', true, expired, { localPreAuthorize: true }, 'ask'],
  ['online without a cache asks', true, accepted, { cacheEnabled: false, localPreAuthorize: true }, 'ask'],
  ['offline takes the cache', false, accepted, {}, 'accept cache'],
  ['offline refuses what is not good', false, blocked, { allowOfflineTxForUnknownId: true }, 'refuse cache'],
  ['offline refuses what has expired', false, expired, { allowOfflineTxForUnknownId: true }, 'refuse cache'],
  ['offline refuses the unknown', false, null, {}, 'refuse offline'],
  [
    'offline lets the unknown in when allowed',
    false,
    null,
    { allowOfflineTxForUnknownId: true },
    'accept unknownOffline',
  ],
  [
    'offline without LocalAuthorizeOffline refuses the cached',
    false,
    accepted,
    { localAuthorizeOffline: false },
    'refuse offline',
  ],
  ['offline without a cache knows nobody', false, accepted, { cacheEnabled: false }, 'refuse offline'],
];

describe('who may charge', () => {
  for (const [name, online, cached, rules, expected] of rows) {
    test(name, () => {
      const decision = decide({ cached, online, nowMs }, { ...usual, ...rules });
      assert.equal(decision.kind === 'ask' ? 'ask' : `${decision.kind} ${decision.by}`, expected);
    });
  }
});

test('identifiers are compared without letter case', () => {
  assert.equal(sameIdToken('04aB', '04Ab'), true);
  assert.equal(sameIdToken('04aB', null), false);
  assert.equal(sameIdToken(null, null), false);
});
