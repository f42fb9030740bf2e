import type { ConnectorStatus } from './connector-status.ts';
import type { EvseEffect, EvseInput, EvseRules, EvseState, Grant, StopCause } from './evse-state.ts';
import { lockFault } from './own-faults.ts';
import { shownStatus } from './shown-status.ts';

/** What one input makes of an EVSE. */
export interface EvseStep {
  readonly state: EvseState;
  readonly effects: readonly EvseEffect[];
}

/** Decides what an EVSE does next. Pure: the shell performs the effects and reports back (X-01…X-15). */
export function stepEvse(state: EvseState, input: EvseInput, rules: EvseRules): EvseStep {
  switch (input.kind) {
    case 'pilot':
      return pilotChanged(state, input.state, rules);
    case 'granted':
      return granted(state, input.grant);
    case 'grantWithdrawn':
    case 'connectionTimeOut':
      return preparingEnds(state, input.kind === 'grantWithdrawn');
    case 'started':
      return started(state, rules);
    case 'startFailed':
      return startFailed(state, input);
    case 'stop':
      return stop(state, input.cause);
    case 'stopped':
      return stopped(state, rules);
    case 'deauthorized':
      return deauthorized(state, input.stop);
    case 'fault':
      return faultChanged(state, input);
    case 'blocked':
      return unchanged({ ...state, blocked: input.reason });
    case 'offer':
      return unchanged({ ...state, offered: input.offered });
    case 'released':
      return released(state);
    case 'settled':
      return unchanged(settled(state));
    case 'identified':
      return identified(state, input.parentIdToken);
  }
}

/** Whether a card or a remote start can be given to this EVSE now. */
export function canTakeGrant(state: EvseState): boolean {
  if (state.blocked !== null || hasStoppingFault(state)) return false;
  const { phase } = state;
  return (
    phase.kind === 'idle' ||
    phase.kind === 'timedOut' ||
    (phase.kind === 'finished' && phase.holds === null) ||
    (phase.kind === 'preparing' && phase.grant === null)
  );
}

function hasStoppingFault(state: EvseState): boolean {
  return state.faults.some((fault) => fault.severity === 'fault');
}

function unchanged(state: EvseState): EvseStep {
  return { state, effects: [] };
}

function pilotChanged(before: EvseState, pilot: EvseState['pilot'], rules: EvseRules): EvseStep {
  const plugged = pilot === 'E' || pilot === 'F' ? before.plugged : pilot !== 'A';
  const state: EvseState = { ...before, pilot, plugged };
  if (plugged && !before.plugged) return pluggedIn(state);
  if (!plugged && before.plugged) return pluggedOut(state, rules, shownStatus(before).status);
  return unchanged(takes(pilot) ? settled(state) : state);
}

function pluggedIn(state: EvseState): EvseStep {
  const { phase } = state;
  if (phase.kind === 'idle' || phase.kind === 'finished' || phase.kind === 'timedOut') {
    return {
      state: { ...state, phase: { kind: 'preparing', grant: null } },
      effects: [{ kind: 'armConnectionTimeOut' }],
    };
  }
  if (phase.kind === 'preparing' && phase.grant !== null) return begin(state, phase.grant);
  if (phase.kind === 'running' && phase.energy === 'on') return { state, effects: [{ kind: 'energy', on: true }] };
  return unchanged(state);
}

/** `shown` is the status from before: the end of a transaction is recorded before anything else shows. */
function pluggedOut(state: EvseState, rules: EvseRules, shown: ConnectorStatus): EvseStep {
  const { phase } = state;
  const withoutLockFault = { ...state, faults: state.faults.filter((fault) => fault.id !== lockFault.id) };
  switch (phase.kind) {
    case 'preparing':
      return phase.grant === null ? toIdle(withoutLockFault) : unchanged(withoutLockFault);
    case 'timedOut':
    case 'finished':
      return toIdle(withoutLockFault);
    case 'running':
      return rules.stopOnEvSideDisconnect
        ? stop(withoutLockFault, { reason: 'evDisconnected', idToken: null }, shown)
        : { state: withoutLockFault, effects: [{ kind: 'energy', on: false }] };
    case 'idle':
    case 'starting':
    case 'stopping':
      return unchanged(withoutLockFault);
  }
}

function toIdle(state: EvseState): EvseStep {
  return {
    state: { ...state, phase: { kind: 'idle' } },
    effects: [{ kind: 'cancelConnectionTimeOut' }, { kind: 'indicate', signal: 'ready' }],
  };
}

function granted(state: EvseState, grant: Grant): EvseStep {
  if (!canTakeGrant(state)) return { state, effects: [{ kind: 'indicate', signal: 'refused' }] };
  if (state.plugged) return begin(state, grant);
  return {
    state: { ...state, phase: { kind: 'preparing', grant } },
    effects: [{ kind: 'indicate', signal: 'authorized' }, { kind: 'armConnectionTimeOut' }],
  };
}

