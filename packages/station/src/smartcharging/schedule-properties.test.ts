import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { ChargingProfile, ProfilePurpose, SchedulePeriod } from './charging-profile.ts';
import { compositeSchedule, stationSchedule } from './composite-schedule.ts';
import type { ScheduledEvse } from './composite-schedule.ts';
import { leadingLimit } from './leading-limit.ts';
import { naiveLeading, naiveSchedule, naiveStationSchedule } from './test-naive-schedule.ts';
import { powerOf } from './test-profiles.ts';

/** Moments at which clocks and calendars do something: a week, month and leap day ends, clocks are put forward and back in Europe. */
const bases = [
  Date.UTC(2026, 10, 23),
  Date.UTC(2027, 0, 1),
  Date.UTC(2028, 1, 29),
  Date.UTC(2026, 2, 29, 1),
  Date.UTC(2026, 9, 25, 1),
  Date.UTC(2026, 6, 15, 12),
] as const;

const dayMs = 86_400_000;

/** A world of times that all lie on a grid: seconds for short windows, half hours for windows of days. */
interface Grid {
  readonly everySeconds: number;
  /** Parts of a second that may be added to any start or end, because they must not matter. */
  readonly fractionMs: number;
  /** How many steps of the grid a window, a schedule and a shift have at most. */
  readonly steps: number;
}

const seconds: Grid = { everySeconds: 1, fractionMs: 999, steps: 300 };
const halfHours: Grid = { everySeconds: 1800, fractionMs: 0, steps: 10 * 48 };

interface Asked {
  readonly profiles: readonly ChargingProfile[];
  readonly evses: readonly ScheduledEvse[];
  readonly fromMs: number;
  readonly durationSeconds: number;
  readonly unit: 'A' | 'W';
}

/** A time around a base: some steps of the grid before or after it, and some whole days or weeks away. */
function timeAround(base: number, { everySeconds, fractionMs, steps }: Grid): fc.Arbitrary<number> {
  return fc
    .record({
      steps: fc.integer({ min: -steps, max: steps }),
      days: fc.constantFrom(0, 0, 0, -1, -7, -8, -365, 1),
      fraction: fc.integer({ min: 0, max: fractionMs }),
    })
    .map((shift) => base + shift.steps * everySeconds * 1000 + shift.days * dayMs + shift.fraction);
}

function periodsOn({ everySeconds, steps }: Grid, unit: 'A' | 'W'): fc.Arbitrary<readonly SchedulePeriod[]> {
  const limit = fc.oneof(fc.integer({ min: 0, max: 400 }), fc.constantFrom(0, 60, 160, 320));
  const period = fc.record({
    gap: fc.integer({ min: 1, max: Math.ceil(steps / 4) }),
    limit: limit.map((tenths) => (unit === 'A' ? tenths / 10 : tenths * 60 + (tenths % 7) / 10)),
    phases: fc.constantFrom(null, null, null, 1, 2, 3),
  });
  return fc.array(period, { minLength: 1, maxLength: 6 }).map((periods) => {
    let at = 0;
    return periods.map(({ gap, limit: value, phases }, index) => {
      if (index > 0) at += gap * everySeconds;
      return { startSeconds: at, limit: value, phases };
    });
  });
}

function profileOn(
  grid: Grid,
  base: number,
  purpose: ProfilePurpose,
): fc.Arbitrary<Omit<ChargingProfile, 'id' | 'stackLevel'>> {
  const time = timeAround(base, grid);
  const { everySeconds, steps } = grid;
  return fc.constantFrom('A' as const, 'W' as const).chain((unit) =>
    fc
      .record({
        evse:
          purpose === 'stationMax'
            ? fc.constant(0)
            : purpose === 'tx'
              ? fc.constantFrom(1, 2)
              : fc.constantFrom(0, 1, 2),
        kind: fc.constantFrom('absolute', 'relative', 'daily', 'weekly'),
        transaction: purpose === 'tx' ? fc.constantFrom('one', 'two', 'gone') : fc.constant(null),
        validFromMs: fc.option(time, { freq: 3 }),
        validToMs: fc.option(time, { freq: 3 }),
        acceptedMs: time,
        startMs: fc.option(time, { freq: 5 }),
        durationSeconds: fc.option(
          fc.integer({ min: 0, max: steps }).map((count) => count * everySeconds),
          { freq: 3 },
        ),
        periods: periodsOn(grid, unit),
      })
      .map(({ startMs, durationSeconds, periods, ...rest }) => ({
        ...rest,
        purpose,
        schedule: { startMs, durationSeconds, unit, periods },
      })),
  );
}

