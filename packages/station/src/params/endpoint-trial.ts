import type { ParameterId } from './catalogue.ts';
import type { StoredValue } from './stored-value.ts';
import { sameValue } from './value-text.ts';

/** Stored values of the endpoint's parameters and credentials; a missing one has its default. */
export type EndpointValues = Readonly<Partial<Record<ParameterId, StoredValue>>>;

/** What is tried: a whole endpoint, or a password for the same one. */
export type TrialKind = 'endpoint' | 'credentials';

/** New values that wait for their application. */
export interface Staged {
  /** All values as they will be, not only the changed ones. */
  readonly values: EndpointValues;
  /** Monotonic ms of the last change; the quiet timer runs from here. */
  readonly changedMs: number;
  /** Application was asked for and waits for transactions and their messages (parameters.md section 3). */
  readonly requested: boolean;
  /** The operator accepted what becomes of transactions that are not delivered yet. */
  readonly confirmed: boolean;
}

/** Applied values that have not proven themselves. */
export interface Trial {
  readonly of: TrialKind;
  /** Wall ms of the application; for people. */
  readonly sinceMs: number;
  /** Complete attempts that failed. */
  readonly attempts: number;
  /** Time with the bearer up, in ms, without the running stretch. */
  readonly countedMs: number;
  /** Monotonic ms at which the running stretch began; null while the bearer is down. */
  readonly countingFromMs: number | null;
  /** A socket with sub-protocol is open that was made with the new values. */
  readonly connected: boolean;
  /** The backend answered BootNotification with Rejected: it knows the station and gets 24 h. */
  readonly rejected: boolean;
}

interface Common {
  /** The values in force. */
  readonly applied: EndpointValues;
  /** The last values that proved themselves; null = none ever did. */
  readonly good: EndpointValues | null;
  readonly bearerUp: boolean;
  /** No transaction runs and none waits for delivery. */
  readonly idle: boolean;
}

/** Where the endpoint's settings stand. */
export type TrialState = Common &
  (
    | { readonly kind: 'settled' }
    | { readonly kind: 'staged'; readonly staged: Staged }
    | { readonly kind: 'trying'; readonly trial: Trial; readonly staged: Staged | null }
  );

/** What happens to the endpoint's settings. */
export type TrialInput =
  /** New values, complete; equal to those in force = nothing is wanted any more. */
  | { readonly type: 'stage'; readonly values: EndpointValues }
  /** New credentials, effective at the next connection; `values` complete. */
  | { readonly type: 'credentials'; readonly values: EndpointValues }
  /** Another security profile of the same backend, effective at the next connection; `values` complete. */
  | { readonly type: 'endpoint'; readonly values: EndpointValues }
  /** Reset over OCPP, or the local apply step. */
  | { readonly type: 'apply'; readonly confirmed: boolean }
  | { readonly type: 'idle'; readonly idle: boolean }
  /** A socket with sub-protocol opened. */
  | { readonly type: 'connected' }
  /** A connection attempt made with the bearer up failed, or an open socket closed or answered no BootNotification. */
  | { readonly type: 'attemptFailed' }
  | { readonly type: 'callResult' }
  | { readonly type: 'registration'; readonly status: 'accepted' | 'pending' | 'rejected' }
  | { readonly type: 'bearer'; readonly up: boolean }
  | { readonly type: 'tick' };

/** What the machine needs to know of the rest. */
export interface TrialContext {
  /** Monotonic ms. */
  readonly nowMs: number;
  readonly wallMs: number;
  /** `backend.rollbackTimeout`. */
  readonly rollbackMs: number;
  /** `compat.endpointApply` = quiet. */
  readonly quiet: boolean;
  /** Whether there is anything to connect to with these values. */
  readonly connectable: (values: EndpointValues) => boolean;
  /** Whether the station logs in with a password with these values; absent: it does. */
  readonly usesPassword?: (values: EndpointValues) => boolean;
}

