import type { ChargingProfile, RateUnit, SchedulePeriod } from './charging-profile.ts';
import type { CompositeSchedule, ScheduledEvse, ScheduleWindow } from './composite-schedule.ts';

interface NaiveWindow extends ScheduleWindow {
  readonly unit: RateUnit;
  /** Look only at every so many seconds, where all changes are known to lie on such a grid; 1 unless given. */
  readonly everySeconds?: number;
}

/**
 * GetCompositeSchedule as one would do it by hand: look at every single second of the window and ask every profile anew. It shares
 * no code with the sweep on purpose, and counts in whole thousandths (bigint), so that both can only agree where both are right.
 */
export function naiveSchedule(
  profiles: readonly ChargingProfile[],
  evse: ScheduledEvse,
  window: NaiveWindow,
): CompositeSchedule {
  return secondBySecond(window, (second, first) => evseAt(profiles, evse, { second, first, unit: window.unit }));
}

/** The same for the whole station. */
export function naiveStationSchedule(
  profiles: readonly ChargingProfile[],
  evses: readonly ScheduledEvse[],
  window: NaiveWindow,
): CompositeSchedule {
  const widest = evses.reduce((most, { power }) => (power.phases > most ? power.phases : most), 1);
  return secondBySecond(window, (second, first) => {
    const moment = { second, first, unit: window.unit };
    const sum = evses.reduce((total, evse) => total + evseAt(profiles, evse, moment).tenths, 0n);
    const found = highest(
      profiles.filter(({ purpose }) => purpose === 'stationMax'),
      second,
      first,
    );
    if (found === null) return { tenths: sum, phases: widest, named: false };
    const phases = Math.min(found.period.phases ?? 3, widest);
    const volts = BigInt(evses[0]?.power.nominalVolts ?? 230);
    const cap = converted(found, window.unit, volts * BigInt(phases)) / 100n;
    return { tenths: cap < sum ? cap : sum, phases, named: found.period.phases !== null };
  });
}

/** The period that leads on an EVSE in a second; relative schedules begin with the transaction, or with `first`. */
export function naiveLeading(
  profiles: readonly ChargingProfile[],
  { power, transaction, transactionStartMs }: ScheduledEvse,
  { second, first }: { readonly second: number; readonly first: number },
): Found | null {
  const origin = transactionStartMs === null ? first : Math.floor(transactionStartMs / 1000);
  const own = profiles.filter((profile) => profile.purpose === 'txDefault' && profile.evse === power.evse);
  const general = profiles.filter((profile) => profile.purpose === 'txDefault' && profile.evse === 0);
  const forIt = profiles.filter(
    (profile) => profile.purpose === 'tx' && transaction !== null && profile.transaction === transaction,
  );
  return highest(forIt, second, origin) ?? highest(own, second, origin) ?? highest(general, second, origin);
}

interface Moment {
  /** Seconds since 1970. */
  readonly second: number;
  /** The first second of the window. */
  readonly first: number;
  readonly unit: RateUnit;
}

interface Value {
  readonly tenths: bigint;
  readonly phases: number;
  readonly named: boolean;
}

interface Found {
  readonly period: SchedulePeriod;
  readonly unit: RateUnit;
}

function secondBySecond(
  { fromMs, durationSeconds, unit, everySeconds = 1 }: NaiveWindow,
  valueAt: (second: number, first: number) => Value,
): CompositeSchedule {
  const first = Math.floor(fromMs / 1000);
  const periods: SchedulePeriod[] = [];
  let last: Value | null = null;
  for (let offset = 0; offset < Math.max(1, durationSeconds); offset += everySeconds) {
    const value = valueAt(first + offset, first);
    const same: boolean = last !== null && last.tenths === value.tenths && last.phases === value.phases;
    last = value;
    if (same) continue;
    periods.push({ startSeconds: offset, limit: Number(value.tenths) / 10, phases: value.named ? value.phases : null });
  }
  return { startMs: first * 1000, durationSeconds, unit, periods };
}

function evseAt(profiles: readonly ChargingProfile[], evse: ScheduledEvse, { second, first, unit }: Moment): Value {
  const { power } = evse;
  const leading = naiveLeading(profiles, evse, { second, first });
  const station = highest(
    profiles.filter(({ purpose }) => purpose === 'stationMax'),
    second,
    first,
  );
  const found = [leading, station].filter((one) => one !== null);
  const phases = Math.min(power.phases, ...found.map(({ period }) => period.phases ?? 3));
  const hardware: Found = { unit: 'A', period: { startSeconds: 0, limit: power.maxMilliamps / 1000, phases: null } };
  const voltsOfAll = BigInt(power.nominalVolts) * BigInt(phases);
  const values = [hardware, ...found].map((one) => converted(one, unit, voltsOfAll));
  const least = values.reduce((a, b) => (b < a ? b : a));
  return { tenths: least / 100n, phases, named: found.some(({ period }) => period.phases !== null) };
}

/** In thousandths of the unit asked for. */
function converted({ period, unit }: Found, asked: RateUnit, voltsOfAll: bigint): bigint {
  const thousandths = BigInt(Math.round(period.limit * 1000));
  if (unit === asked) return thousandths;
  return asked === 'W' ? thousandths * voltsOfAll : thousandths / voltsOfAll;
}

function highest(profiles: readonly ChargingProfile[], second: number, origin: number): Found | null {
  let best: (Found & { readonly level: number }) | null = null;
  for (const profile of profiles) {
    const period = periodAt(profile, second, origin);
    if (period === null || (best !== null && best.level >= profile.stackLevel)) continue;
    best = { period, unit: profile.schedule.unit, level: profile.stackLevel };
  }
  return best;
}

function periodAt(profile: ChargingProfile, second: number, origin: number): SchedulePeriod | null {
  const { kind, schedule, validFromMs, validToMs, acceptedMs } = profile;
  if (validFromMs !== null && second < Math.floor(validFromMs / 1000)) return null;
  if (validToMs !== null && second >= Math.floor(validToMs / 1000)) return null;
  const start = kind === 'relative' ? origin : Math.floor((schedule.startMs ?? acceptedMs) / 1000);
  let since = second - start;
  if (since < 0) return null;
  if (kind === 'daily') since %= 24 * 60 * 60;
  if (kind === 'weekly') since %= 7 * 24 * 60 * 60;
  if (schedule.durationSeconds !== null && since >= schedule.durationSeconds) return null;
  return schedule.periods.findLast(({ startSeconds }) => startSeconds <= since) ?? null;
}
