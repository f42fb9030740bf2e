import type { EvseReading, PilotState } from '../../evse/hardware.ts';
import { conducts, contactorReading, releaseContactor } from './contactor-model.ts';
import { appetiteMilliamps, isFull, nextStepWh } from './ev-model.ts';
import type { EvseConfig, EvseState } from './evse-state.ts';
import { faultRow, hardwareFault } from './fault-table.ts';
import { powerWatts } from './meter-model.ts';

const MS_PER_HOUR = 3_600_000;

/** The state at `nowMs` with everything that happened by itself since: reactions of the vehicle, the battery filling. */
export function settle(config: EvseConfig, state: EvseState, nowMs: number): EvseState {
  let present = state;
  for (let dueMs = nextDueMs(config, present); dueMs !== null && dueMs <= nowMs; dueMs = nextDueMs(config, present)) {
    present = react(config, happen(config, flow(config, present, dueMs), dueMs));
  }
  return present;
}

/** When something happens by itself next, on the monotonic clock; null: nothing will. */
export function nextDueMs(config: EvseConfig, state: EvseState): number | null {
  const dues = [state.pilotDueMs, state.drawDueMs, stepDueMs(config, state)].filter((due) => due !== null);
  return dues.length === 0 ? null : Math.min(...dues);
}

/** The state after constant power flowed until `nowMs`. */
export function flow(config: EvseConfig, state: EvseState, nowMs: number): EvseState {
  const stepMs = stepDueMs(config, state);
  if (stepMs === null || state.ev === null) return { ...state, sinceMs: nowMs };
  const energyWh = (statePowerW(config, state) * (nowMs - state.sinceMs)) / MS_PER_HOUR;
  const { ev } = state;
  // Exactly the step when the step is due: rounding must neither miss it nor meet it twice.
  const reached = nowMs === stepMs ? nextStepWh(ev) : ev.batteryWh + energyWh;
  return {
    ...state,
    sinceMs: nowMs,
    meter: { ...state.meter, registerWh: state.meter.registerWh + energyWh },
    ev: { ...ev, batteryWh: Math.min(reached, ev.capacityWh) },
  };
}

/** What the hardware controller and the vehicle do at once when something has changed, and what they will do soon. */
export function react(config: EvseConfig, state: EvseState): EvseState {
  return reactWithCurrent(config, reactWithPilot(secure(state)));
}

/** What the hardware controller refuses to close for; null: it would close. */
export function closeObstacle(state: EvseState): string | null {
  const fault = state.faults.find((id) => faultRow(id).opens);
  if (fault !== undefined) return faultRow(fault).text;
  return state.ev === null ? 'no vehicle is plugged in' : null;
}

/** The pilot as the hardware measures it. */
export function pilotOf(state: EvseState): PilotState {
  for (const id of state.faults) {
    const pilot = faultRow(id).pilot;
    if (pilot !== undefined) return pilot;
  }
  if (state.ev === null) return 'A';
  if (!state.requesting) return 'B';
  return state.ev.ventilation ? 'D' : 'C';
}

/** The state as the contract tells it. */
export function readingOf(state: EvseState): EvseReading {
  return {
    pilot: pilotOf(state),
    cableMilliamps: state.cableMilliamps,
    contactor: contactorReading(state.contactor),
    lock: state.lock.position,
    faults: state.faults.map((id) => hardwareFault(id)),
  };
}

/** The current of each phase of the EVSE, in milliamps. */
export function phaseMilliamps(config: EvseConfig, state: EvseState): readonly number[] {
  const used = Math.min(config.phases, state.phasesUsed, state.ev?.phases ?? 0);
  return Array.from({ length: config.phases }, (_, phase) => (phase < used ? state.drawMilliamps : 0));
}

/** The power that flows, in watts. */
function statePowerW(config: EvseConfig, state: EvseState): number {
  return powerWatts(phaseMilliamps(config, state), state.quantities.volts);
}

function stepDueMs(config: EvseConfig, state: EvseState): number | null {
  const powerW = statePowerW(config, state);
  if (powerW <= 0 || state.ev === null) return null;
  const missingWh = nextStepWh(state.ev) - state.ev.batteryWh;
  return state.sinceMs + (missingWh * MS_PER_HOUR) / powerW;
}

function happen(config: EvseConfig, state: EvseState, dueMs: number): EvseState {
  let present = state;
  if (present.pilotDueMs !== null && present.pilotDueMs <= dueMs) {
    present = { ...present, requesting: wantsToRequest(present), pilotDueMs: null };
  }
  if (present.drawDueMs !== null && present.drawDueMs <= dueMs) {
    present = { ...present, drawMilliamps: wantedMilliamps(config, present), drawDueMs: null };
  }
  // A charger that takes less for its battery's sake does so without waiting.
  if (present.ev !== null && present.ev.drawMilliamps === null) {
    const most = appetiteMilliamps(present.ev);
    if (present.drawMilliamps > most) present = { ...present, drawMilliamps: most };
  }
  return present;
}

/** The hardware controller opens by itself for its faults and when there is no vehicle; a weld shows when it should be open. */
function secure(state: EvseState): EvseState {
  const closed = state.contactor.position === 'closed';
  const contactor = closed && closeObstacle(state) !== null ? releaseContactor(state.contactor) : state.contactor;
  const weldIsNews = contactor.weldNoticed && !state.faults.includes('contactorWelded');
  return { ...state, contactor, faults: weldIsNews ? [...state.faults, 'contactorWelded'] : state.faults };
}

function reactWithPilot(state: EvseState): EvseState {
  if (state.ev === null) return { ...state, requesting: false, pilotDueMs: null };
  const wants = wantsToRequest(state);
  if (wants === state.requesting) return { ...state, pilotDueMs: null };
  const own = !state.ev.ready || isFull(state.ev);
  if (own) return { ...state, requesting: false, pilotDueMs: null };
  return { ...state, pilotDueMs: state.pilotDueMs ?? state.sinceMs + state.ev.pilotReactionMs };
}

function reactWithCurrent(config: EvseConfig, state: EvseState): EvseState {
  const wanted = wantedMilliamps(config, state);
  if (wanted === state.drawMilliamps) return { ...state, drawDueMs: null };
  if (state.ev === null || !state.requesting || !conducts(state.contactor)) {
    return { ...state, drawMilliamps: 0, drawDueMs: null };
  }
  return { ...state, drawDueMs: state.drawDueMs ?? state.sinceMs + state.ev.drawReactionMs };
}

function wantsToRequest(state: EvseState): boolean {
  const { ev } = state;
  return ev !== null && ev.ready && !isFull(ev) && offeredMilliamps(state) > 0;
}

/** Without a good pilot there is no offer. */
function offeredMilliamps(state: EvseState): number {
  return state.faults.some((id) => faultRow(id).pilot !== undefined) ? 0 : state.limitMilliamps;
}

function wantedMilliamps(config: EvseConfig, state: EvseState): number {
  const offered = offeredMilliamps(state);
  const { ev, cableMilliamps } = state;
  if (ev === null || !state.requesting || !conducts(state.contactor) || offered === 0) return 0;
  return ev.drawMilliamps ?? Math.min(offered, cableMilliamps ?? config.maxMilliamps, appetiteMilliamps(ev));
}