/** What is to be done and told. `persist`: the state must be on disk; `durable` before anything else happens. */
export type TrialEffect =
  | { readonly kind: 'persist'; readonly durable: boolean }
  | { readonly kind: 'applied'; readonly trial: TrialKind }
  | { readonly kind: 'proven'; readonly trial: TrialKind }
  | { readonly kind: 'rolledBack'; readonly trial: TrialKind; readonly reason: string }
  /** The application waits; told once. */
  | { readonly kind: 'waiting'; readonly reason: string };

/** The new state and what follows from it. */
export interface TrialStep {
  readonly state: TrialState;
  readonly effects: readonly TrialEffect[];
}

/** Apply 30 s after the last change (`compat.endpointApply` = quiet). */
export const quietMs = 30_000;
/** How long an endpoint that answers Rejected is kept. */
export const rejectedKeptMs = 86_400_000;
/** Fewer complete attempts never bring the old settings back. */
export const leastAttempts = 3;

/** Nothing was ever set or proven. */
export const initialTrialState: TrialState = { kind: 'settled', applied: {}, good: null, bearerUp: false, idle: false };

const persist: TrialEffect = { kind: 'persist', durable: true };
const persistLater: TrialEffect = { kind: 'persist', durable: false };

/** One step of the machine: staging, applying, proving, rolling back (parameters.md section 3). */
export function stepTrial(state: TrialState, input: TrialInput, context: TrialContext): TrialStep {
  switch (input.type) {
    case 'stage':
      return stage(state, input.values, context);
    case 'credentials':
    case 'endpoint':
      return apply(state, input.values, input.type, context);
    case 'apply':
      return request(state, input.confirmed, context);
    case 'idle':
      return applyWhenAllowed({ ...state, idle: input.idle }, [], context);
    case 'connected':
      return state.kind === 'trying' ? same({ ...state, trial: { ...state.trial, connected: true } }) : same(state);
    case 'attemptFailed':
      return attemptFailed(state, context);
    case 'callResult':
      return callResult(state);
    case 'registration':
      return registration(state, input.status, context);
    case 'bearer':
      return bearer(state, input.up, context);
    case 'tick':
      return tick(state, context);
  }
}

/** Monotonic ms at which `tick` can change something; null = never. */
export function trialDueMs(state: TrialState, context: TrialContext): number | null {
  const staged = stagedOf(state);
  const applyMs = staged !== null && context.quiet && !staged.requested ? staged.changedMs + quietMs : null;
  const giveUpMs = state.kind === 'trying' ? rollbackDueMs(state.trial, context) : null;
  const mayGiveUp = state.kind === 'trying' && state.good !== null && enoughAttempts(state.trial);
  const due = [applyMs, mayGiveUp ? giveUpMs : null].filter((ms) => ms !== null);
  return due.length === 0 ? null : Math.min(...due);
}

/** The staged values, if any. */
export function stagedOf(state: TrialState): Staged | null {
  return state.kind === 'settled' ? null : state.staged;
}

/** True when two sets hold the same values; who set them does not matter. */
export function sameEndpoint(a: EndpointValues, b: EndpointValues): boolean {
  const ids = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<ParameterId>;
  return [...ids].every((id) => sameSetting(a[id], b[id]));
}

/** Ids whose values differ between two sets. */
function endpointDifferences(a: EndpointValues, b: EndpointValues): readonly ParameterId[] {
  const ids = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<ParameterId>;
  return [...ids].filter((id) => !sameSetting(a[id], b[id]));
}

function sameSetting(a: StoredValue | undefined, b: StoredValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return sameValue(a.value, b.value);
}

/** Nothing to do. */
const same = (state: TrialState): TrialStep => ({ state, effects: [] });

function commonOf(state: TrialState): Common {
  return { applied: state.applied, good: state.good, bearerUp: state.bearerUp, idle: state.idle };
}

function withStaged(state: TrialState, staged: Staged | null): TrialState {
  if (state.kind === 'trying') return { ...state, staged };
  return staged === null ? { kind: 'settled', ...commonOf(state) } : { kind: 'staged', ...commonOf(state), staged };
}

