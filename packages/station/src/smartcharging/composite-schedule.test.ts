import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ChargingProfile } from './charging-profile.ts';
import { compositeSchedule, stationSchedule } from './composite-schedule.ts';
import { busyEvse, idleEvse, mondayMs, periodsOf, profileOf } from './test-profiles.ts';

const day = 86_400;

function window(durationSeconds: number, unit: 'A' | 'W' | null = null, fromMs: number = mondayMs) {
  return { fromMs, durationSeconds, unit } as const;
}

/** Periods as pairs, where no phases are named. */
function pairs({ periods }: ReturnType<typeof compositeSchedule>): readonly (readonly number[])[] {
  return periods.map(({ startSeconds, limit, phases }) =>
    phases === null ? [startSeconds, limit] : [startSeconds, limit, phases],
  );
}

describe('the composite schedule of an EVSE', () => {
  it('is the least of the maximum of the station and the leading profile, and falls back when one ends', () => {
    const profiles = [
      profileOf({ id: 1, purpose: 'stationMax', schedule: { durationSeconds: day, periods: periodsOf([0, 10]) } }),
      profileOf({ id: 2, schedule: { durationSeconds: 300, periods: periodsOf([0, 6], [60, 10], [120, 8]) } }),
      profileOf({
        id: 3,
        purpose: 'tx',
        schedule: { durationSeconds: 260, periods: periodsOf([0, 8], [50, 11], [140, 16], [200, 6], [240, 12]) },
      }),
    ];
    const schedule = compositeSchedule(profiles, busyEvse(), window(400, 'A'));
    assert.deepEqual(schedule, {
      startMs: mondayMs,
      durationSeconds: 400,
      unit: 'A',
      periods: periodsOf([0, 8], [50, 10], [200, 6], [240, 10], [260, 8], [300, 10]),
    });
  });

  it('is what the hardware can give where there is no profile, with one period also in a window of no length', () => {
    assert.deepEqual(pairs(compositeSchedule([], idleEvse(), window(0))), [[0, 32]]);
    assert.deepEqual(pairs(compositeSchedule([], idleEvse(), window(3600, 'W'))), [[0, 22_080]]);
    assert.deepEqual(pairs(compositeSchedule([], idleEvse({ phases: 1, maxMilliamps: 16_000 }), window(60, 'W'))), [
      [0, 3_680],
    ]);
    const above = profileOf({ schedule: { periods: periodsOf([0, 63]) } });
    assert.deepEqual(pairs(compositeSchedule([above], idleEvse(), window(60))), [[0, 32]]);
  });

  it('begins with the period that runs, and ends with the window', () => {
    const profile = profileOf({ schedule: { periods: periodsOf([0, 6], [100, 8], [200, 10], [300, 12]) } });
    const schedule = compositeSchedule([profile], idleEvse(), window(150, null, mondayMs + 120_000));
    assert.deepEqual(pairs(schedule), [
      [0, 8],
      [80, 10],
    ]);
  });

  it('counts from the whole second in which it was asked for', () => {
    const profile = profileOf({ schedule: { periods: periodsOf([0, 6], [100, 8]) } });
    const schedule = compositeSchedule([profile], idleEvse(), window(150, null, mondayMs + 40_999));
    assert.deepEqual(
      [schedule.startMs, pairs(schedule)],
      [
        mondayMs + 40_000,
        [
          [0, 6],
          [60, 8],
        ],
      ],
    );
  });

  it('shows at once a profile without a start that came in the same second', () => {
    const profile = profileOf({
      acceptedMs: mondayMs + 300,
      schedule: { startMs: null, periods: periodsOf([0, 6], [50, 8]) },
    });
    assert.deepEqual(pairs(compositeSchedule([profile], idleEvse(), window(100, null, mondayMs + 300))), [
      [0, 6],
      [50, 8],
    ]);
  });

  it('counts a relative schedule from the transaction, and from the window when none runs', () => {
    const profile = profileOf({
      kind: 'relative',
      schedule: { startMs: null, durationSeconds: 100, periods: periodsOf([0, 6], [60, 8]) },
    });
    const asked = window(200, null, mondayMs + 40_000);
    assert.deepEqual(pairs(compositeSchedule([profile], busyEvse(), asked)), [
      [0, 6],
      [20, 8],
      [60, 32],
    ]);
    assert.deepEqual(pairs(compositeSchedule([profile], idleEvse(), asked)), [
      [0, 6],
      [60, 8],
      [100, 32],
    ]);
  });

  it('puts neighbours together that allow the same', () => {
    const profile = profileOf({ schedule: { periods: periodsOf([0, 10], [60, 10], [90, 40], [120, 50], [150, 10]) } });
    assert.deepEqual(pairs(compositeSchedule([profile], idleEvse(), window(300))), [
      [0, 10],
      [90, 32],
      [150, 10],
    ]);
  });

  it('repeats daily over days of a window, with the limit of a lower level in between', () => {
    const night = profileOf({
      id: 1,
      stackLevel: 1,
      kind: 'daily',
      schedule: { startMs: mondayMs - 2 * 3_600_000, durationSeconds: 4 * 3600 },
    });
    const always = profileOf({ id: 2, schedule: { periods: periodsOf([0, 8]) } });
    const schedule = compositeSchedule([night, always], idleEvse(), window(2 * day));
    assert.deepEqual(pairs(schedule), [
      [0, 16],
      [7200, 8],
      [79_200, 16],
      [93_600, 8],
      [165_600, 16],
    ]);
  });
});

