import { KerbsideError } from '../../core/errors.ts';
import { releaseContactor, weldContactor } from './contactor-model.ts';
import type { ElectricVehicle } from './ev-model.ts';
import type { EvseConfig, EvseState, Quantities } from './evse-state.ts';
import { faultRow } from './fault-table.ts';
import type { FaultId } from './fault-table.ts';
import { quantityLimits } from './quantity-table.ts';

const USUAL_CABLE_MILLIAMPS = 32_000;

/** A vehicle comes; `cableMilliamps` is the cable it brings (null: the captive one, or the one that is still in the socket). */
export function plugIn(
  config: EvseConfig,
  state: EvseState,
  ev: ElectricVehicle,
  cableMilliamps: number | null,
): EvseState {
  if (state.ev !== null) throw refused('a vehicle is plugged in already; unplug it first');
  if (config.fixedCable && cableMilliamps !== null) throw refused('the cable is captive; leave out "cable"');
  if (config.fixedCable) return { ...state, ev };
  if (state.cableMilliamps === null) return { ...state, ev, cableMilliamps: cableMilliamps ?? USUAL_CABLE_MILLIAMPS };
  if (cableMilliamps === null) return { ...state, ev };
  throw refused('a cable is in the socket already; leave out "cable", or unplug it first');
}

/** The vehicle's end of the cable is pulled, which ends the faults that leave with the vehicle; a loose cable stays in the socket. */
export function pullAtVehicle(state: EvseState): EvseState {
  if (state.ev === null) throw refused('no vehicle is plugged in');
  const faults = state.faults.filter((id) => faultRow(id).endsWithUnplug !== true);
  const quantities =
    faults.length === state.faults.length ? state.quantities : { ...state.quantities, residualMilliamps: 0 };
  return { ...state, ev: null, faults, quantities, requesting: false, drawMilliamps: 0 };
}

/** Everything is pulled out. Throws `simulator.refused` (locked) unless forced. */
export function pullOut(state: EvseState, force: boolean): EvseState {
  if (state.ev === null && state.cableMilliamps === null) throw refused('nothing is plugged in');
  const locked = state.lock.position === 'locked';
  if (locked && !force) throw refused('locked: the lock holds the plug; unlock it, or use force');
  const left = state.ev === null ? state : pullAtVehicle(state);
  return { ...left, cableMilliamps: null, lock: locked ? { ...left.lock, position: 'unlocked' } : left.lock };
}

/** Changes what the vehicle wants. Throws `simulator.refused` without a vehicle. */
export function changeVehicle(state: EvseState, change: Partial<ElectricVehicle>): EvseState {
  if (state.ev === null) throw refused('no vehicle is plugged in');
  return { ...state, ev: { ...state.ev, ...change } };
}

/** Lets a fault come or go, with what it means for lock and contactor. */
export function changeFault(state: EvseState, id: FaultId, active: boolean): EvseState {
  const others = state.faults.filter((other) => other !== id);
  const changed = { ...state, faults: active ? [...others, id] : others };
  if (id === 'lockJam') return { ...changed, lock: { ...changed.lock, jammed: active } };
  if (id !== 'contactorWelded') return changed;
  const contactor = active
    ? weldContactor(state.contactor, true)
    : { ...state.contactor, welded: false, weldNoticed: false };
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

/** Changes a measured quantity, with the faults that come and go with it. */
export function changeQuantity(config: EvseConfig, state: EvseState, change: Partial<Quantities>): EvseState {
  const quantities = { ...state.quantities, ...change };
  let changed: EvseState = { ...state, quantities };
  for (const limit of quantityLimits) {
    if (change[limit.quantity] === undefined) continue;
    const value = quantities[limit.quantity];
    const active = changed.faults.includes(limit.fault);
    if (active ? limit.goes(value, config) : limit.comes(value, config))
      changed = changeFault(changed, limit.fault, !active);
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
