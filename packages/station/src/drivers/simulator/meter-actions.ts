import type { EvseConfig, EvseState } from './evse-state.ts';
import { refused } from './evse-actions.ts';
import type { MeterKeys } from './meter-commands.ts';
import { withKey } from './meter-commands.ts';
import type { Meter, MeterMode } from './meter-model.ts';
import type { MeterSigning } from './meter-signing.ts';

/** What becomes of the key of a meter. */
export type KeyChange = (typeof keyChanges)[number];

/** The changes of a key, for checks and help. */
export const keyChanges: readonly ['lost', 'changed', 'restored'] = ['lost', 'changed', 'restored'];

/** What another meter brings; what is left out is made up. */
export interface NewMeter {
  readonly serial?: string;
  /** What its register shows; default 0. */
  readonly wattHours?: number;
}

/** Changes how the meter answers. Throws `simulator.refused` without a meter. */
export function changeMeter(config: EvseConfig, state: EvseState, mode: MeterMode, delaySeconds: number): EvseState {
  mustHaveMeter(config);
  if (mode === 'unsigned') mustSign(config);
  return { ...state, meter: { ...state.meter, mode, delaySeconds } };
}

/** The meter restarts, or another one takes its place: its register shows this from now on. Throws `simulator.refused` without a meter. */
export function restartMeter(config: EvseConfig, state: EvseState, wattHours: number): EvseState {
  mustHaveMeter(config);
  return { ...state, meter: { ...state.meter, restartedAtWh: state.meter.registerWh - wattHours } };
}

/** The meter alone loses its power or gets it back: it counts nothing meanwhile, forgets the time, and keeps its transaction. */
export function powerMeter(config: EvseConfig, state: EvseState, on: boolean): EvseState {
  mustHaveMeter(config);
  const { offAtWh, ...meter } = state.meter;
  if (on === (offAtWh === undefined)) return state;
  if (!on) return { ...state, meterClock: null, meter: { ...meter, offAtWh: meter.registerWh } };
  const missedWh = meter.registerWh - (offAtWh ?? meter.registerWh);
  return { ...state, meter: { ...meter, restartedAtWh: (meter.restartedAtWh ?? 0) + missedWh } };
}

/** The clock of the meter is not set any more. Throws `simulator.refused` for a meter without one. */
export function loseClock(config: EvseConfig, state: EvseState): EvseState {
  if (mustSign(config).clock === 'none') throw refused('this meter has no clock');
  return { ...state, meterClock: null };
}

/** The clock of the meter leaves its course by so many seconds; nobody is told. Throws `simulator.refused` when it is not set. */
export function shiftClock(config: EvseConfig, state: EvseState, seconds: number): EvseState {
  mustSign(config);
  const { meterClock } = state;
  if (meterClock === null) throw refused('the clock of this meter is not set, so it cannot be wrong');
  return { ...state, meterClock: { ...meterClock, wallMs: meterClock.wallMs + Math.round(seconds * 1000) } };
}

/** The key of the meter is lost, another one, or the first one again. Throws `simulator.refused` for a meter that does not sign. */
export function changeKey(config: EvseConfig, state: EvseState, change: KeyChange, keys: MeterKeys): EvseState {
  const signing = mustSign(config);
  const { formerKey, ...meter } = withKey(state, signing, keys).meter;
  const former = formerKey ?? meter.key;
  const kept = former === undefined || former === null ? {} : { formerKey: former };
  switch (change) {
    case 'lost':
      return { ...state, meter: { ...meter, ...kept, key: null } };
    case 'changed':
      return { ...state, meter: { ...meter, ...kept, key: keys.make(signing.method) } };
    case 'restored':
      if (formerKey === undefined) throw refused('the meter has its first key; there is nothing to restore');
      return { ...state, meter: { ...meter, key: formerKey } };
  }
}

/** Another meter takes the place of this one: serial number, key, register and numbers are its own, and it knows no transaction. */
export function exchangeMeter(config: EvseConfig, state: EvseState, another: NewMeter): EvseState {
  mustHaveMeter(config);
  const { registerWh } = state.meter;
  const serial = another.serial ?? nextSerial(state.meter.serial ?? config.meter?.serial ?? '');
  const meter: Meter = {
    registerWh,
    restartedAtWh: registerWh - (another.wattHours ?? 0),
    mode: 'ok',
    delaySeconds: 0,
    pagination: 0,
    transactions: [],
    serial,
  };
  return { ...state, meterClock: null, meter };
}

/** The meter says that nothing it gives may be used, or is well again (null). Throws `simulator.refused` for one that does not sign. */
export function changeCondition(config: EvseConfig, state: EvseState, failure: string | null): EvseState {
  mustSign(config);
  const { failure: _, ...meter } = state.meter;
  return { ...state, meter: failure === null ? meter : { ...meter, failure } };
}

function nextSerial(serial: string): string {
  const [, base = serial, number = '1'] = /^(.*)-N(\d+)$/.exec(serial) ?? [];
  return `${base}-N${Number(number) + 1}`;
}

function mustHaveMeter(config: EvseConfig): void {
  if (config.meter === null) throw refused('this EVSE has no meter');
}

function mustSign(config: EvseConfig): MeterSigning {
  mustHaveMeter(config);
  const signing = config.meter?.signing ?? null;
  if (signing === null) throw refused('the meter of this EVSE does not sign');
  return signing;
}