describe('the unit and the phases of a composite schedule', () => {
  const amps = profileOf({ id: 1, schedule: { periods: periodsOf([0, 16]) } });
  const watts = profileOf({
    id: 2,
    evse: 0,
    purpose: 'stationMax',
    schedule: { unit: 'W', periods: periodsOf([0, 8_000]) },
  });

  it('is the one asked for; else that which the profiles concerned have in common; else A', () => {
    const unitOf = (profiles: readonly ChargingProfile[], asked: 'A' | 'W' | null) =>
      compositeSchedule(profiles, idleEvse(), window(60, asked)).unit;
    assert.equal(unitOf([watts], 'A'), 'A');
    assert.equal(unitOf([amps], 'W'), 'W');
    assert.equal(unitOf([watts], null), 'W');
    assert.equal(unitOf([watts, amps], null), 'A');
    assert.equal(unitOf([], null), 'A');
    assert.equal(
      unitOf([watts, profileOf({ evse: 2, schedule: {} })], null),
      'W',
      'a profile of another EVSE has no say',
    );
  });

  it('turns what is given in the other unit, rounded down to a tenth', () => {
    assert.deepEqual(pairs(compositeSchedule([watts, amps], idleEvse(), window(60, 'A'))), [[0, 11.5]]);
    assert.deepEqual(pairs(compositeSchedule([watts, amps], idleEvse(), window(60, 'W'))), [[0, 8_000]]);
    assert.deepEqual(pairs(compositeSchedule([watts, amps], idleEvse({ phases: 1 }), window(60, 'W'))), [[0, 3_680]]);
  });

  it('names the phases where a profile does, and allows only the least of them', () => {
    const single = profileOf({ id: 3, schedule: { durationSeconds: 60, periods: periodsOf([0, 16, 1], [30, 16, 3]) } });
    assert.deepEqual(pairs(compositeSchedule([single], idleEvse(), window(90, 'A'))), [
      [0, 16, 1],
      [30, 16, 3],
      [60, 32],
    ]);
    assert.deepEqual(pairs(compositeSchedule([single], idleEvse(), window(90, 'W'))), [
      [0, 3_680, 1],
      [30, 11_040, 3],
      [60, 22_080],
    ]);
  });

  it('has limits of one decimal without what binary fractions add', () => {
    const periods = Array.from({ length: 60 }, (_, index) => [index * 60, 6 + index * 0.1] as const);
    const profile = profileOf({
      schedule: { periods: periodsOf(...periods.map(([start, limit]) => [start, Number(limit.toFixed(1))] as const)) },
    });
    const { periods: told } = compositeSchedule([profile], idleEvse(), window(3600));
    assert.deepEqual(
      told.map(({ limit }) => String(limit)),
      periods.map(([, limit]) => String(Number(limit.toFixed(1)))),
    );
  });
});

