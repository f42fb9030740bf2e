import type { ChargingProfile, ChargingSchedule, SchedulePeriod } from './charging-profile.ts';

/** What one profile says at a moment, and until when it says so. */
export interface ScheduleMoment {
  /** null = the profile gives no limit then. */
  readonly period: SchedulePeriod | null;
  /** Wall time in ms at which it says something else; Infinity = never. */
  readonly untilMs: number;
}

const repeatMs = { absolute: Number.POSITIVE_INFINITY, daily: 86_400_000, weekly: 7 * 86_400_000 } as const;

const never: ScheduleMoment = { period: null, untilMs: Number.POSITIVE_INFINITY };

/**
 * What a profile says at a moment (SC-06, SC-07). Schedules run on whole seconds, as OCPP counts them: a fraction of a second of
 * any start or end is dropped, so that what is offered and what GetCompositeSchedule tells change at the same moments.
 * `relativeStartMs` is where a relative schedule begins. A recurring one begins with its first start and repeats every 24 hours or
 * 7 days of UTC; what its periods or its duration have beyond that is cut (OCPP 1.6 errata 3.44).
 */
export function scheduleMoment(profile: ChargingProfile, atMs: number, relativeStartMs: number): ScheduleMoment {
  const validFromMs = profile.validFromMs === null ? Number.NEGATIVE_INFINITY : wholeSecond(profile.validFromMs);
  const validToMs = profile.validToMs === null ? Number.POSITIVE_INFINITY : wholeSecond(profile.validToMs);
  if (atMs >= validToMs || validFromMs >= validToMs) return never;
  if (atMs < validFromMs) return { period: null, untilMs: validFromMs };
  const { schedule, kind } = profile;
  const firstMs = wholeSecond(kind === 'relative' ? relativeStartMs : (schedule.startMs ?? profile.acceptedMs));
  if (atMs < firstMs) return { period: null, untilMs: firstMs < validToMs ? firstMs : Number.POSITIVE_INFINITY };
  const everyMs = repeatMs[kind === 'relative' ? 'absolute' : kind];
  const startMs = everyMs === Number.POSITIVE_INFINITY ? firstMs : atMs - ((atMs - firstMs) % everyMs);
  const { period, untilMs } = momentOfRun(schedule, atMs, startMs);
  return { period, untilMs: nextChange(untilMs, startMs + everyMs, validToMs, period === null) };
}

/** Where a change lies: not after the next run, and not after the end of validity, which ends nothing in a gap. */
function nextChange(untilMs: number, nextRunMs: number, validToMs: number, inGap: boolean): number {
  const changeMs = Math.min(untilMs, nextRunMs);
  if (changeMs < validToMs) return changeMs;
  return inGap ? Number.POSITIVE_INFINITY : validToMs;
}

/** What a schedule says that began at `startMs`, not after `atMs`. */
function momentOfRun(schedule: ChargingSchedule, atMs: number, startMs: number): ScheduleMoment {
  const endMs =
    schedule.durationSeconds === null ? Number.POSITIVE_INFINITY : startMs + schedule.durationSeconds * 1000;
  if (atMs >= endMs) return never;
  const { periods } = schedule;
  const index = lastStarted(periods, (atMs - startMs) / 1000);
  const next = periods[index + 1];
  const nextMs = next === undefined ? Number.POSITIVE_INFINITY : startMs + next.startSeconds * 1000;
  return { period: periods[index] ?? null, untilMs: Math.min(nextMs, endMs) };
}

/** The index of the last period that has started after so many seconds; -1 when none has. */
function lastStarted(periods: readonly SchedulePeriod[], seconds: number): number {
  let low = 0;
  let high = periods.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((periods[middle]?.startSeconds ?? Number.POSITIVE_INFINITY) <= seconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The beginning of the second that a wall time lies in, in ms. */
export function wholeSecond(ms: number): number {
  return Math.floor(ms / 1000) * 1000;
}