function stage(state: TrialState, values: EndpointValues, context: TrialContext): TrialStep {
  if (sameEndpoint(values, state.applied)) return { state: withStaged(state, null), effects: [persist] };
  const before = stagedOf(state);
  const staged: Staged = {
    values,
    changedMs: context.nowMs,
    requested: before?.requested ?? false,
    confirmed: false,
  };
  return applyWhenAllowed(withStaged(state, staged), [persist], context);
}

function request(state: TrialState, confirmed: boolean, context: TrialContext): TrialStep {
  const staged = stagedOf(state);
  if (staged === null) return same(state);
  const requested = { ...staged, requested: true, confirmed: staged.confirmed || confirmed };
  const step = applyWhenAllowed(withStaged(state, requested), [persist], context);
  const waits = stagedOf(step.state) !== null;
  const reason = 'The new host or identity waits until no transaction runs and all of them are delivered.';
  return waits ? { state: step.state, effects: [...step.effects, { kind: 'waiting', reason }] } : step;
}

/** Applies what was asked for as soon as no transaction belongs to the old host or identity any more. */
function applyWhenAllowed(state: TrialState, effects: readonly TrialEffect[], context: TrialContext): TrialStep {
  const staged = stagedOf(state);
  if (staged === null || !staged.requested) return { state, effects };
  // A station that never had a backend has nothing to deliver to an old one.
  const isFirst = state.good === null && !context.connectable(state.applied);
  const allowed = isFirst || state.idle || staged.confirmed || !movesStation(state.applied, staged.values);
  if (!allowed) return { state, effects };
  const step = apply(withStaged(state, null), staged.values, 'endpoint', context);
  return { state: step.state, effects: [...effects.filter((effect) => effect.kind !== 'persist'), ...step.effects] };
}

function movesStation(from: EndpointValues, to: EndpointValues): boolean {
  return endpointDifferences(from, to).some((id) => id === 'backend.host' || id === 'backend.identity');
}

function apply(state: TrialState, values: EndpointValues, kind: TrialKind, context: TrialContext): TrialStep {
  const common = { ...commonOf(state), applied: values, good: goodBefore(state, kind) };
  const staged = stagedOf(state);
  // A password that is only kept cannot prove itself, and no failure is its fault.
  if (kind === 'credentials' && context.usesPassword?.(values) === false) {
    const good = state.good === null ? null : withPassword(state.good, values);
    return { state: { ...state, applied: values, good }, effects: [persist, { kind: 'applied', trial: kind }] };
  }
  if (!context.connectable(values)) {
    const settled: TrialState = withStaged({ kind: 'settled', ...common }, staged);
    return { state: settled, effects: [persist, { kind: 'applied', trial: kind }] };
  }
  const of = state.kind === 'trying' && state.trial.of === 'endpoint' ? 'endpoint' : kind;
  const trial: Trial = {
    of,
    sinceMs: context.wallMs,
    attempts: 0,
    countedMs: 0,
    countingFromMs: state.bearerUp ? context.nowMs : null,
    connected: false,
    rejected: false,
  };
  return { state: { kind: 'trying', ...common, trial, staged }, effects: [persist, { kind: 'applied', trial: of }] };
}

/** A password with which the link is open is better than none to return to, though no CALL was answered yet. */
function goodBefore(state: TrialState, next: TrialKind): EndpointValues | null {
  const isLetIn = state.kind === 'trying' && state.trial.of === 'credentials' && state.trial.connected;
  return isLetIn && next === 'endpoint' ? state.applied : state.good;
}

const passwordIds = ['backend.authorizationKey', 'backend.passwordEncoding'] as const;

function withPassword(values: EndpointValues, from: EndpointValues): EndpointValues {
  const next = { ...values };
  for (const id of passwordIds) {
    const value = from[id];
    if (value === undefined) delete next[id];
    else next[id] = value;
  }
  return next;
}

function attemptFailed(state: TrialState, context: TrialContext): TrialStep {
  if (state.kind !== 'trying') return same(state);
  const trial = { ...counted(state.trial, context), attempts: state.trial.attempts + 1, connected: false };
  return rollBackWhenDue({ ...state, trial }, context);
}

