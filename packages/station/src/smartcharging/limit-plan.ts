import { equalParts } from './equal-parts.ts';
import { milliwattsFrom, type EvsePower } from './evse-power.ts';
import type { LimitBound, SharedBound } from './limit-bound.ts';
import { offeredLimit, phasesFor, usageOf, type OfferedLimit } from './offered-limit.ts';

/** An EVSE as the plan sees it. */
export interface PlannedEvse {
  readonly id: number;
  /** With all the phases that it is connected to. */
  readonly power: EvsePower;
  /** The phases that its hardware uses now, and those that it can use now, all phases first. */
  readonly phases: EvsePower['phases'];
  readonly phaseChoices: readonly EvsePower['phases'][];
  /** What concerns this EVSE alone. */
  readonly bounds: readonly LimitBound[];
  /** *draws*: it takes its part; *standsBy*: its car has had enough, and keeps the least so that it can come back; *none*: nobody charges. */
  readonly wish: 'draws' | 'standsBy' | 'none';
  /** Where there is too little for all, the lowest is served first. */
  readonly order: number;
  /** What it offers whatever is planned, in mA per phase, because its hardware does not take another limit; null = it does. */
  readonly stuckMilliamps: number | null;
}

/** What is planned for an EVSE. For one where nobody charges: what it would offer to somebody who came now. */
export interface PlannedLimit extends OfferedLimit {
  readonly phases: EvsePower['phases'];
}

/**
 * What each EVSE may offer now (SC-05, SC-14). A bound for all of them is shared in equal parts among those that draw; what one is not
 * allowed or does not take is shared among the others. The order of planning never matters for safety: each bound is kept by itself.
 */
export function planLimits(
  evses: readonly PlannedEvse[],
  shared: readonly SharedBound[],
): ReadonlyMap<number, PlannedLimit> {
  const takers = evses.filter(({ wish }) => wish !== 'none').toSorted(byUrgency);
  const plan = new Map(planned(takers, shared));
  let free = takers;
  let left = shared;
  // With each that does not follow there is less for the others, and then another may turn out not to follow either.
  for (;;) {
    const following = free.filter(({ id, stuckMilliamps }) => (stuckMilliamps ?? 0) <= (plan.get(id)?.milliamps ?? 0));
    if (following.length === free.length) break;
    free = following;
    const stuck = takers.filter((evse) => !following.includes(evse));
    left = shared.map((bound) => ({ ...bound, amount: withoutStuck(bound, stuck) }));
    for (const [id, limit] of planned(free, left)) plan.set(id, limit);
  }
  for (const evse of evses) {
    if (evse.wish !== 'none') continue;
    const limit = planned([...free, evse], left).get(evse.id);
    if (limit !== undefined) plan.set(evse.id, limit);
  }
  return plan;
}

function byUrgency(one: PlannedEvse, other: PlannedEvse): number {
  return Number(one.wish === 'standsBy') - Number(other.wish === 'standsBy') || one.order - other.order;
}

function withoutStuck(bound: SharedBound, stuck: readonly PlannedEvse[]): number {
  const taken = stuck.map(({ power, phases, stuckMilliamps }) =>
    usageOf(bound, { ...power, phases }, stuckMilliamps ?? 0),
  );
  return Math.max(0, bound.amount - taken.reduce((sum, usage) => sum + usage, 0));
}

/** Each bound after the other: what the earlier ones left is the most that is taken of the next. */
function planned(takers: readonly PlannedEvse[], shared: readonly SharedBound[]): ReadonlyMap<number, PlannedLimit> {
  const bounds = new Map<number, readonly LimitBound[]>(takers.map(({ id, bounds: own }) => [id, own]));
  for (const { source, unit, amount, untilMs } of shared) {
    const wishes = takers.map((evse) => wishOf(evse, bounds.get(evse.id) ?? [], unit));
    const parts = partsOf(amount, wishes);
    for (const [index, { id }] of takers.entries()) {
      const part: LimitBound = { source, unit, amount: parts[index] ?? 0, phases: null, untilMs };
      // A part as large as the wish limits nothing, and shall not be told as what does.
      if (part.amount < (wishes[index]?.full ?? 0)) bounds.set(id, [...(bounds.get(id) ?? []), part]);
    }
  }
  return new Map(takers.map((evse) => [evse.id, limitOf(evse, bounds.get(evse.id) ?? [])]));
}

interface Wish {
  readonly least: number;
  readonly most: number;
  /** What it would take if there were enough for everybody. */
  readonly full: number;
}

/** Who stands by gets the least at first, and more only of what nobody else takes. */
function partsOf(amount: number, wishes: readonly Wish[]): readonly number[] {
  const parts = equalParts(amount, wishes);
  let left = Math.max(0, Math.floor(amount)) - parts.reduce((sum, part) => sum + part, 0);
  return parts.map((part, index) => {
    const more = part === 0 ? 0 : Math.min(left, (wishes[index]?.full ?? 0) - part);
    left -= more;
    return part + more;
  });
}

function limitOf(evse: PlannedEvse, bounds: readonly LimitBound[]): PlannedLimit {
  const phases = phasesFor(evse.power, bounds, evse.phaseChoices, evse.phases);
  return { ...offeredLimit({ ...evse.power, phases }, bounds), phases };
}

function wishOf(evse: PlannedEvse, bounds: readonly LimitBound[], unit: SharedBound['unit']): Wish {
  const { power, wish, phaseChoices } = evse;
  const { milliamps, phases } = limitOf(evse, bounds);
  const fewest = phaseChoices.at(-1) ?? phases;
  const least = unit === 'A' ? power.minMilliamps : milliwattsFrom(power.minMilliamps, fewest, power);
  const full = usageOf({ unit }, { ...power, phases }, milliamps);
  return { least, full, most: wish === 'standsBy' ? Math.min(full, least) : full };
}
