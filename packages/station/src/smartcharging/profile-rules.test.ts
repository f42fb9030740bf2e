import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { ChargingSchedule } from './charging-profile.ts';
import {
  acceptedProfile,
  profileProblem,
  type ProfileLimits,
  type ProfilePlace,
  type ProposedProfile,
} from './profile-rules.ts';
import { mondayMs, periodsOf } from './test-profiles.ts';

const limits: ProfileLimits = { maxStackLevel: 8, maxPeriods: 3, units: ['A', 'W'] };

type Sketch = Partial<Omit<ProposedProfile, 'schedule'>> & { readonly schedule?: Partial<ChargingSchedule> };

function proposed({ schedule, ...rest }: Sketch = {}): ProposedProfile {
  return {
    id: 1,
    purpose: 'txDefault',
    stackLevel: 0,
    kind: 'absolute',
    recurrence: null,
    validFromMs: null,
    validToMs: null,
    ...rest,
    schedule: { startMs: null, durationSeconds: null, unit: 'A', periods: periodsOf([0, 16]), ...schedule },
  };
}

function at(evse: number, transaction: string | null = null): ProfilePlace {
  return { evse, transaction };
}

const daily = { kind: 'recurring', recurrence: 'daily', schedule: { startMs: mondayMs } } as const;

describe('a profile that can apply', () => {
  const good: readonly (readonly [string, Sketch, ProfilePlace])[] = [
    ['a default of a connector', {}, at(1)],
    ['a default of all', {}, at(0)],
    ['a relative default', { kind: 'relative' }, at(1)],
    ['a maximum of the station', { purpose: 'stationMax' }, at(0)],
    ['one of a transaction that runs', { purpose: 'tx' }, at(1, 'running')],
    ['a daily one', daily, at(1)],
    ['a weekly one', { ...daily, recurrence: 'weekly' }, at(1)],
    ['the highest level', { stackLevel: 8 }, at(1)],
    ['the most periods', { schedule: { periods: periodsOf([0, 0], [1, 6], [2, 8.2]) } }, at(1)],
    ['the fewest and the most phases', { schedule: { periods: periodsOf([0, 6, 1], [9, 6, 3]) } }, at(1)],
    ['limits in W', { schedule: { unit: 'W' } }, at(1)],
    [
      'a period that its duration cuts off',
      { schedule: { durationSeconds: 1, periods: periodsOf([0, 6], [60, 8]) } },
      at(1),
    ],
    ['a validity that is over', { validFromMs: 0, validToMs: 1 }, at(1)],
    ['a negative id', { id: -5 }, at(1)],
  ];
  for (const [title, sketch, place] of good) {
    test(title, () => assert.equal(profileProblem(proposed(sketch), place, limits), null));
  }
});

describe('a profile that cannot apply', () => {
  const bad: readonly (readonly [string, Sketch, ProfilePlace, RegExp])[] = [
    ['a maximum of the station at a connector', { purpose: 'stationMax' }, at(1), /connector 0/],
    ['a relative maximum of the station', { purpose: 'stationMax', kind: 'relative' }, at(0), /relative/],
    ['one of a transaction at connector 0', { purpose: 'tx' }, at(0, 'running'), /not to 0/],
    ['one of a transaction that does not run', { purpose: 'tx' }, at(1), /does not run/],
    ['a negative level', { stackLevel: -1 }, at(1), /level -1 .* 0 and 8/],
    ['a level too high', { stackLevel: 9 }, at(1), /level 9 /],
    ['recurring, but how often?', { ...daily, recurrence: null }, at(1), /daily or weekly/],
    ['recurring, but since when?', { ...daily, schedule: {} }, at(1), /when its schedule starts/],
    ['a start that is no time', { schedule: { startMs: Number.NaN } }, at(1), /not a time/],
    ['a validity that is no time', { validToMs: Number.NaN }, at(1), /not times/],
    ['a validity that ends before it begins', { validFromMs: 5, validToMs: 4 }, at(1), /ends before/],
    ['a validity of nothing', { validFromMs: 5, validToMs: 5 }, at(1), /ends before/],
    ['no duration', { schedule: { durationSeconds: 0 } }, at(1), /0 seconds/],
    ['a negative duration', { schedule: { durationSeconds: -1 } }, at(1), /-1 seconds/],
    ['no period', { schedule: { periods: [] } }, at(1), /1 to 3 periods, not 0/],
    ['one period too many', { schedule: { periods: periodsOf([0, 6], [1, 6], [2, 6], [3, 6]) } }, at(1), /not 4/],
    ['a first period that is late', { schedule: { periods: periodsOf([1, 6]) } }, at(1), /starts at 1 s/],
    ['a first period before the start', { schedule: { periods: periodsOf([-1, 6]) } }, at(1), /starts at -1 s/],
    ['two periods at once', { schedule: { periods: periodsOf([0, 6], [5, 7], [5, 8]) } }, at(1), /period at 5 s/],
    ['periods out of order', { schedule: { periods: periodsOf([0, 6], [5, 7], [4, 8]) } }, at(1), /period at 4 s/],
    ['a negative limit', { schedule: { periods: periodsOf([0, -0.1]) } }, at(1), /limit -0.1/],
    ['no phase', { schedule: { periods: periodsOf([0, 6, 0]) } }, at(1), /not 0/],
    ['four phases', { schedule: { periods: periodsOf([0, 6, 4]) } }, at(1), /not 4/],
  ];
  for (const [title, sketch, place, why] of bad) {
    test(title, () => assert.match(profileProblem(proposed(sketch), place, limits) ?? 'nothing is wrong', why));
  }

  test('a unit that is not taken here', () => {
    const problem = profileProblem(proposed(), at(1), { ...limits, units: ['W'] });
    assert.match(problem ?? '', /Limits in A are not taken here, only in W/);
  });
});

test('what is accepted knows its place, its time and its kind; only what is relative loses its start', () => {
  const schedule = { startMs: mondayMs, durationSeconds: null, unit: 'A', periods: periodsOf([0, 16]) } as const;
  const common = { id: 1, evse: 2, stackLevel: 0, validFromMs: null, validToMs: null, acceptedMs: 7 };
  assert.deepEqual(acceptedProfile(proposed({ ...daily, recurrence: 'weekly' }), at(2, 'running'), 7), {
    ...common,
    purpose: 'txDefault',
    kind: 'weekly',
    transaction: null,
    schedule,
  });
  assert.deepEqual(acceptedProfile(proposed({ purpose: 'tx', kind: 'relative', schedule }), at(2, 'running'), 7), {
    ...common,
    purpose: 'tx',
    kind: 'relative',
    transaction: 'running',
    schedule: { ...schedule, startMs: null },
  });
});
