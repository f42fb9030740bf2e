/** The vehicle at the plug. Immutable; the functions beside it say how it behaves. */
export interface ElectricVehicle {
  readonly phases: 1 | 2 | 3;
  readonly capacityWh: number;
  /** Energy in the battery at the moment of the state that holds the vehicle. */
  readonly batteryWh: number;
  /** The most its on-board charger takes per phase. */
  readonly maxMilliamps: number;
  /** Whether it wants to charge; a paused vehicle shows state B. */
  readonly ready: boolean;
  /** It shows state D instead of C. */
  readonly ventilation: boolean;
  /** Told to draw exactly this per phase, even more than it is offered; null: behaves. */
  readonly drawMilliamps: number | null;
  /** How long it takes from an offer to state C, and from state C or a changed offer to the current; together below 2 s. */
  readonly pilotReactionMs: number;
  readonly drawReactionMs: number;
}

/** The least current that a vehicle can charge with (IEC 61851-1). */
const LEAST_MILLIAMPS = 6_000;
/** Above this percentage the charger takes less with each further percent. */
const TAPER_FROM_PERCENT = 80;
const TAPER_PER_PERCENT = 0.045;

/** State of charge in percent. */
export function socPercent(ev: ElectricVehicle): number {
  return (100 * ev.batteryWh) / ev.capacityWh;
}

export function isFull(ev: ElectricVehicle): boolean {
  return ev.batteryWh >= ev.capacityWh;
}

/** What its charger takes per phase at the present state of charge: steps of one percent above 80 %, so that power is constant between steps. */
export function appetiteMilliamps(ev: ElectricVehicle): number {
  if (isFull(ev)) return 0;
  const steps = finishedSteps(ev);
  if (steps < TAPER_FROM_PERCENT) return ev.maxMilliamps;
  const factor = 1 - TAPER_PER_PERCENT * (steps + 1 - TAPER_FROM_PERCENT);
  return Math.min(ev.maxMilliamps, Math.max(LEAST_MILLIAMPS, Math.round(ev.maxMilliamps * factor)));
}

/** The energy in the battery at which its appetite changes next. */
export function nextStepWh(ev: ElectricVehicle): number {
  return stepWh(ev, Math.max(TAPER_FROM_PERCENT, finishedSteps(ev) + 1));
}

/** The last percent that the battery has reached; exact at the steps themselves, which `nextStepWh` gave. */
function finishedSteps(ev: ElectricVehicle): number {
  let steps = Math.min(100, Math.max(0, Math.floor(socPercent(ev)) - 1));
  while (steps < 100 && stepWh(ev, steps + 1) <= ev.batteryWh) steps += 1;
  return steps;
}

function stepWh(ev: ElectricVehicle, percent: number): number {
  return percent >= 100 ? ev.capacityWh : (ev.capacityWh * percent) / 100;
}