/** Several profiles, of which no two share purpose, EVSE and stack level: a station never holds such two. */
function profilesOn(grid: Grid, base: number): fc.Arbitrary<readonly ChargingProfile[]> {
  const one = fc.constantFrom('stationMax' as const, 'txDefault' as const, 'txDefault' as const, 'tx' as const);
  const leveled = fc.tuple(
    one.chain((purpose) => profileOn(grid, base, purpose)),
    fc.integer({ min: 0, max: 5 }),
  );
  return fc
    .uniqueArray(leveled, {
      maxLength: 9,
      selector: ([{ purpose, evse, transaction }, level]) => `${purpose} ${transaction ?? evse} ${level}`,
    })
    .map((all) => all.map(([profile, stackLevel], id) => ({ ...profile, id, stackLevel })));
}

function evseOn(grid: Grid, base: number, evse: 1 | 2): fc.Arbitrary<ScheduledEvse> {
  return fc
    .record({
      phases: fc.constantFrom(1 as const, 2 as const, 3 as const),
      maxMilliamps: fc.constantFrom(10_000, 16_000, 32_000, 31_250),
      transactionStartMs: fc.option(timeAround(base, grid), { freq: 3 }),
    })
    .map(({ transactionStartMs, ...power }) => ({
      power: powerOf({ evse, ...power }),
      transaction: transactionStartMs === null ? null : evse === 1 ? 'one' : 'two',
      transactionStartMs,
    }));
}

function askedOn(grid: Grid): fc.Arbitrary<Asked> {
  return fc.constantFrom(...bases).chain((base) =>
    fc.record({
      profiles: profilesOn(grid, base),
      evses: fc.tuple(evseOn(grid, base, 1), evseOn(grid, base, 2)),
      fromMs: fc.integer({ min: 0, max: grid.fractionMs }).map((fraction) => base + fraction),
      durationSeconds: fc.integer({ min: 0, max: grid.steps }).map((steps) => steps * grid.everySeconds),
      unit: fc.constantFrom('A' as const, 'W' as const),
    }),
  );
}

function assertSame({ profiles, evses, ...window }: Asked, everySeconds: number): void {
  for (const evse of evses) {
    assert.deepEqual(
      compositeSchedule(profiles, evse, window),
      naiveSchedule(profiles, evse, { ...window, everySeconds }),
    );
  }
  const station = stationSchedule(profiles, evses, window);
  assert.deepEqual(station, naiveStationSchedule(profiles, evses, { ...window, everySeconds }));
}

/** The leading limit asked for anew at every second is the one found by hand, and does not change before it said it may. */
function assertLeads({ profiles, evses, fromMs, durationSeconds }: Asked): void {
  const first = Math.floor(fromMs / 1000);
  for (const { power, ...user } of evses) {
    const transactionStartMs = user.transactionStartMs ?? fromMs;
    const evse = { power, transaction: user.transaction, transactionStartMs };
    let holdsUntil = first;
    let held: SchedulePeriod | null = null;
    for (let second = first; second < first + durationSeconds; second++) {
      const asked = { evse: power.evse, transaction: user.transaction, transactionStartMs, atMs: second * 1000 + 7 };
      const { leading, untilMs } = leadingLimit(profiles, asked);
      const period = leading?.period ?? null;
      assert.equal(period, naiveLeading(profiles, evse, { second, first })?.period ?? null);
      if (second < holdsUntil) assert.equal(period, held);
      assert.ok(untilMs === null || untilMs > asked.atMs);
      held = period;
      holdsUntil = Math.max(holdsUntil, (untilMs ?? Number.POSITIVE_INFINITY) / 1000);
    }
  }
}

describe('the sweep over boundaries, against looking at every second by hand', () => {
  it('gives the same schedule, to the second, for any profiles', () => {
    fc.assert(
      fc.property(askedOn(seconds), (asked) => assertSame(asked, 1)),
      { numRuns: 1_500 },
    );
  });

  it('gives the same schedule over days and weeks', () => {
    fc.assert(
      fc.property(askedOn(halfHours), (asked) => assertSame(asked, halfHours.everySeconds)),
      { numRuns: 1_500 },
    );
  });

  it('names the same leading limit at each second, and when it may change', () => {
    fc.assert(fc.property(askedOn(seconds), assertLeads), { numRuns: 1_000 });
  });
});
