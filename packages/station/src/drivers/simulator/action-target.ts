import type { JsonObject } from '../../core/json.ts';
import type { ExternalLimitReport } from '../../evse/hardware.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { Quantities } from './evse-state.ts';
import type { FaultId } from './fault-table.ts';
import type { KeyChange, NewMeter } from './meter-actions.ts';
import type { MeterMode } from './meter-model.ts';

/** How a vehicle comes; what is left out is usual. */
export interface PlugOptions {
  /** What the cable carries by its proximity resistor, in amperes; default 32. Not for captive cables. */
  readonly cable?: 13 | 20 | 32 | 63;
  /** Phases of its charger; default 3. */
  readonly phases?: 1 | 2 | 3;
  /** State of charge in percent; default by chance, 20 to 60. */
  readonly soc?: number;
  /** Default 60 kWh. */
  readonly capacityKwh?: number;
  /** The most that its charger takes per phase; default 32 A. */
  readonly maxAmps?: number;
  /** Whether it wants to charge at once; default true. */
  readonly ready?: boolean;
  /** It shows state D instead of C. */
  readonly ventilation?: boolean;
}

/** The world around the hardware, as the actions move it. */
export interface ActionTarget {
  plug(evse: number, plug?: PlugOptions): void;
  unplug(evse: number, options?: { readonly force?: boolean }): void;
  unplugVehicle(evse: number): void;
  card(uid: string, evse?: number): void;
  vehicle(evse: number, change: Partial<Pick<ElectricVehicle, 'ready' | 'drawMilliamps'>>): void;
  fault(evse: number, id: FaultId, active: boolean): void;
  lockJam(evse: number, active: boolean): void;
  weld(evse: number, active: boolean): void;
  meter(evse: number, mode: MeterMode, delaySeconds?: number): void;
  meterRegister(evse: number, wattHours: number): void;
  meterPower(evse: number, on: boolean): void;
  meterClock(evse: number, aheadSeconds: number | null): void;
  meterKey(evse: number, change: KeyChange): void;
  meterExchange(evse: number, another: NewMeter): void;
  meterCondition(evse: number, failure: string | null): void;
  quantity(evse: number, change: Partial<Quantities>): void;
  link(up: boolean): void;
  supply(state: 'failing' | 'back'): void;
  externalLimit(limit: ExternalLimitReport | null): void;
  notice(evse: number, text: string): void;
  powerCycle(): void;
  display(evse?: number): JsonObject;
}