describe('the composite schedule of the station', () => {
  it('is the sum over its EVSEs, with the hardware where no profile limits one', () => {
    const own = profileOf({ schedule: { durationSeconds: 100, periods: periodsOf([0, 10]) } });
    const evses = [idleEvse(), idleEvse({ evse: 2, maxMilliamps: 16_000 })];
    assert.deepEqual(pairs(stationSchedule([own], evses, window(300))), [
      [0, 26],
      [100, 48],
    ]);
    assert.deepEqual(pairs(stationSchedule([own], evses, window(0, 'W'))), [[0, 17_940]]);
    assert.deepEqual(pairs(stationSchedule([], evses, window(300))), [[0, 48]]);
  });

  it('is capped by the maximum of the station', () => {
    const evses = [idleEvse(), idleEvse({ evse: 2 })];
    const maximum = profileOf({ id: 1, purpose: 'stationMax', schedule: { periods: periodsOf([0, 32], [200, 25]) } });
    const defaults = profileOf({ id: 2, evse: 0, schedule: { durationSeconds: 100, periods: periodsOf([0, 10]) } });
    assert.deepEqual(pairs(stationSchedule([maximum, defaults], evses, window(300))), [
      [0, 20],
      [100, 32],
      [200, 25],
    ]);
    assert.deepEqual(pairs(stationSchedule([maximum], evses, window(300, 'W'))), [
      [0, 22_080],
      [200, 17_250],
    ]);
  });

  it('counts the profile of each transaction for its own EVSE, from its own start', () => {
    const relative = profileOf({
      id: 1,
      evse: 0,
      kind: 'relative',
      schedule: { startMs: null, periods: periodsOf([0, 10], [60, 6]) },
    });
    const forIt = profileOf({ id: 2, purpose: 'tx', schedule: { periods: periodsOf([0, 8]) } });
    const evses = [
      busyEvse(),
      { ...idleEvse({ evse: 2 }), transaction: 'other', transactionStartMs: mondayMs - 30_000 },
    ];
    assert.deepEqual(pairs(stationSchedule([relative, forIt], evses, window(100))), [
      [0, 18],
      [30, 14],
    ]);
  });
});

describe('a composite schedule that nobody can want', () => {
  const hourly = profileOf({
    kind: 'daily',
    schedule: { periods: periodsOf(...Array.from({ length: 24 }, (_, hour) => [hour * 3600, 6 + hour] as const)) },
  });

  it('of 68 years of daily changes is told as far as an answer reaches, with the duration that is covered', () => {
    const { periods, durationSeconds } = compositeSchedule([hourly], idleEvse(), window(2 ** 31 - 1));
    assert.equal(periods.length, 1_000);
    assert.equal(durationSeconds, 1_000 * 3600);
  });

  it('of 68 years of changes that change nothing is one period over what was looked at', () => {
    const flat = profileOf({
      kind: 'daily',
      schedule: { periods: periodsOf(...Array.from({ length: 24 }, (_, hour) => [hour * 3600, 16] as const)) },
    });
    const { periods, durationSeconds } = compositeSchedule([flat], idleEvse(), window(2 ** 31 - 1));
    assert.deepEqual(periods, periodsOf([0, 16]));
    assert.equal(durationSeconds, 10_000 * 3600);
  });

  it('of 68 years is told in full where little changes', () => {
    const { periods, durationSeconds } = compositeSchedule(
      [profileOf({ schedule: { durationSeconds: 60 } })],
      idleEvse(),
      window(2 ** 31 - 1),
    );
    assert.deepEqual([periods.length, durationSeconds], [2, 2 ** 31 - 1]);
  });
});
