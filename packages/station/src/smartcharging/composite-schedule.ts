import type { ChargingProfile, RateUnit, SchedulePeriod } from './charging-profile.ts';
import { milliampsFrom, milliampsOf, milliwattsFrom, milliwattsOf, usedPhases, wireLimit } from './evse-power.ts';
import type { EvsePower, Limit } from './evse-power.ts';
import { profilesOf, stationProfilesOf } from './leading-limit.ts';
import type { ProfileUser } from './leading-limit.ts';
import { LeadingSweep } from './leading-sweep.ts';
import type { LimitInUnit } from './leading-sweep.ts';
import { wholeSecond } from './schedule-moment.ts';

/** An EVSE whose limits are asked for, and the transaction that runs on it. */
export interface ScheduledEvse extends Omit<ProfileUser, 'evse'> {
  readonly power: EvsePower;
}

/** The stretch of time that is asked about. */
export interface ScheduleWindow {
  /** Wall time in ms; a fraction of a second is dropped. */
  readonly fromMs: number;
  /** Whole seconds from 0 on. */
  readonly durationSeconds: number;
  /** null = the unit that the profiles concerned have in common; A when there is none, or they differ. */
  readonly unit: RateUnit | null;
}

/** What limits hold in a window: the answer to GetCompositeSchedule, in no version's words. */
export interface CompositeSchedule {
  /** Wall time in ms, a whole second. */
  readonly startMs: number;
  /** As asked; shorter when the window had more changes than one answer can hold. */
  readonly durationSeconds: number;
  readonly unit: RateUnit;
  /** At least one; the first starts at 0; neighbours differ. `phases` is null where no profile names any. */
  readonly periods: readonly SchedulePeriod[];
}

/**
 * What one answer holds at most. A window of decades over a profile that repeats daily would be hundreds of thousands of periods:
 * it is told as far as this reaches, with the duration that is covered. Steps count changes that turn out to change nothing.
 */
const most = { periods: 1_000, steps: 10_000 } as const;

/** What holds from one moment on. */
interface Step {
  /** A or W, at most one decimal. */
  readonly limit: number;
  /** How many phases may be used. */
  readonly phases: number;
  /** Whether any profile named the phases. */
  readonly phasesNamed: boolean;
}

/** Walks along a window; the moments it is asked about only grow. */
interface Sweep {
  stepAt(atMs: number): Step;
  /** Until when the last step holds (wall ms); Infinity = for ever. */
  untilMs(): number;
}

/**
 * The limits of one EVSE in a window: at each moment the least of the station's maximum (in full: how it is shared is another
 * matter), the leading profile and what the hardware can give (OCPP 1.6 §5.7, SC-05, SC-11).
 */
export function compositeSchedule(
  profiles: readonly ChargingProfile[],
  evse: ScheduledEvse,
  window: ScheduleWindow,
): CompositeSchedule {
  const startMs = wholeSecond(window.fromMs);
  const concerned = [...profilesOf(profiles, userOf(evse)), ...stationProfilesOf(profiles)];
  const unit = window.unit ?? commonUnit(concerned);
  return collect(new EvseSweep(profiles, evse, { startMs, unit }), window, { startMs, unit });
}

/**
 * The limits of the whole station in a window: the sum of the schedules of its EVSEs, what their hardware gives where no profile
 * limits them, never above the station's maximum (OCPP 1.6 §5.7, SC-11).
 */
export function stationSchedule(
  profiles: readonly ChargingProfile[],
  evses: readonly ScheduledEvse[],
  window: ScheduleWindow,
): CompositeSchedule {
  const startMs = wholeSecond(window.fromMs);
  const concerned = [...stationProfilesOf(profiles), ...evses.flatMap((evse) => profilesOf(profiles, userOf(evse)))];
  const unit = window.unit ?? commonUnit(concerned);
  return collect(new StationSweep(profiles, evses, { startMs, unit }), window, { startMs, unit });
}

interface Frame {
  readonly startMs: number;
  readonly unit: RateUnit;
}

function userOf({ power, transaction, transactionStartMs }: ScheduledEvse): ProfileUser {
  return { evse: power.evse, transaction, transactionStartMs };
}

function commonUnit(profiles: readonly ChargingProfile[]): RateUnit {
  return profiles.length > 0 && profiles.every(({ schedule }) => schedule.unit === 'W') ? 'W' : 'A';
}

/** What one EVSE may draw. */
class EvseSweep implements Sweep {
  readonly #power: EvsePower;
  readonly #unit: RateUnit;
  readonly #station: LeadingSweep;
  readonly #own: LeadingSweep;

