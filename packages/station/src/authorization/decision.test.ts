import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { decide, sameIdToken, type AuthorizationQuestion, type AuthorizationRules } from './decision.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';

const nowMs = 1_000_000;
const good: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const expired: IdTokenAnswer = { ...good, expiryMs: nowMs };
const blocked: IdTokenAnswer = { ...good, status: 'blocked' };

const usual: AuthorizationRules = {
  localListEnabled: true,
  cacheEnabled: true,
  localPreAuthorize: false,
  localAuthorizeOffline: true,
  allowOfflineTxForUnknownId: false,
  inDoubt: 'off',
};
const online: AuthorizationQuestion = { listed: null, whiteListed: false, cached: null, online: true, nowMs };
const offline: AuthorizationQuestion = { ...online, online: false };
const early = { localPreAuthorize: true };
const unknownToo = { allowOfflineTxForUnknownId: true };
const nobodyOffline = { localAuthorizeOffline: false };

type Row = readonly [
  name: string,
  where: AuthorizationQuestion,
  known: Partial<AuthorizationQuestion>,
  rules: Partial<AuthorizationRules>,
  expected: string,
];

const cacheRows: readonly Row[] = [
  ['online asks the backend', online, { cached: good }, {}, 'ask'],
  ['online asks about the unknown', online, {}, { ...early, ...unknownToo, inDoubt: 'on' }, 'ask'],
  ['online with LocalPreAuthorize takes the cache', online, { cached: good }, early, 'accept cache'],
  ['online with LocalPreAuthorize asks about what is not good', online, { cached: blocked }, early, 'ask'],
  ['online with LocalPreAuthorize asks about what has expired', online, { cached: expired }, early, 'ask'],
  ['online without a cache asks', online, { cached: good }, { ...early, cacheEnabled: false }, 'ask'],
  ['offline takes the cache', offline, { cached: good }, {}, 'accept cache'],
  ['offline refuses what is not good', offline, { cached: blocked }, unknownToo, 'refuse cache'],
  ['offline refuses what has expired', offline, { cached: expired }, unknownToo, 'refuse cache'],
  ['offline refuses the unknown', offline, {}, {}, 'refuse offline'],
  ['offline lets the unknown in when allowed', offline, {}, unknownToo, 'accept unknownOffline'],
  [
    'offline without LocalAuthorizeOffline refuses the cached',
    offline,
    { cached: good },
    nobodyOffline,
    'refuse offline',
  ],
  [
    'offline without LocalAuthorizeOffline the cached come in by the rule for unknown ones',
    offline,
    { cached: good },
    { ...nobodyOffline, ...unknownToo },
    'accept unknownOffline',
  ],
  ['offline without a cache knows nobody', offline, { cached: good }, { cacheEnabled: false }, 'refuse offline'],
];

const listRows: readonly Row[] = [
  ['online asks about a listed one too', online, { listed: good }, {}, 'ask'],
  ['online with LocalPreAuthorize takes the list', online, { listed: good }, early, 'accept localList'],
  ['online with LocalPreAuthorize asks when the list says no', online, { listed: blocked }, early, 'ask'],
  ['online with LocalPreAuthorize asks when the entry has expired', online, { listed: expired }, early, 'ask'],
  ['the list goes before a bad cache', online, { listed: good, cached: blocked }, early, 'accept localList'],
  ['the list goes before a good cache', online, { listed: blocked, cached: good }, early, 'ask'],
  ['offline takes the list', offline, { listed: good }, {}, 'accept localList'],
  ['offline the list goes before a bad cache', offline, { listed: good, cached: blocked }, {}, 'accept localList'],
  ['offline the list goes before a good cache', offline, { listed: blocked, cached: good }, {}, 'refuse localList'],
  ['offline what the list refuses stays refused', offline, { listed: blocked }, unknownToo, 'refuse localList'],
  ['offline what has expired in the list stays refused', offline, { listed: expired }, unknownToo, 'refuse localList'],
  [
    'offline without LocalAuthorizeOffline what the list refuses stays refused',
    offline,
    { listed: blocked },
    { ...nobodyOffline, ...unknownToo },
    'refuse localList',
  ],
  [
    'offline without LocalAuthorizeOffline refuses the listed',
    offline,
    { listed: good },
    nobodyOffline,
    'refuse offline',
  ],
  [
    'a list that is switched off is not asked, the cache is',
    offline,
    { listed: blocked, cached: good },
    { localListEnabled: false },
    'accept cache',
  ],
  [
    'a list that is switched off knows nobody',
    offline,
    { listed: good },
    { localListEnabled: false },
    'refuse offline',
  ],
];

const whiteRows: readonly Row[] = [
  ['online a white card charges without a question', online, { whiteListed: true }, {}, 'accept whiteList'],
  [
    'offline a white card charges whatever the rules',
    offline,
    { whiteListed: true },
    nobodyOffline,
    'accept whiteList',
  ],
  ['a white card goes before the cache', online, { whiteListed: true, cached: blocked }, {}, 'accept whiteList'],
  [
    'a white card that is listed is not asked about',
    online,
    { whiteListed: true, listed: good },
    {},
    'accept whiteList',
  ],
  ["online the backend's list goes before a white card", online, { whiteListed: true, listed: blocked }, {}, 'ask'],
  [
    "offline the backend's list goes before a white card",
    offline,
    { whiteListed: true, listed: blocked },
    {},
    'refuse localList',
  ],
  [
    "a white card does not mind a backend's list that is switched off",
    online,
    { whiteListed: true, listed: blocked },
    { localListEnabled: false },
    'accept whiteList',
  ],
];

const doubtRows: readonly Row[] = [
  ['in doubt nobody charges', offline, {}, {}, 'refuse offline'],
  ['in doubt everybody charges when that is wanted', offline, {}, { inDoubt: 'on' }, 'accept inDoubt'],
  ['doubt without a card is doubt too', offline, {}, { inDoubt: 'plugged' }, 'accept inDoubt'],
  ['there is no doubt where the list refuses', offline, { listed: blocked }, { inDoubt: 'on' }, 'refuse localList'],
  ['there is no doubt where the cache refuses', offline, { cached: expired }, { inDoubt: 'plugged' }, 'refuse cache'],
  ['there is no doubt where the cache is good', offline, { cached: good }, { inDoubt: 'on' }, 'accept cache'],
  ['there is no doubt where somebody can be asked', online, {}, { inDoubt: 'plugged' }, 'ask'],
];

const tables: Readonly<Record<string, readonly Row[]>> = {
  'who may charge by the cache': cacheRows,
  "who may charge by the backend's list": listRows,
  "who may charge by the operator's white list": whiteRows,
  'who may charge when in doubt': doubtRows,
};

for (const [table, rows] of Object.entries(tables)) {
  describe(table, () => {
    for (const [name, where, known, rules, expected] of rows) {
      test(name, () => {
        const decision = decide({ ...where, ...known }, { ...usual, ...rules });
        assert.equal(decision.kind === 'ask' ? 'ask' : `${decision.kind} ${decision.by}`, expected);
      });
    }
  });
}

test('identifiers are compared without letter case', () => {
  assert.equal(sameIdToken('04aB', '04Ab'), true);
  assert.equal(sameIdToken('04aB', null), false);
  assert.equal(sameIdToken(null, null), false);
});
