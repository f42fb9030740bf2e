import { KerbsideError } from '../../core/errors.ts';
import { releaseContactor, weldContactor } from './contactor-model.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { EvseConfig, EvseState, Plug, Quantities } from './evse-state.ts';
import { faultRow } from './fault-table.ts';
import type { FaultId } from './fault-table.ts';
import type { MeterMode } from './meter-model.ts';
import { quantityLimits } from './quantity-table.ts';

/** Puts the plug in. Throws `simulator.refused` when one is in already. */
export function plugIn(state: EvseState, plug: Plug): EvseState {
  if (state.plug !== null) throw refused('a vehicle is plugged in already; unplug it first');
  return { ...state, plug };
}

/** Pulls the plug, which ends the faults that leave with the vehicle. Throws `simulator.refused` (locked) unless forced. */
export function pullOut(state: EvseState, force: boolean): EvseState {
  if (state.plug === null) throw refused('no vehicle is plugged in');
  if (state.lock.position === 'locked' && !force) throw refused('locked: the lock holds the plug; unlock it, or use force');
  const lock = state.lock.position === 'locked' ? { ...state.lock, position: 'unlocked' as const } : state.lock;
  const faults = state.faults.filter((id) => faultRow(id).endsWithUnplug !== true);
  const quantities = faults.length === state.faults.length ? state.quantities : { ...state.quantities, residualMilliamps: 0 };
  return { ...state, plug: null, lock, faults, quantities, requesting: false, drawMilliamps: 0 };
}

/** Changes what the vehicle wants. Throws `simulator.refused` without a vehicle. */
export function changeVehicle(state: EvseState, change: Partial<ElectricVehicle>): EvseState {
  if (state.plug === null) throw refused('no vehicle is plugged in');
  return { ...state, plug: { ...state.plug, ev: { ...state.plug.ev, ...change } } };
}

/** Lets a fault come or go, with what it means for lock and contactor. */
export function changeFault(state: EvseState, id: FaultId, active: boolean): EvseState {
  const others = state.faults.filter((other) => other !== id);
  const changed = { ...state, faults: active ? [...others, id] : others };
  if (id === 'lockJam') return { ...changed, lock: { ...changed.lock, jammed: active } };
  if (id !== 'contactorWelded') return changed;
  const contactor = active ? weldContactor(state.contactor, true) : { ...state.contactor, welded: false, weldNoticed: false };
  return { ...changed, contactor };
}

/** Jams the lock: it shows at the next movement. Freed, the fault goes too. Throws `simulator.refused` without a lock. */
export function jamLock(state: EvseState, active: boolean): EvseState {
  if (state.lock.position === 'none') throw refused('the cable is captive, there is no lock');
  return active ? { ...state, lock: { ...state.lock, jammed: true } } : changeFault(state, 'lockJam', false);
}

/** Welds the contactor: it shows when it should be open. Repaired, the fault goes too. */
export function weld(state: EvseState, active: boolean): EvseState {
  return active
    ? { ...state, contactor: weldContactor(state.contactor, false) }
    : changeFault(state, 'contactorWelded', false);
}

/** Changes how the meter answers. Throws `simulator.refused` without a meter. */
export function changeMeter(config: EvseConfig, state: EvseState, mode: MeterMode, delaySeconds: number): EvseState {
  if (config.meter === null) throw refused('this EVSE has no meter');
  return { ...state, meter: { ...state.meter, mode, delaySeconds } };
}

/** Changes a measured quantity, with the faults that come and go with it. */
export function changeQuantity(config: EvseConfig, state: EvseState, change: Partial<Quantities>): EvseState {
  const quantities = { ...state.quantities, ...change };
  let changed: EvseState = { ...state, quantities };
  for (const limit of quantityLimits) {
    if (change[limit.quantity] === undefined) continue;
    const value = quantities[limit.quantity];
    const active = changed.faults.includes(limit.fault);
    if (active ? limit.goes(value, config) : limit.comes(value, config)) changed = changeFault(changed, limit.fault, !active);
  }
  return changed;
}

/** The supply is cut and comes back: contactors drop, nothing is offered; plug, lock, register and faults stay. */
export function losePower(state: EvseState): EvseState {
  return {
    ...state,
    contactor: releaseContactor(state.contactor),
    limitMilliamps: 0,
    requesting: false,
    drawMilliamps: 0,
    pilotDueMs: null,
    drawDueMs: null,
    signal: null,
  };
}

/** The safe state without a station: contactor open, nothing offered. The vehicle notices by itself. */
export function makeSafe(state: EvseState): EvseState {
  return { ...state, contactor: releaseContactor(state.contactor), limitMilliamps: 0, signal: null };
}

/** `simulator.refused` with a reason. */
export function refused(reason: string): KerbsideError {
  return new KerbsideError('simulator.refused', reason);
}
