import type { ConnectorStatus } from './connector-status.ts';
import {
  isInService,
  type EvseEffect,
  type EvseInput,
  type EvseRules,
  type EvseState,
  type Grant,
  type StopCause,
} from './evse-state.ts';
import { isPilotFault, refusesStart, stopsTransaction, suspendsEnergy } from './fault-effect.ts';
import { lockFault, refusedStart } from './own-faults.ts';
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
      return granted(state, input.grant, rules);
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
    case 'plugMayGo':
    case 'endDelayed':
      return stopping(state, input.kind, rules);
    case 'deauthorized':
    case 'allowanceUsed':
      return input.kind === 'deauthorized' ? deauthorized(state, rules) : allowanceUsed(state, rules);
    case 'availability':
    case 'leavesService':
    case 'reserved':
    case 'blocked':
    case 'legalBlocks':
      return service(state, input);
    case 'fault':
      return faultChanged(state, input);
    case 'offer':
      return offerChanged(state, input.offered);
    case 'released':
    case 'cableOut':
      return input.kind === 'released' ? released(state) : cableOut(state);
    case 'settled':
    case 'identified':
      return input.kind === 'settled' ? unchanged(settled(state)) : identified(state, input.parentIdToken);
  }
}

/** What happens between the wish to stop and the end that is recorded. */
function stopping(state: EvseState, kind: 'stopped' | 'plugMayGo' | 'endDelayed', rules: EvseRules): EvseStep {
  switch (kind) {
    case 'stopped':
      return stopped(state, rules);
    case 'plugMayGo':
      return plugMayGo(state, rules);
    case 'endDelayed':
      return endDelayed(state);
  }
}

/** Whether the EVSE is in service, goes out of it, or comes back, for whom it is kept, and whether anybody may start. */
function service(
  state: EvseState,
  input: Extract<
    EvseInput,
    { readonly kind: 'availability' | 'leavesService' | 'reserved' | 'blocked' | 'legalBlocks' }
  >,
): EvseStep {
  switch (input.kind) {
    case 'availability':
      return serviceChanged(state, { ...state, operative: input.operative, leavingService: false });
    case 'leavesService':
      return leavesService(state);
    case 'reserved':
      return unchanged({ ...state, reserved: input.reservation });
    case 'blocked':
      return unchanged({ ...state, blocked: input.reason });
    case 'legalBlocks':
      return serviceChanged(state, { ...state, legalBlocks: input.blocks });
  }
}

/** Whether a card or a remote start can be given to this EVSE now. */
export function canTakeGrant(state: EvseState): boolean {
  if (!isInService(state) || mayNotBegin(state)) return false;
  const { phase } = state;
  return (
    phase.kind === 'idle' ||
    phase.kind === 'timedOut' ||
    (phase.kind === 'finished' && phase.holds === null) ||
    (phase.kind === 'preparing' && phase.grant === null)
  );
}

function mayNotBegin(state: EvseState): boolean {
  return state.blocked !== null || state.legalBlocks.length > 0 || state.leavingService || refusesStart(state.faults);
}

/** Once another status was shown, Preparing would be a way back that does not exist (N-01). */
function offerChanged(state: EvseState, offered: boolean): EvseStep {
  return unchanged({ ...(offered ? state : settled(state)), offered });
}

function unchanged(state: EvseState): EvseStep {
  return { state, effects: [] };
}

function pilotChanged(before: EvseState, pilot: EvseState['pilot'], rules: EvseRules): EvseStep {
  const plugged = pilot === 'E' || pilot === 'F' ? before.plugged : pilot !== 'A';
  const state: EvseState = { ...before, pilot, plugged, charged: plugged && before.charged };
  if (plugged && !before.plugged) return pluggedIn(state);
  if (!plugged && before.plugged) return pluggedOut(state, rules, shownStatus(before).status);
  return unchanged(takes(pilot) ? settled(state) : state);
}

