import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { IdTokenAnswer } from './id-token-answer.ts';
import {
  localListKey,
  planLocalListUpdate,
  type LocalListContent,
  type LocalListLine,
  type LocalListUpdate,
} from './local-list-update.ts';

const good: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };
const blocked: IdTokenAnswer = { ...good, status: 'blocked' };
const limits = { lines: 3, entries: 4 };

function listOf(version: number, ...ids: readonly string[]): LocalListContent {
  return { version, entries: new Map(ids.map((idToken) => [localListKey(idToken), { idToken, answer: good }])) };
}

/** `A` with an answer, `-A` to take it off. */
function lines(...texts: readonly string[]): readonly LocalListLine[] {
  return texts.map((text) => (text.startsWith('-') ? { idToken: text.slice(1), answer: null } : line(text)));
}

function line(idToken: string, answer: IdTokenAnswer = good): LocalListLine {
  return { idToken, answer };
}

/** What an update does, in words: the version afterwards, what is written, what goes. */
function outcome(list: LocalListContent, update: LocalListUpdate): string {
  const plan = planLocalListUpdate(list, update, limits);
  if (plan.kind !== 'accepted') return plan.kind;
  return [`v${plan.version}`, ...plan.put.keys(), ...plan.dropped.map((key) => `-${key}`)].join(' ');
}

type Row = readonly [name: string, list: LocalListContent, lines: readonly LocalListLine[], expected: string];

const full: readonly Row[] = [
  ['replaces the list', listOf(3, 'A', 'B'), lines('B', 'C'), 'v7 c -a'],
  ['writes an entry that says something else', listOf(3, 'A'), [line('A', blocked)], 'v7 a'],
  ['writes an entry with another group', listOf(3, 'A'), [line('A', { ...good, parentIdToken: 'F' })], 'v7 a'],
  ['writes an entry with another expiry', listOf(3, 'A'), [line('A', { ...good, expiryMs: 1 })], 'v7 a'],
  ['writes an entry that is spelled otherwise', listOf(3, 'A'), lines('a'), 'v7 a'],
  ['of the same entries writes the version only', listOf(3, 'A'), lines('A'), 'v7'],
  ['may be older than the list', listOf(9, 'A'), lines('B'), 'v7 b -a'],
  ['without entries empties it, and the version is 0', listOf(3, 'A', 'B'), [], 'v0 -a -b'],
  ['without entries of an empty list', listOf(0), [], 'v0'],
  ['with an entry that says nothing fails', listOf(3, 'A'), lines('B', '-A'), 'failed'],
  ['that names one twice fails, whatever the letter case', listOf(3, 'A'), lines('b', 'B'), 'failed'],
  ['with an empty identifier fails', listOf(3, 'A'), [line('')], 'failed'],
  ['of as many entries as a message may have', listOf(0), lines('A', 'B', 'C'), 'v7 a b c'],
  ['of one entry more fails', listOf(0), lines('A', 'B', 'C', 'D'), 'failed'],
];

const differential: readonly Row[] = [
  ['adds, changes and takes off', listOf(6, 'A', 'B'), [line('C'), line('a', blocked), ...lines('-b')], 'v7 c a -b'],
  ['that takes off whom nobody listed', listOf(6, 'A'), lines('-X'), 'v7'],
  ['without entries raises the version', listOf(6, 'A'), [], 'v7'],
  ['that takes off the last one: the version is 0', listOf(6, 'A'), lines('-A'), 'v0 -a'],
  ['without entries leaves an empty list at 0', listOf(0), [], 'v0'],
  ['of the same version does not fit', listOf(7, 'A'), lines('B'), 'versionMismatch'],
  ['of an older version does not fit', listOf(8, 'A'), lines('B'), 'versionMismatch'],
  ['of an older version does not fit, right or wrong', listOf(8, 'A'), lines('B', 'b'), 'versionMismatch'],
  ['that names one twice fails', listOf(6, 'A'), lines('B', '-b'), 'failed'],
  ['with too many lines fails', listOf(6, 'A'), lines('-A', '-B', '-C', '-D'), 'failed'],
  ['to a list that is just full', listOf(6, 'A', 'B'), lines('C', 'D'), 'v7 c d'],
  ['to a list that would be too long fails', listOf(6, 'A', 'B'), lines('C', 'D', 'E'), 'failed'],
  ['to a full list that makes room itself', listOf(6, 'A', 'B', 'C', 'D'), lines('E', '-A'), 'v7 e -a'],
];

for (const [kind, rows] of Object.entries({ full, differential })) {
  describe(`a ${kind} update`, () => {
    for (const [name, list, update, expected] of rows) {
      test(name, () => {
        const given: LocalListUpdate = { kind: kind === 'full' ? 'full' : 'differential', version: 7, lines: update };
        assert.equal(outcome(list, given), expected);
      });
    }
  });
}

test('a version that is not above 0 fails, whatever the update', () => {
  for (const kind of ['full', 'differential'] as const) {
    for (const version of [0, -1, -7]) {
      assert.equal(outcome(listOf(0), { kind, version, lines: lines('A') }), 'failed', `${kind} ${version}`);
    }
  }
});

test('what fails says why', () => {
  const plan = planLocalListUpdate(listOf(0), { kind: 'full', version: 1, lines: lines('A', 'a') }, limits);
  assert.deepEqual(plan, { kind: 'failed', reason: 'an identifier is named twice' });
});
