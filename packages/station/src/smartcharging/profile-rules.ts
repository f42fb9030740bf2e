import type { ChargingProfile, ChargingSchedule, RateUnit } from './charging-profile.ts';

/** A charging profile as somebody asks for it. A time that could not be read is NaN. */
export interface ProposedProfile extends Pick<
  ChargingProfile,
  'id' | 'purpose' | 'stackLevel' | 'validFromMs' | 'validToMs' | 'schedule'
> {
  readonly kind: 'absolute' | 'relative' | 'recurring';
  /** How often a recurring one repeats; null = it does not say. */
  readonly recurrence: 'daily' | 'weekly' | null;
}

/** Where a profile shall apply. */
export interface ProfilePlace {
  /** 0 = the whole station. */
  readonly evse: number;
  /** The transaction that a `tx` profile would be for; null = none that fits runs there. */
  readonly transaction: string | null;
}

/** What profiles may be like at a station. */
export interface ProfileLimits {
  readonly maxStackLevel: number;
  readonly maxPeriods: number;
  readonly units: readonly RateUnit[];
}

interface Question {
  readonly profile: ProposedProfile;
  readonly schedule: ChargingSchedule;
  readonly place: ProfilePlace;
  readonly limits: ProfileLimits;
}

/** Gives what is wrong, as a sentence; null when nothing is. */
type Rule = (question: Question) => string | null;

/** What keeps a profile from being installed, in the order in which it is told (SC-01). */
const rules: readonly Rule[] = [
  ({ profile, place }) =>
    profile.purpose === 'stationMax' && place.evse !== 0 ? 'A maximum of the station belongs to connector 0.' : null,
  ({ profile, place }) =>
    profile.purpose === 'tx' && place.evse === 0
      ? 'A profile of a transaction belongs to its connector, not to 0.'
      : null,
  ({ profile, place }) =>
    profile.purpose === 'tx' && place.transaction === null
      ? 'The transaction that it is for does not run on this connector.'
      : null,
  ({ profile }) =>
    profile.purpose === 'stationMax' && profile.kind === 'relative'
      ? 'A maximum of the station cannot be relative: there is no transaction that it could begin with.'
      : null,
  ({ profile: { stackLevel }, limits: { maxStackLevel } }) =>
    stackLevel < 0 || stackLevel > maxStackLevel
      ? `The stack level ${stackLevel} is not between 0 and ${maxStackLevel}.`
      : null,
  ({ profile }) => recurrenceProblem(profile),
  ({ profile }) => validityProblem(profile),
  ({ schedule: { durationSeconds: seconds } }) =>
    seconds !== null && seconds <= 0 ? `A schedule of ${seconds} seconds never applies.` : null,
  ({ schedule: { unit }, limits: { units } }) =>
    units.includes(unit) ? null : `Limits in ${unit} are not taken here, only in ${units.join(' and ')}.`,
  ({ schedule: { periods }, limits: { maxPeriods } }) =>
    periods.length === 0 || periods.length > maxPeriods
      ? `A schedule has 1 to ${maxPeriods} periods, not ${periods.length}.`
      : null,
  ({ schedule }) => periodsProblem(schedule),
];

/** Why a profile cannot be installed, as a sentence for people; null when it can (OCPP 1.6 §5.16, errata 3.38 and 3.39; SC-01). */
export function profileProblem(profile: ProposedProfile, place: ProfilePlace, limits: ProfileLimits): string | null {
  const question = { profile, schedule: profile.schedule, place, limits };
  for (const rule of rules) {
    const problem = rule(question);
    if (problem !== null) return problem;
  }
  return null;
}

/** The profile as it is installed, once nothing is wrong with it. A relative schedule has no start of its own: one given is left out. */
export function acceptedProfile(profile: ProposedProfile, place: ProfilePlace, acceptedMs: number): ChargingProfile {
  const { id, purpose, stackLevel, kind, recurrence, validFromMs, validToMs, schedule } = profile;
  return {
    id,
    evse: place.evse,
    purpose,
    stackLevel,
    kind: kind === 'recurring' ? (recurrence ?? 'daily') : kind,
    transaction: purpose === 'tx' ? place.transaction : null,
    validFromMs,
    validToMs,
    schedule: kind === 'relative' ? { ...schedule, startMs: null } : schedule,
    acceptedMs,
  };
}

function recurrenceProblem({ kind, recurrence, schedule: { startMs } }: ProposedProfile): string | null {
  if (Number.isNaN(startMs)) return 'The start of its schedule is not a time.';
  if (kind !== 'recurring') return null;
  if (recurrence === null) return 'A recurring profile has to say whether it repeats daily or weekly.';
  return startMs === null ? 'A recurring profile has to say when its schedule starts.' : null;
}

function validityProblem({ validFromMs, validToMs }: ProposedProfile): string | null {
  if (Number.isNaN(validFromMs) || Number.isNaN(validToMs)) return 'The bounds of its validity are not times.';
  const never = validFromMs !== null && validToMs !== null && validToMs <= validFromMs;
  return never ? 'Its validity ends before it begins.' : null;
}

function periodsProblem({ periods }: ChargingSchedule): string | null {
  let lastSeconds = -1;
  for (const [index, { startSeconds, limit, phases }] of periods.entries()) {
    if (index === 0 && startSeconds !== 0) return `The first period starts at ${startSeconds} s instead of 0.`;
    if (startSeconds <= lastSeconds) return `The period at ${startSeconds} s does not start after the one before it.`;
    if (!(limit >= 0)) return `The limit ${limit} is below 0.`;
    if (phases !== null && (phases < 1 || phases > 3)) return `A connector has 1 to 3 phases, not ${phases}.`;
    lastSeconds = startSeconds;
  }
  return null;
}