  constructor(profiles: readonly ChargingProfile[], evse: ScheduledEvse, { startMs, unit }: Frame) {
    this.#power = evse.power;
    this.#unit = unit;
    this.#station = new LeadingSweep(stationProfilesOf(profiles), startMs);
    this.#own = new LeadingSweep(profilesOf(profiles, userOf(evse)), evse.transactionStartMs ?? startMs);
  }

  stepAt(atMs: number): Step {
    return allowed([this.#station.moveTo(atMs), this.#own.moveTo(atMs)], this.#power, this.#unit);
  }

  untilMs(): number {
    return Math.min(this.#station.untilMs, this.#own.untilMs);
  }
}

/** What all EVSEs together may draw; where a maximum of the station has to be converted, by the EVSE with the most phases. */
class StationSweep implements Sweep {
  readonly #unit: RateUnit;
  readonly #power: EvsePower | null;
  readonly #station: LeadingSweep;
  readonly #evses: readonly EvseSweep[];

  constructor(profiles: readonly ChargingProfile[], evses: readonly ScheduledEvse[], frame: Frame) {
    this.#unit = frame.unit;
    this.#power = evses.map(({ power }) => power).toSorted((a, b) => b.phases - a.phases)[0] ?? null;
    this.#station = new LeadingSweep(stationProfilesOf(profiles), frame.startMs);
    this.#evses = evses.map((evse) => new EvseSweep(profiles, evse, frame));
  }

  stepAt(atMs: number): Step {
    let tenths = 0;
    for (const evse of this.#evses) tenths += Math.round(evse.stepAt(atMs).limit * 10);
    const maximum = this.#station.moveTo(atMs);
    if (maximum === null || this.#power === null) {
      return { limit: tenths / 10, phases: this.#power?.phases ?? 3, phasesNamed: false };
    }
    const { limit } = maximum;
    return {
      limit: Math.min(tenths / 10, wireLimit(inUnit(this.#unit)(limit, maximum.unit, this.#power))),
      phases: usedPhases(limit.phases, this.#power),
      phasesNamed: limit.phases !== null,
    };
  }

  untilMs(): number {
    return this.#evses.reduce((least, evse) => Math.min(least, evse.untilMs()), this.#station.untilMs);
  }
}

function inUnit(unit: RateUnit): (limit: Limit, unit: RateUnit, power: EvsePower) => number {
  return unit === 'A' ? milliampsOf : milliwattsOf;
}

/** What several limits and the hardware allow together: the least amperes on the fewest phases, and not more than the least watts. */
function allowed(limits: readonly (LimitInUnit | null)[], power: EvsePower, unit: RateUnit): Step {
  let milliamps = power.maxMilliamps;
  let milliwatts = Number.POSITIVE_INFINITY;
  let phases: number = power.phases;
  let phasesNamed = false;
  for (const found of limits) {
    if (found === null) continue;
    const { limit } = found;
    phases = Math.min(phases, usedPhases(limit.phases, power));
    phasesNamed ||= limit.phases !== null;
    if (found.unit === 'A') milliamps = Math.min(milliamps, milliampsOf(limit, 'A', power));
    else milliwatts = Math.min(milliwatts, milliwattsOf(limit, 'W', power));
  }
  const thousandths =
    unit === 'A'
      ? Math.min(milliamps, milliampsFrom(milliwatts, phases, power))
      : Math.min(milliwatts, milliwattsFrom(milliamps, phases, power));
  return { limit: wireLimit(thousandths), phases, phasesNamed };
}

/** Walks a window from change to change and notes what differs from the step before. */
function collect(sweep: Sweep, { durationSeconds }: ScheduleWindow, { startMs, unit }: Frame): CompositeSchedule {
  const endMs = startMs + durationSeconds * 1000;
  const periods: SchedulePeriod[] = [];
  let last: Step | null = null;
  let atMs = startMs;
  for (let steps = 0; atMs < endMs || last === null; steps++) {
    const step = sweep.stepAt(atMs);
    const isNew: boolean = last === null || step.limit !== last.limit || step.phases !== last.phases;
    if (steps >= most.steps || (isNew && periods.length >= most.periods)) {
      return { startMs, durationSeconds: (atMs - startMs) / 1000, unit, periods };
    }
    if (isNew) periods.push(periodOf(step, (atMs - startMs) / 1000));
    last = step;
    atMs = sweep.untilMs();
  }
  return { startMs, durationSeconds, unit, periods };
}

function periodOf({ limit, phases, phasesNamed }: Step, startSeconds: number): SchedulePeriod {
  return { startSeconds, limit, phases: phasesNamed ? phases : null };
}