function callResult(state: TrialState): TrialStep {
  const proves = state.kind === 'trying' && state.trial.of === 'credentials' && state.trial.connected;
  return proves ? prove(state, state.trial.of) : same(state);
}

function registration(
  state: TrialState,
  status: 'accepted' | 'pending' | 'rejected',
  context: TrialContext,
): TrialStep {
  if (state.kind === 'trying' && !state.trial.connected) return same(state);
  if (status === 'rejected') return rejected(state, context);
  if (state.kind === 'trying') return prove(state, state.trial.of);
  // The settings that the station was delivered with proved themselves: from now on there is something to return to.
  if (state.good !== null && sameEndpoint(state.good, state.applied)) return same(state);
  return { state: { ...state, good: state.applied }, effects: [persist] };
}

function rejected(state: TrialState, context: TrialContext): TrialStep {
  if (state.kind !== 'trying') return same(state);
  if (state.trial.of === 'credentials') return prove(state, 'credentials');
  const trial = state.trial.rejected
    ? counted(state.trial, context)
    : { ...counted(state.trial, context), rejected: true, countedMs: 0 };
  return rollBackWhenDue({ ...state, trial }, context);
}

function prove(state: TrialState & { readonly kind: 'trying' }, trial: TrialKind): TrialStep {
  const settled: TrialState = { kind: 'settled', ...commonOf(state), good: state.applied };
  return { state: withStaged(settled, state.staged), effects: [persist, { kind: 'proven', trial }] };
}

function bearer(state: TrialState, up: boolean, context: TrialContext): TrialStep {
  if (up === state.bearerUp) return same(state);
  if (state.kind !== 'trying') return same({ ...state, bearerUp: up });
  const trial = { ...counted(state.trial, context), countingFromMs: up ? context.nowMs : null };
  return rollBackWhenDue({ ...state, bearerUp: up, trial }, context);
}

function tick(state: TrialState, context: TrialContext): TrialStep {
  const staged = stagedOf(state);
  const quietOver = staged !== null && context.quiet && context.nowMs >= staged.changedMs + quietMs;
  if (staged !== null && quietOver && !staged.requested) return request(state, false, context);
  if (state.kind !== 'trying') return same(state);
  const isDue = trialDueMs(state, context);
  return isDue !== null && context.nowMs >= isDue ? rollBackWhenDue(state, context) : same(state);
}

/** Adds the running stretch to the counted time. */
function counted(trial: Trial, context: TrialContext): Trial {
  if (trial.countingFromMs === null) return trial;
  const stretchMs = Math.max(0, context.nowMs - trial.countingFromMs);
  return { ...trial, countedMs: trial.countedMs + stretchMs, countingFromMs: context.nowMs };
}

function enoughAttempts(trial: Trial): boolean {
  return trial.rejected || trial.attempts >= leastAttempts;
}

function rollbackDueMs(trial: Trial, context: TrialContext): number | null {
  if (trial.countingFromMs === null) return null;
  const allowedMs = trial.rejected ? rejectedKeptMs : context.rollbackMs;
  return trial.countingFromMs + Math.max(0, allowedMs - trial.countedMs);
}

function rollBackWhenDue(state: TrialState & { readonly kind: 'trying' }, context: TrialContext): TrialStep {
  const { trial, good } = state;
  const allowedMs = trial.rejected ? rejectedKeptMs : context.rollbackMs;
  const usedMs = counted(trial, context).countedMs;
  if (good === null) return same(state);
  if (!enoughAttempts(trial) || usedMs < allowedMs) return { state, effects: [persistLater] };
  const settled: TrialState = { kind: 'settled', ...commonOf(state), applied: good };
  const tried = `${trial.attempts} attempts in ${Math.round(usedMs / 60_000)} min`;
  const reason = trial.rejected
    ? 'The new backend answered BootNotification with Rejected for 24 h; the last good settings are back.'
    : `The new settings did not work (${tried}); the last good settings are back.`;
  return {
    state: withStaged(settled, state.staged),
    effects: [persist, { kind: 'rolledBack', trial: trial.of, reason }],
  };
}