function begin(state: EvseState, grant: Grant): EvseStep {
  if (state.blocked !== null || hasStoppingFault(state)) {
    return {
      state: { ...state, phase: { kind: 'preparing', grant: null } },
      effects: [{ kind: 'indicate', signal: 'refused' }],
    };
  }
  return {
    state: { ...state, phase: { kind: 'starting', grant } },
    effects: [
      { kind: 'cancelConnectionTimeOut' },
      { kind: 'indicate', signal: 'authorized' },
      { kind: 'startTransaction', grant },
    ],
  };
}

function preparingEnds(state: EvseState, withdrawn: boolean): EvseStep {
  if (state.phase.kind !== 'preparing') return unchanged(state);
  if (!state.plugged) return toIdle(state);
  const phase = withdrawn ? ({ kind: 'preparing', grant: null } as const) : ({ kind: 'timedOut' } as const);
  return { state: { ...state, phase }, effects: [] };
}

function started(state: EvseState, rules: EvseRules): EvseStep {
  if (state.phase.kind !== 'starting') return unchanged(state);
  const running: EvseState = {
    ...state,
    phase: { kind: 'running', grant: state.phase.grant, energy: 'on', settling: true },
  };
  if (hasStoppingFault(state)) return stop(running, { reason: 'other', idToken: null });
  if (!state.plugged) return pluggedOut(running, rules, shownStatus(state).status);
  const effects: readonly EvseEffect[] = [{ kind: 'energy', on: true }, { kind: 'armSettling' }];
  return { state: takes(state.pilot) ? settled(running) : running, effects };
}

/** Whether an EV takes what it is offered (IEC 61851 C and D). */
function takes(pilot: EvseState['pilot']): boolean {
  return pilot === 'C' || pilot === 'D';
}

function settled(state: EvseState): EvseState {
  const { phase } = state;
  return phase.kind === 'running' && phase.settling ? { ...state, phase: { ...phase, settling: false } } : state;
}

function startFailed(state: EvseState, input: Extract<EvseInput, { kind: 'startFailed' }>): EvseStep {
  if (state.phase.kind !== 'starting') return unchanged(state);
  const known = state.faults.some((fault) => fault.errorCode === input.fault?.errorCode);
  const faults = input.fault === null || known ? state.faults : [...state.faults, input.fault];
  const next: EvseState = { ...state, faults };
  const effects = [{ kind: 'indicate', signal: 'refused' }, { kind: 'unlock' }] as const;
  if (!state.plugged) return { state: { ...next, phase: { kind: 'idle' } }, effects };
  return { state: { ...next, phase: { kind: 'finished', holds: null } }, effects };
}

function stop(state: EvseState, cause: StopCause, shown: ConnectorStatus = shownStatus(state).status): EvseStep {
  if (state.phase.kind !== 'running') return unchanged(state);
  const { grant } = state.phase;
  return {
    state: { ...state, phase: { kind: 'stopping', grant, cause, shown } },
    effects: [{ kind: 'stopTransaction', cause }],
  };
}

function stopped(state: EvseState, rules: EvseRules): EvseStep {
  if (state.phase.kind !== 'stopping') return unchanged(state);
  const { cause, grant } = state.phase;
  if (state.plugged && cause.reason === 'deAuthorized') {
    return unchanged({ ...state, phase: { kind: 'finished', holds: grant } });
  }
  const effects: EvseEffect[] = state.plugged || rules.unlockOnEvSideDisconnect ? [{ kind: 'unlock' }] : [];
  if (!state.plugged)
    return {
      state: { ...state, phase: { kind: 'idle' } },
      effects: [...effects, { kind: 'indicate', signal: 'ready' }],
    };
  return { state: { ...state, phase: { kind: 'finished', holds: null } }, effects };
}

function deauthorized(state: EvseState, stopIt: boolean): EvseStep {
  const { phase } = state;
  if (phase.kind !== 'running') return unchanged(state);
  if (stopIt) return stop(state, { reason: 'deAuthorized', idToken: null });
  return { state: { ...state, phase: { ...phase, energy: 'deauthorized' } }, effects: [{ kind: 'energy', on: false }] };
}

function withoutFault(state: EvseState, id: string): EvseState['faults'] {
  return state.faults.filter((fault) => fault.id !== id);
}

function faultChanged(before: EvseState, input: Extract<EvseInput, { kind: 'fault' }>): EvseStep {
  const others = withoutFault(before, input.fault.id);
  const state: EvseState = { ...before, faults: input.active ? [...others, input.fault] : others };
  const stops = input.active && input.fault.severity === 'fault' && state.phase.kind === 'running';
  return stops ? stop(state, { reason: 'other', idToken: null }) : unchanged(state);
}

function released(state: EvseState): EvseStep {
  if (state.phase.kind !== 'finished' || state.phase.holds === null) return unchanged(state);
  return { state: { ...state, phase: { kind: 'finished', holds: null } }, effects: [{ kind: 'unlock' }] };
}

function identified(state: EvseState, parentIdToken: string | null): EvseStep {
  const { phase } = state;
  if (phase.kind !== 'running') return unchanged(state);
  return unchanged({ ...state, phase: { ...phase, grant: { ...phase.grant, parentIdToken } } });
}
