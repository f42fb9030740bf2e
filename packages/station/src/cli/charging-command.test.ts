import assert from 'node:assert/strict';
import { test } from 'node:test';

import { profilesText, scheduleText } from './charging-command.ts';

test('installed profiles are told with what they are for, when, and how much', () => {
  assert.equal(profilesText([]), 'No charging profile is installed.\n');
  const common = { stackLevel: 0, validFrom: null, validTo: null, start: null, durationSeconds: null };
  const profiles = [
    {
      ...common,
      id: 1,
      evse: 0,
      purpose: 'ChargePointMaxProfile',
      kind: 'daily',
      unit: 'W',
      validTo: '2026-12-01T00:00:00.000Z',
      start: '2026-11-22T22:00:00.000Z',
      durationSeconds: 7_200,
      periods: [
        { startSeconds: 0, limit: 11_000, phases: null },
        { startSeconds: 3_600, limit: 4_200, phases: 1 },
      ],
    },
    {
      ...common,
      id: 2,
      evse: 2,
      purpose: 'TxProfile',
      kind: 'relative',
      unit: 'A',
      periods: [{ startSeconds: 0, limit: 6, phases: 3 }],
    },
  ];
  assert.equal(
    profilesText(profiles),
    [
      'ChargePointMaxProfile 1 for the station, level 0, daily, valid to 2026-12-01 00:00:00Z, starting 2026-11-22 22:00:00Z, for 2 h',
      '  +0 s  11000 W',
      '  +1 h  4200 W on 1 phase',
      '',
      'TxProfile 2 for EVSE 2, level 0, relative',
      '  +0 s  6 A on 3 phases',
      '',
    ].join('\n'),
  );
});

test('the limits to come are told with their times', () => {
  const schedule = {
    evse: 1,
    start: '2026-11-22T22:00:00.000Z',
    durationSeconds: 86_400,
    unit: 'A',
    periods: [
      { startSeconds: 0, limit: 16, phases: null },
      { startSeconds: 1_800, limit: 32, phases: null },
    ],
  };
  assert.equal(
    scheduleText(schedule),
    [
      'What the charging profiles allow EVSE 1, for 1 d:',
      '  2026-11-22 22:00:00Z  16 A',
      '  2026-11-22 22:30:00Z  32 A',
      '',
    ].join('\n'),
  );
  assert.match(scheduleText({ ...schedule, evse: 0 }), /the whole station/);
});