function pluggedIn(state: EvseState): EvseStep {
  const { phase } = state;
  // A plug that is held stays so, whatever is connected at the other end of its cable.
  if (phase.kind === 'finished' && phase.holds !== null) return unchanged(state);
  if (phase.kind === 'idle' || phase.kind === 'finished' || phase.kind === 'timedOut') return awaitCard(state);
  if (phase.kind === 'preparing' && phase.grant !== null) return begin(state, phase.grant);
  return { state, effects: energyOn(state) };
}

/** Energy for a transaction that may have it now. */
function energyOn({ phase, plugged, faults }: EvseState): readonly EvseEffect[] {
  const mayFlow = phase.kind === 'running' && phase.energy !== 'deauthorized' && plugged && !suspendsEnergy(faults);
  return mayFlow ? [{ kind: 'energy', on: true }] : [];
}

/** A plug is in: a card may come now, unless the connector is out of service (C-03, E-06). */
function awaitCard(state: EvseState): EvseStep {
  if (!isInService(state)) return unchanged({ ...state, phase: { kind: 'timedOut' } });
  return {
    state: { ...state, phase: { kind: 'preparing', grant: null } },
    effects: [{ kind: 'armConnectionTimeOut' }],
  };
}

/** `shown` is the status from before: the end of a transaction is recorded before anything else shows. */
function pluggedOut(state: EvseState, rules: EvseRules, shown: ConnectorStatus): EvseStep {
  const { phase } = state;
  // Nothing holds a plug that is out, and a pilot without a vehicle is well.
  const gone: readonly string[] = [lockFault.id, refusedStart('').id];
  const faults = state.faults.filter((fault) => !gone.includes(fault.id) && !isPilotFault(fault));
  const free = { ...state, faults };
  switch (phase.kind) {
    case 'preparing':
      return phase.grant === null ? toIdle(free) : unchanged(free);
    case 'timedOut':
      return toIdle(free);
    case 'finished':
      return phase.holds === null ? toIdle(free) : unchanged(free);
    case 'running':
      return rules.stopOnEvSideDisconnect || unplugEnds(phase.grant)
        ? stop(free, { reason: 'evDisconnected', idToken: null }, shown)
        : { state: settled(free), effects: [{ kind: 'energy', on: false }] };
    case 'idle':
    case 'starting':
    case 'stopping':
      return unchanged(free);
  }
}

/** Nobody else could end what no card began, or what the backend knows nothing of (parameters.md section 2). */
function unplugEnds({ free, untold }: Grant): boolean {
  return free !== undefined && (free.card === null || untold === true);
}

function toIdle(state: EvseState): EvseStep {
  return {
    state: { ...state, phase: { kind: 'idle' } },
    effects: [{ kind: 'cancelConnectionTimeOut' }, { kind: 'indicate', signal: 'ready' }],
  };
}

function granted(state: EvseState, grant: Grant, rules: EvseRules): EvseStep {
  if (!canTakeGrant(state) || !rules.admits(grant))
    return { state, effects: [{ kind: 'indicate', signal: 'refused' }] };
  if (state.plugged) return begin(state, grant);
  return {
    state: { ...state, phase: { kind: 'preparing', grant } },
    effects: [{ kind: 'indicate', signal: 'authorized' }, { kind: 'armConnectionTimeOut' }],
  };
}

function begin(state: EvseState, grant: Grant): EvseStep {
  if (mayNotBegin(state)) {
    return {
      state: { ...state, phase: { kind: 'preparing', grant: null } },
      effects: [{ kind: 'indicate', signal: 'refused' }],
    };
  }
  return {
    state: { ...state, phase: { kind: 'starting', grant, ending: null }, faults: withoutRefusal(state) },
    effects: [
      { kind: 'cancelConnectionTimeOut' },
      { kind: 'indicate', signal: 'authorized' },
      { kind: 'startTransaction', grant },
    ],
  };
}

