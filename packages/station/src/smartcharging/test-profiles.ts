import type { ChargingProfile, ChargingSchedule, SchedulePeriod } from './charging-profile.ts';
import type { ScheduledEvse } from './composite-schedule.ts';
import type { EvsePower } from './evse-power.ts';

/** A Monday, at midnight UTC. */
export const mondayMs: number = Date.UTC(2026, 10, 23);

/** Periods as pairs of start in seconds and limit, or with the phases as third. */
export function periodsOf(...periods: readonly (readonly [number, number, number?])[]): readonly SchedulePeriod[] {
  return periods.map(([startSeconds, limit, phases]) => ({ startSeconds, limit, phases: phases ?? null }));
}

/** A profile with what a test says; else an absolute default of EVSE 1 from Monday midnight on, on stack level 0. */
export function profileOf(
  given: Partial<Omit<ChargingProfile, 'schedule'>> & { readonly schedule: Partial<ChargingSchedule> },
): ChargingProfile {
  const { schedule, ...rest } = given;
  const purpose = rest.purpose ?? 'txDefault';
  return {
    id: 1,
    evse: purpose === 'stationMax' ? 0 : 1,
    purpose,
    stackLevel: 0,
    kind: 'absolute',
    transaction: purpose === 'tx' ? 'running' : null,
    validFromMs: null,
    validToMs: null,
    acceptedMs: mondayMs,
    ...rest,
    schedule: { startMs: mondayMs, durationSeconds: null, unit: 'A', periods: periodsOf([0, 16]), ...schedule },
  };
}

/** An EVSE of 32 A on three phases of 230 V, unless a test says otherwise. */
export function powerOf(given: Partial<EvsePower> = {}): EvsePower {
  return { evse: 1, maxMilliamps: 32_000, minMilliamps: 6_000, phases: 3, nominalVolts: 230, ...given };
}

/** An EVSE on which nothing runs. */
export function idleEvse(given: Partial<EvsePower> = {}): ScheduledEvse {
  return { power: powerOf(given), transaction: null, transactionStartMs: null };
}

/** An EVSE with the transaction `running`, since Monday midnight unless a test says otherwise. */
export function busyEvse(transactionStartMs: number = mondayMs, given: Partial<EvsePower> = {}): ScheduledEvse {
  return { power: powerOf(given), transaction: 'running', transactionStartMs };
}
