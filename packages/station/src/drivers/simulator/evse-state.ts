import type { Contactor } from './contactor-model.ts';
import { openContactor } from './contactor-model.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { FaultId } from './fault-table.ts';
import type { Lock } from './lock-model.ts';
import type { MeterClock } from '../signing/meter-clock.ts';
import type { Meter } from './meter-model.ts';
import type { MeterSigning } from './meter-signing.ts';

/** What an EVSE of the simulator is; does not change while it runs. */
export interface EvseConfig {
  readonly id: number;
  readonly phases: 1 | 2 | 3;
  readonly maxMilliamps: number;
  readonly nominalVolts: number;
  /** A captive cable: no lock, no proximity. */
  readonly fixedCable: boolean;
  /** It can be switched between one phase and three. */
  readonly phaseSwitching: boolean;
  /** Null: an EVSE without a meter (its energy is still counted, as truth for tests). */
  readonly meter: MeterConfig | null;
  /** Where the register of a new meter stands. */
  readonly registerWh: number;
}

/** What the meter of an EVSE is. */
export interface MeterConfig {
  readonly type: string;
  readonly serial: string;
  /** Null: it does not sign. */
  readonly signing: MeterSigning | null;
}

/** The least current that can be offered per phase (IEC 61851-1). */
export const MIN_MILLIAMPS = 6_000;

/** The analogue quantities that can be set from outside. */
export interface Quantities {
  readonly temperatureC: number;
  readonly residualMilliamps: number;
  readonly volts: number;
}

/** Everything about one EVSE at the moment `sinceMs` of the monotonic clock; between two states the power is constant. */
export interface EvseState {
  readonly sinceMs: number;
  /** The cable in the socket by its proximity resistor; null: none, or a captive one. */
  readonly cableMilliamps: number | null;
  /** The vehicle at the other end. */
  readonly ev: ElectricVehicle | null;
  readonly lock: Lock;
  readonly contactor: Contactor;
  /** What is offered per phase; 0: no PWM. */
  readonly limitMilliamps: number;
  /** With how many phases the contactor connects the vehicle; 3 = all that there are. */
  readonly phasesUsed: 1 | 3;
  /** The vehicle shows state C or D. */
  readonly requesting: boolean;
  /** What it draws per phase. */
  readonly drawMilliamps: number;
  /** When the vehicle will have reacted with its pilot and with its current; null: it has. */
  readonly pilotDueMs: number | null;
  readonly drawDueMs: number | null;
  readonly meter: Meter;
  /** The clock of the meter; null: not set since its power came. */
  readonly meterClock: MeterClock | null;
  readonly quantities: Quantities;
  readonly faults: readonly FaultId[];
  /** The last thing shown to the user. */
  readonly signal: string | null;
}

/** An EVSE fresh from the factory. */
export function newEvseState(config: EvseConfig, nowMs: number): EvseState {
  return {
    sinceMs: nowMs,
    cableMilliamps: null,
    ev: null,
    lock: { position: config.fixedCable ? 'none' : 'unlocked', jammed: false },
    contactor: openContactor,
    limitMilliamps: 0,
    phasesUsed: 3,
    requesting: false,
    drawMilliamps: 0,
    pilotDueMs: null,
    drawDueMs: null,
    meter: { registerWh: config.registerWh, mode: 'ok', delaySeconds: 0, pagination: 0, transactions: [] },
    meterClock: null,
    quantities: { temperatureC: 25, residualMilliamps: 0, volts: config.nominalVolts },
    faults: [],
    signal: null,
  };
}
