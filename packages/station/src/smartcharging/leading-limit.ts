import type { ChargingProfile, SchedulePeriod } from './charging-profile.ts';
import { scheduleMoment } from './schedule-moment.ts';

/** For whom a leading profile is looked for. */
export interface ProfileUser {
  readonly evse: number;
  /** The transaction that runs on the EVSE; null = none: then no `tx` profile counts. */
  readonly transaction: string | null;
  /** When it started (wall ms): a relative schedule begins then; null = it would begin at the moment that is asked about. */
  readonly transactionStartMs: number | null;
}

/** The limit that leads at a moment. */
export interface LeadingLimit {
  /** null = no profile gives a limit. */
  readonly leading: { readonly profile: ChargingProfile; readonly period: SchedulePeriod } | null;
  /** Wall time in ms at which that may change by the passing of time alone; null = never. */
  readonly untilMs: number | null;
}

/**
 * Which of the installed profiles limits an EVSE at a moment, beside the station's own maximum (SC-03, SC-04, SC-05). The order of
 * those that concern it is that of `profilesOf`; the first that has a period active then leads, whatever the others say.
 */
export function leadingLimit(
  profiles: readonly ChargingProfile[],
  { atMs, ...user }: ProfileUser & { readonly atMs: number },
): LeadingLimit {
  return firstActive(profilesOf(profiles, user), atMs, user.transactionStartMs);
}

/** The limit of the whole station at a moment: that of the `stationMax` profile on the highest stack level that has one then (SC-05). */
export function stationLimit(profiles: readonly ChargingProfile[], atMs: number): LeadingLimit {
  return firstActive(stationProfilesOf(profiles), atMs, null);
}

/**
 * The profiles that may limit an EVSE, the one that goes before first: those of its transaction, then the defaults set on the EVSE
 * itself, then the defaults of connector 0; each kind from the highest stack level down.
 *
 * A default of the EVSE's own goes before one of connector 0 at each moment, on whatever stack levels they are (OCPP 1.6 §3.13.1:
 * it replaces the other on that connector only). Where none of its own has an active period, that of 0 holds again: a gap in a
 * calendar of one connector is no reason to lift the limit that the operator set for all.
 */
export function profilesOf(profiles: readonly ChargingProfile[], user: ProfileUser): readonly ChargingProfile[] {
  return profiles
    .filter((profile) => rankOf(profile, user) > 0)
    .toSorted((a, b) => rankOf(b, user) - rankOf(a, user) || b.stackLevel - a.stackLevel);
}

/** The profiles that limit the whole station, the highest stack level first. */
export function stationProfilesOf(profiles: readonly ChargingProfile[]): readonly ChargingProfile[] {
  return profiles.filter(({ purpose }) => purpose === 'stationMax').toSorted((a, b) => b.stackLevel - a.stackLevel);
}

/** The higher goes before; 0 = it does not concern this EVSE. */
function rankOf({ purpose, evse, transaction }: ChargingProfile, user: ProfileUser): number {
  switch (purpose) {
    case 'stationMax':
      return 0;
    case 'tx':
      return user.transaction !== null && transaction === user.transaction ? 3 : 0;
    case 'txDefault':
      return evse === user.evse ? 2 : evse === 0 ? 1 : 0;
  }
}

/** The first profile that gives a limit at a moment; of those behind it none matters before that one changes. */
function firstActive(
  ranked: readonly ChargingProfile[],
  atMs: number,
  transactionStartMs: number | null,
): LeadingLimit {
  let untilMs = Number.POSITIVE_INFINITY;
  for (const profile of ranked) {
    const moment = scheduleMoment(profile, atMs, transactionStartMs ?? atMs);
    untilMs = Math.min(untilMs, moment.untilMs);
    if (moment.period !== null) return { leading: { profile, period: moment.period }, untilMs: finite(untilMs) };
  }
  return { leading: null, untilMs: finite(untilMs) };
}

function finite(ms: number): number | null {
  return ms === Number.POSITIVE_INFINITY ? null : ms;
}
