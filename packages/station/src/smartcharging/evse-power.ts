import type { RateUnit, SchedulePeriod } from './charging-profile.ts';

/** What an EVSE can give by its hardware, and by what it turns amperes into watts. */
export interface EvsePower {
  readonly evse: number;
  /** The most that wiring, contactor and cable bear, in mA per phase. */
  readonly maxMilliamps: number;
  /** Below this no car charges (IEC 61851: 6 A); a lower limit pauses charging. */
  readonly minMilliamps: number;
  readonly phases: 1 | 2 | 3;
  /** Between a phase and neutral. */
  readonly nominalVolts: number;
}

/** A limit as a profile gives it: in the unit of its schedule. */
export type Limit = Pick<SchedulePeriod, 'limit' | 'phases'>;

/** Absorbs what binary fractions add or lack: 8.2 × 1000 is 8199.999…; far below the tenth that the wire knows. */
const tiny = 1e-6;

/**
 * The phases that count for a limit: as many as it names (3 when it names none, OCPP 1.6 §7.14), at most those of the EVSE (SC-08).
 */
export function usedPhases(phases: number | null, power: EvsePower): 1 | 2 | 3 {
  const used = Math.min(phases ?? 3, power.phases);
  return used >= 3 ? 3 : used >= 2 ? 2 : 1;
}

/** A limit in mA per phase, whole and never more than it allows; a limit in A is taken as it is, whatever phases it names (SC-08). */
export function milliampsOf(limit: Limit, unit: RateUnit, power: EvsePower): number {
  const thousandths = thousandthsOf(limit.limit);
  return unit === 'A' ? thousandths : milliampsFrom(thousandths, usedPhases(limit.phases, power), power);
}

/** A limit in mW of all phases together, never more than it allows; a limit in W is taken as it is (SC-08). */
export function milliwattsOf(limit: Limit, unit: RateUnit, power: EvsePower): number {
  const thousandths = thousandthsOf(limit.limit);
  return unit === 'W' ? thousandths : milliwattsFrom(thousandths, usedPhases(limit.phases, power), power);
}

/** A limit of a profile in whole mA or mW; a negative one allows nothing. */
export function thousandthsOf(limit: number): number {
  return Math.max(0, Math.floor(limit * 1000 + tiny));
}

/** How many mA on each of so many phases make up these mW; rounded down. */
export function milliampsFrom(
  milliwatts: number,
  phases: number,
  { nominalVolts }: Pick<EvsePower, 'nominalVolts'>,
): number {
  return Math.floor(milliwatts / (nominalVolts * phases) + tiny);
}

/** How many mW these mA on each of so many phases make up. */
export function milliwattsFrom(
  milliamps: number,
  phases: number,
  { nominalVolts }: Pick<EvsePower, 'nominalVolts'>,
): number {
  return milliamps * nominalVolts * phases;
}

/** mA or mW as the wire has them: A or W with at most one decimal, rounded down. */
export function wireLimit(thousandths: number): number {
  return Math.floor(thousandths / 100 + tiny) / 10;
}