/** The next start is another one. */
function withoutRefusal({ faults }: EvseState): EvseState['faults'] {
  const { id } = refusedStart('');
  return faults.some((fault) => fault.id === id) ? faults.filter((fault) => fault.id !== id) : faults;
}

function preparingEnds(state: EvseState, withdrawn: boolean): EvseStep {
  if (state.phase.kind !== 'preparing') return unchanged(state);
  if (!state.plugged) return toIdle(state);
  const phase = withdrawn ? ({ kind: 'preparing', grant: null } as const) : ({ kind: 'timedOut' } as const);
  return { state: { ...state, phase }, effects: [] };
}

function started(state: EvseState, rules: EvseRules): EvseStep {
  if (state.phase.kind !== 'starting') return unchanged(state);
  const { grant, ending } = state.phase;
  const running: EvseState = {
    ...state,
    charged: true,
    phase: { kind: 'running', grant, energy: 'on', settling: true },
  };
  const shown = shownStatus(state).status;
  if (stopsTransaction(state.faults)) return stop(running, causeOf(state.faults), shown);
  if (ending !== null) return stop(running, ending, shown);
  if (!state.plugged) return pluggedOut(running, rules, shown);
  const waits: readonly EvseEffect[] = rules.preparingUntilC ? [] : [{ kind: 'armSettling' }];
  const effects: readonly EvseEffect[] = [...energyOn(running), ...waits];
  // SuspendedEVSE shows at once where nothing is offered: from there no way leads back to Preparing (N-01).
  return { state: takes(state.pilot) || !state.offered ? settled(running) : running, effects };
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
  if (state.phase.kind === 'starting')
    return unchanged({ ...state, phase: { ...state.phase, ending: state.phase.ending ?? cause } });
  if (state.phase.kind !== 'running') return unchanged(state);
  const { grant } = state.phase;
  return {
    state: { ...state, phase: { kind: 'stopping', grant, cause, shown } },
    effects: [{ kind: 'stopTransaction', cause }],
  };
}

function stopped(state: EvseState, rules: EvseRules): EvseStep {
  if (state.phase.kind !== 'stopping') return unchanged(state);
  const { grant } = state.phase;
  if (keepsPlug(state.phase, state.plugged, rules))
    return unchanged({ ...state, phase: { kind: 'finished', holds: grant } });
  if (state.plugged)
    return { state: { ...state, phase: { kind: 'finished', holds: null } }, effects: [{ kind: 'unlock' }] };
  return {
    state: { ...state, phase: { kind: 'idle' } },
    effects: [{ kind: 'unlock' }, { kind: 'indicate', signal: 'ready' }],
  };
}

function plugMayGo(state: EvseState, rules: EvseRules): EvseStep {
  const { phase, plugged } = state;
  const mayGo = phase.kind === 'stopping' && !keepsPlug(phase, plugged, rules);
  return { state, effects: mayGo ? [{ kind: 'unlock' }] : [] };
}

/**
 * Whether the plug stays locked after a transaction: who was refused gets the cable with the card, and X-10. What no card
 * began no card could free.
 */
function keepsPlug(
  { cause: { reason }, grant: { free } }: { readonly cause: StopCause; readonly grant: Grant },
  plugged: boolean,
  rules: EvseRules,
): boolean {
  if (rules.captiveCable || free?.card === null) return false;
  return reason === 'deAuthorized' || (reason === 'evDisconnected' && !plugged && !rules.unlockOnEvSideDisconnect);
}

/** No energy flows any more while the store refuses the end: that is what shows (N-04). */
function endDelayed(state: EvseState): EvseStep {
  const { phase } = state;
  return unchanged(phase.kind === 'stopping' ? { ...state, phase: { ...phase, shown: 'SuspendedEVSE' } } : state);
}

