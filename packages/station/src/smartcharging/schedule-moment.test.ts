import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ChargingProfile } from './charging-profile.ts';
import { scheduleMoment } from './schedule-moment.ts';
import { mondayMs, periodsOf, profileOf } from './test-profiles.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The limit and the seconds after Monday midnight until which it holds. */
function at(profile: ChargingProfile, seconds: number, relativeStartMs = mondayMs): readonly [number | null, number] {
  const { period, untilMs } = scheduleMoment(profile, mondayMs + seconds * 1000, relativeStartMs);
  return [period?.limit ?? null, (untilMs - mondayMs) / 1000];
}

describe('an absolute schedule', () => {
  const profile = profileOf({
    schedule: { startMs: mondayMs + 100_000, durationSeconds: 300, periods: periodsOf([0, 6], [60, 10], [400, 16]) },
  });

  it('gives nothing before its start and after its duration, which cuts the periods beyond it', () => {
    assert.deepEqual(
      [0, 99, 100, 159, 160, 399, 400, 600].map((seconds) => at(profile, seconds)),
      [
        [null, 100],
        [null, 100],
        [6, 160],
        [6, 160],
        [10, 400],
        [10, 400],
        [null, Infinity],
        [null, Infinity],
      ],
    );
  });

  it('goes on for ever without a duration', () => {
    const endless = profileOf({ schedule: { periods: periodsOf([0, 6], [60, 10]) } });
    assert.deepEqual(at(endless, 60), [10, Infinity]);
    assert.deepEqual(at(endless, 10_000_000), [10, Infinity]);
  });

  it('begins when it was accepted if it names no start, with the second in which that was', () => {
    const accepted = profileOf({
      acceptedMs: mondayMs + 5_700,
      schedule: { startMs: null, periods: periodsOf([0, 6], [60, 10]) },
    });
    assert.deepEqual(
      [4, 5, 65].map((seconds) => at(accepted, seconds)),
      [
        [null, 5],
        [6, 65],
        [10, Infinity],
      ],
    );
  });

  it('of duration 0 never gives anything', () => {
    assert.deepEqual(at(profileOf({ schedule: { durationSeconds: 0 } }), 0), [null, Infinity]);
  });
});

describe('a relative schedule', () => {
  it('begins with the transaction', () => {
    const profile = profileOf({
      kind: 'relative',
      schedule: { startMs: null, durationSeconds: 100, periods: periodsOf([0, 6], [60, 10]) },
    });
    assert.deepEqual(
      [49, 50, 110, 150].map((seconds) => at(profile, seconds, mondayMs + 50_900)),
      [
        [null, 50],
        [6, 110],
        [10, 150],
        [null, Infinity],
      ],
    );
  });
});

describe('a recurring schedule', () => {
  const daily = profileOf({
    kind: 'daily',
    schedule: {
      startMs: mondayMs + 22 * hourMs,
      durationSeconds: 4 * 3600,
      periods: periodsOf([0, 6], [3 * 3600, 10]),
    },
  });

  it('begins with its first start, not with the same hour of the day before', () => {
    assert.deepEqual(at(daily, 3600), [null, 22 * 3600]);
  });

  it('runs over midnight and repeats a day later', () => {
    const hours = [22, 24, 25, 26, 45, 46, 46 + 24 * 365];
    assert.deepEqual(
      hours.map((hour) => at(daily, hour * 3600)),
      [
        [6, 25 * 3600],
        [6, 25 * 3600],
        [10, 26 * 3600],
        [null, 46 * 3600],
        [null, 46 * 3600],
        [6, 49 * 3600],
        [6, (49 + 24 * 365) * 3600],
      ],
    );
  });

  it('is cut where it repeats: periods and a duration beyond a day never show', () => {
    const long = profileOf({
      kind: 'daily',
      schedule: { durationSeconds: 400_000, periods: periodsOf([0, 6], [80_000, 8], [90_000, 32]) },
    });
    assert.deepEqual(at(long, 80_000), [8, 86_400]);
    assert.deepEqual(at(long, 86_400), [6, 86_400 + 80_000]);
    assert.deepEqual(at(long, 90_000), [6, 86_400 + 80_000]);
  });

  it('repeats weekly on the same day and hour of UTC, whatever the clocks of people do at the end of October', () => {
    const sunday = Date.UTC(2026, 9, 18, 1);
    const weekly = profileOf({ kind: 'weekly', schedule: { startMs: sunday, durationSeconds: 3600 } });
    const moments = [7 * dayMs - 1000, 7 * dayMs, 7 * dayMs + hourMs - 1000, 7 * dayMs + hourMs];
    assert.deepEqual(
      moments.map((ms) => scheduleMoment(weekly, sunday + ms, 0).period?.limit ?? null),
      [null, 16, 16, null],
    );
  });

  it('goes on over the end of February in a leap year', () => {
    const start = Date.UTC(2028, 1, 27, 23);
    const profile = profileOf({ kind: 'daily', schedule: { startMs: start, durationSeconds: 7200 } });
    const moments = [
      Date.UTC(2028, 1, 28, 23),
      Date.UTC(2028, 1, 29, 0, 59),
      Date.UTC(2028, 1, 29, 1),
      Date.UTC(2028, 2, 1, 0, 30),
    ];
    assert.deepEqual(
      moments.map((ms) => scheduleMoment(profile, ms, 0).period?.limit ?? null),
      [16, 16, null, 16],
    );
  });
});

describe('the validity of a profile', () => {
  it('hides what lies before validFrom and from validTo on, for a schedule that runs meanwhile', () => {
    const profile = profileOf({
      validFromMs: mondayMs + 30_000,
      validToMs: mondayMs + 90_000,
      schedule: { periods: periodsOf([0, 6], [60, 10]) },
    });
    assert.deepEqual(
      [0, 29, 30, 60, 89, 90].map((seconds) => at(profile, seconds)),
      [
        [null, 30],
        [null, 30],
        [6, 60],
        [10, 90],
        [10, 90],
        [null, Infinity],
      ],
    );
  });

  it('that ends before the schedule begins, or before it begins itself, leaves nothing', () => {
    assert.deepEqual(at(profileOf({ validToMs: mondayMs + 50_000, schedule: { startMs: mondayMs + 60_000 } }), 0), [
      null,
      Infinity,
    ]);
    assert.deepEqual(at(profileOf({ validFromMs: mondayMs + 9_000, validToMs: mondayMs + 4_000, schedule: {} }), 0), [
      null,
      Infinity,
    ]);
  });

  it('that ends in a gap of a recurring schedule is its end', () => {
    const profile = profileOf({
      kind: 'daily',
      validToMs: mondayMs + 20 * hourMs,
      schedule: { durationSeconds: 3600 },
    });
    assert.deepEqual(at(profile, 7200), [null, Infinity]);
  });
});
