import { milliampsFrom, milliwattsFrom, type EvsePower } from './evse-power.ts';
import type { LimitBound, LimitSource, SharedBound } from './limit-bound.ts';

/** What an EVSE may offer, and why. */
export interface OfferedLimit {
  /** mA per phase; 0 = charging pauses, the transaction stays (SC-09). */
  readonly milliamps: number;
  readonly source: LimitSource;
  /** Wall time in ms until which the source says so; null = it names no end. */
  readonly untilMs: number | null;
}

const hardware: LimitSource = { kind: 'hardware' };

/**
 * What an EVSE may offer under all the limits that concern it: the lowest, never more than the hardware bears (SC-14). Of equal ones
 * the first is named. Less than the least that a car can charge with (6 A) is nothing. `power.phases` are the phases in use.
 */
export function offeredLimit(power: EvsePower, bounds: readonly LimitBound[]): OfferedLimit {
  let lowest: OfferedLimit = { milliamps: power.maxMilliamps, source: hardware, untilMs: null };
  for (const bound of bounds) {
    const milliamps = boundMilliamps(bound, power);
    const isLower = milliamps < lowest.milliamps || (milliamps === lowest.milliamps && lowest.source === hardware);
    if (isLower) lowest = { milliamps, source: bound.source, untilMs: bound.untilMs };
  }
  return lowest.milliamps < power.minMilliamps ? { ...lowest, milliamps: 0 } : lowest;
}

/**
 * A bound in mA per phase. Watts are of all phases together, and count on every phase in use, whatever phases they are meant for: a
 * vehicle may draw on each of them, and the total is what must not be exceeded (SC-08, SC-09).
 */
function boundMilliamps({ unit, amount }: LimitBound, power: EvsePower): number {
  return unit === 'A' ? amount : milliampsFrom(amount, power.phases, power);
}

/** How much of a shared bound an offer takes, in the unit of the bound: mA count on every phase, whichever the EVSE uses. */
export function usageOf({ unit }: Pick<SharedBound, 'unit'>, power: EvsePower, milliamps: number): number {
  return unit === 'A' ? milliamps : milliwattsFrom(milliamps, power.phases, power);
}

/**
 * With how many phases an EVSE serves its limits best: one when a limit is meant for one, or when on all phases there is too little to
 * charge and on one there is enough. `choices` are those that can be had now, all phases first; `inForce` stays when no choice helps.
 */
export function phasesFor(
  power: EvsePower,
  bounds: readonly LimitBound[],
  choices: readonly EvsePower['phases'][],
  inForce: EvsePower['phases'],
): EvsePower['phases'] {
  const meant = choices.filter((phases) => phases === 1 || !bounds.some((bound) => bound.phases === 1));
  return meant.find((phases) => offeredLimit({ ...power, phases }, bounds).milliamps > 0) ?? inForce;
}
