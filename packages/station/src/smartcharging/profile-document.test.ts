import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Json, JsonObject } from '../core/json.ts';
import { profileFromJson, profileToJson } from './profile-document.ts';
import { mondayMs, periodsOf, profileOf } from './test-profiles.ts';

const full = profileOf({
  purpose: 'tx',
  kind: 'weekly',
  validFromMs: mondayMs,
  validToMs: mondayMs + 5,
  schedule: { durationSeconds: 60, unit: 'W', periods: periodsOf([0, 16.1], [60, 0, 1]) },
});

test('a profile is read as it was written', () => {
  for (const profile of [full, profileOf({ schedule: { startMs: null } })])
    assert.deepEqual(profileFromJson(JSON.parse(JSON.stringify(profileToJson(profile))) as Json), profile);
});

test('what cannot be a profile is none', () => {
  const good = profileToJson(full) as JsonObject;
  const schedule = good['schedule'] as JsonObject;
  const wrong: readonly Json[] = [
    null,
    [],
    'profile',
    { ...good, id: '1' },
    { ...good, purpose: 'other' },
    { ...good, kind: 'recurring' },
    { ...good, transaction: 5 },
    { ...good, validToMs: 'tomorrow' },
    { ...good, schedule: null },
    { ...good, schedule: { ...schedule, unit: 'kW' } },
    { ...good, schedule: { ...schedule, startMs: false } },
    { ...good, schedule: { ...schedule, periods: [] } },
    { ...good, schedule: { ...schedule, periods: [null] } },
    { ...good, schedule: { ...schedule, periods: [{ startSeconds: 0, limit: '16', phases: null }] } },
  ];
  for (const value of wrong) assert.equal(profileFromJson(value), undefined, JSON.stringify(value));
});