/** A second refusal of the same identifier grants nothing anew. What is free of charge nobody can refuse. */
function deauthorized(state: EvseState, rules: EvseRules): EvseStep {
  const { phase } = state;
  if (phase.kind !== 'running' || phase.energy === 'allowance' || phase.grant.free !== undefined)
    return unchanged(state);
  const wattHours = rules.energyOnInvalidIdWh;
  if (phase.energy === 'deauthorized' || wattHours <= 0) return withoutEnergy(state, rules);
  return { state: { ...state, phase: { ...phase, energy: 'allowance' } }, effects: [{ kind: 'allowance', wattHours }] };
}

function allowanceUsed(state: EvseState, rules: EvseRules): EvseStep {
  const { phase } = state;
  return phase.kind === 'running' && phase.energy === 'allowance' ? withoutEnergy(state, rules) : unchanged(state);
}

function withoutEnergy(state: EvseState, rules: EvseRules): EvseStep {
  const { phase } = state;
  if (phase.kind !== 'running') return unchanged(state);
  if (rules.stopOnInvalidId) return stop(state, { reason: 'deAuthorized', idToken: null });
  return { state: { ...state, phase: { ...phase, energy: 'deauthorized' } }, effects: [{ kind: 'energy', on: false }] };
}

/**
 * Out of service, a permission lapses at once; a transaction is left alone, and its end shows Unavailable. In service again,
 * a plug that is in waits for a card: there is no way from Unavailable to Finishing (C-02, C-03, N-01).
 */
function serviceChanged(before: EvseState, state: EvseState): EvseStep {
  const { phase, plugged } = state;
  if (!isInService(state)) {
    if (phase.kind !== 'preparing') return unchanged(state);
    return plugged
      ? { state: { ...state, phase: { kind: 'timedOut' } }, effects: [{ kind: 'cancelConnectionTimeOut' }] }
      : toIdle(state);
  }
  const waits = phase.kind === 'timedOut' || (phase.kind === 'finished' && phase.holds === null);
  return !isInService(before) && plugged && waits ? awaitCard(state) : unchanged(state);
}

function leavesService(state: EvseState): EvseStep {
  return unchanged({ ...state, leavingService: true });
}

function faultChanged(before: EvseState, { fault, active }: Extract<EvseInput, { kind: 'fault' }>): EvseStep {
  const place = before.faults.findIndex((each) => each.id === fault.id);
  const others = before.faults.filter((each) => each.id !== fault.id);
  // A fault that is told again keeps its age.
  const faults = active ? others.toSpliced(place < 0 ? others.length : place, 0, fault) : others;
  const state: EvseState = { ...before, faults };
  if (active && state.phase.kind === 'running' && stopsTransaction([fault])) return stop(state, causeOf(faults));
  if (suspendsEnergy(before.faults) === suspendsEnergy(faults)) return unchanged(state);
  const off = state.phase.kind === 'running' && suspendsEnergy(faults);
  return off
    ? { state: settled(state), effects: [{ kind: 'energy', on: false }] }
    : { state, effects: energyOn(state) };
}

/** Only a pressed emergency stop has a reason of its own. */
function causeOf(faults: EvseState['faults']): StopCause {
  const pressed = faults.some((fault) => fault.emergencyStop === true);
  return { reason: pressed ? 'emergencyStop' : 'other', idToken: null };
}

function released(state: EvseState): EvseStep {
  if (state.phase.kind !== 'finished' || state.phase.holds === null) return unchanged(state);
  const free = state.plugged ? unchanged({ ...state, phase: { kind: 'finished', holds: null } }) : toIdle(state);
  return { state: free.state, effects: [{ kind: 'unlock' }, ...free.effects] };
}

/** Somebody got the plug out by other means, such as the emergency release: nothing is held any more. */
function cableOut(state: EvseState): EvseStep {
  const held = state.phase.kind === 'finished' && state.phase.holds !== null;
  return held && !state.plugged ? toIdle(state) : unchanged(state);
}

function identified(state: EvseState, parentIdToken: string | null): EvseStep {
  const { phase } = state;
  if (phase.kind !== 'running') return unchanged(state);
  return unchanged({ ...state, phase: { ...phase, grant: { ...phase.grant, parentIdToken } } });
}
