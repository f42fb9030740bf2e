import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import type { ChargingProfile } from './charging-profile.ts';
import { leadingLimit, stationLimit } from './leading-limit.ts';
import { mondayMs, periodsOf, profileOf } from './test-profiles.ts';

const running = { evse: 1, transaction: 'running', transactionStartMs: mondayMs } as const;

/** The id of the profile that leads so many seconds after Monday midnight, its limit, and the seconds until which it leads. */
function leader(
  profiles: readonly ChargingProfile[],
  seconds: number,
  user: Omit<Parameters<typeof leadingLimit>[1], 'atMs'> = running,
): readonly [number | null, number | null, number | null] {
  const { leading, untilMs } = leadingLimit(profiles, { ...user, atMs: mondayMs + seconds * 1000 });
  return [
    leading?.profile.id ?? null,
    leading?.period.limit ?? null,
    untilMs === null ? null : (untilMs - mondayMs) / 1000,
  ];
}

describe('the profile that leads on an EVSE', () => {
  const general = profileOf({ id: 10, evse: 0, stackLevel: 5, schedule: { periods: periodsOf([0, 20]) } });
  const own = profileOf({ id: 11, schedule: { periods: periodsOf([0, 10]) } });
  const forIt = profileOf({ id: 12, purpose: 'tx', schedule: { periods: periodsOf([0, 32]) } });

  it('is that of its transaction, also when it allows more than the default', () => {
    assert.deepEqual(leader([general, own, forIt], 0), [12, 32, null]);
  });

  it('is not that of another transaction, nor any of a transaction when none runs', () => {
    assert.deepEqual(leader([own, forIt], 0, { ...running, transaction: 'another' }), [11, 10, null]);
    assert.deepEqual(leader([own, forIt], 0, { evse: 1, transaction: null, transactionStartMs: null }), [11, 10, null]);
  });

  it('is its own default before that of connector 0, on whatever stack level that is; other EVSEs keep that of 0', () => {
    assert.deepEqual(leader([general, own], 0), [11, 10, null]);
    assert.deepEqual(leader([general, own], 0, { ...running, evse: 2 }), [10, 20, null]);
  });

  it('is the default of connector 0 again where its own has no period', () => {
    const short = profileOf({ ...own, schedule: { ...own.schedule, durationSeconds: 60 } });
    assert.deepEqual(leader([general, short], 59), [11, 10, 60]);
    assert.deepEqual(leader([general, short], 60), [10, 20, null]);
  });

  it('is the highest stack level that has a period then, and changes with the lower only when that can matter', () => {
    const low = profileOf({ id: 1, stackLevel: 1, schedule: { periods: periodsOf([0, 6], [30, 8], [500, 9]) } });
    const high = profileOf({ id: 2, stackLevel: 2, schedule: { startMs: mondayMs + 100_000, durationSeconds: 300 } });
    assert.deepEqual(
      [0, 30, 100, 400].map((seconds) => leader([low, high], seconds)),
      [
        [1, 6, 30],
        [1, 8, 100],
        [2, 16, 400],
        [1, 8, 500],
      ],
    );
  });

  it('falls from the transaction to the default and to none', () => {
    const tx = profileOf({ id: 1, purpose: 'tx', kind: 'relative', schedule: { startMs: null, durationSeconds: 50 } });
    const fallback = profileOf({ id: 2, schedule: { durationSeconds: 80, periods: periodsOf([0, 10]) } });
    assert.deepEqual(
      [0, 50, 80].map((seconds) => leader([fallback, tx], seconds)),
      [
        [1, 16, 50],
        [2, 10, 80],
        [null, null, null],
      ],
    );
  });

  it('is no profile of the whole station: that one is beside it', () => {
    const station = profileOf({ id: 3, purpose: 'stationMax', schedule: { periods: periodsOf([0, 12], [60, 14]) } });
    assert.deepEqual(leader([station], 0), [null, null, null]);
    const { leading, untilMs } = stationLimit([station, own, forIt], mondayMs);
    assert.deepEqual([leading?.profile.id, leading?.period.limit, untilMs], [3, 12, mondayMs + 60_000]);
  });
});
