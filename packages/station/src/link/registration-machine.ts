/** Where the station stands with its backend (B-01…B-07). Times are on the monotonic clock. */
export type RegistrationState =
  | { readonly kind: 'offline'; readonly before: Standing }
  /** BootNotification is to be sent or under way. */
  | { readonly kind: 'booting'; readonly failures: number; readonly before: Standing }
  /** No usable answer came; the next attempt is due. */
  | { readonly kind: 'retrying'; readonly failures: number; readonly dueMs: number; readonly before: Standing }
  | { readonly kind: 'pending'; readonly dueMs: number }
  | { readonly kind: 'rejected'; readonly dueMs: number }
  | { readonly kind: 'accepted' };

/** What the backend said last, to this endpoint and in this power cycle. `dueMs`: not before may be asked again. */
export type Standing =
  | { readonly kind: 'none' }
  | { readonly kind: 'accepted' }
  | { readonly kind: 'pending' | 'rejected'; readonly dueMs: number };

export type RegistrationInput =
  /** `fresh`: a new endpoint, identity or version, for which nothing said before counts (T-22). */
  | { readonly kind: 'linkOpened'; readonly fresh: boolean }
  | { readonly kind: 'linkClosed' }
  | {
      readonly kind: 'bootAnswered';
      readonly status: 'accepted' | 'pending' | 'rejected';
      readonly intervalSeconds: number;
    }
  | { readonly kind: 'bootFailed' }
  | { readonly kind: 'due' }
  /** The backend answered SecurityError to a CALL: it does not know us any more. */
  | { readonly kind: 'securityError' };

export type RegistrationEffect =
  | { readonly kind: 'sendBoot' }
  | { readonly kind: 'wakeAt'; readonly dueMs: number }
  /** Registered: clock and heartbeat were set; statuses, then the outbox. `first` in this power cycle or after a new endpoint. */
  | { readonly kind: 'registered'; readonly again: boolean };

export interface RegistrationRules {
  /** `compat.bootOnReconnect`. */
  readonly bootOnReconnect: 'onDemand' | 'true' | 'false';
  /** A number in [0, 1) for the spread of waits that the backend does not name. */
  readonly random: () => number;
}

export interface RegistrationStep {
  readonly state: RegistrationState;
  readonly effects: readonly RegistrationEffect[];
}

export const initialRegistration: RegistrationState = { kind: 'offline', before: { kind: 'none' } };

/** Waits between attempts that were not answered: doubling from 10 s to 5 min (B-07). */
const retryBaseMs = 10_000;
const retryCapMs = 300_000;
/** The wait when a backend names 0 with Pending or Rejected (B-06). */
const unnamedWaitMs = 60_000;
/** The longest wait that a backend may name: one that is longer by mistake would lose the station for good (B-06). */
const longestWaitSeconds = 604_800;

/** Decides what the registration does next. */
export function stepRegistration(
  state: RegistrationState,
  input: RegistrationInput,
  nowMs: number,
  rules: RegistrationRules,
): RegistrationStep {
  switch (input.kind) {
    case 'linkOpened':
      return opened(input.fresh ? { kind: 'none' } : standingOf(state), nowMs, rules);
    case 'linkClosed':
      return { state: { kind: 'offline', before: standingOf(state) }, effects: [] };
    case 'bootAnswered':
      return state.kind === 'offline' ? { state, effects: [] } : answered(state, input, nowMs, rules);
    case 'bootFailed':
      return state.kind === 'booting' ? failed(state, nowMs, rules) : { state, effects: [] };
    case 'due':
      return due(state, nowMs);
    case 'securityError':
      return state.kind === 'accepted' && rules.bootOnReconnect === 'onDemand'
        ? boot({ kind: 'none' }, 0)
        : { state, effects: [] };
  }
}

function standingOf(state: RegistrationState): Standing {
  switch (state.kind) {
    case 'offline':
    case 'booting':
    case 'retrying':
      return state.before;
    case 'pending':
    case 'rejected':
      return { kind: state.kind, dueMs: state.dueMs };
    case 'accepted':
      return { kind: 'accepted' };
  }
}

function boot(before: Standing, failures: number): RegistrationStep {
  return { state: { kind: 'booting', failures, before }, effects: [{ kind: 'sendBoot' }] };
}

function opened(before: Standing, nowMs: number, rules: RegistrationRules): RegistrationStep {
  switch (before.kind) {
    case 'none':
      return boot(before, 0);
    case 'accepted':
      if (rules.bootOnReconnect === 'true') return boot(before, 0);
      return { state: { kind: 'accepted' }, effects: [{ kind: 'registered', again: true }] };
    case 'pending':
    case 'rejected':
      if (before.dueMs <= nowMs) return boot(before, 0);
      return { state: { kind: before.kind, dueMs: before.dueMs }, effects: [{ kind: 'wakeAt', dueMs: before.dueMs }] };
  }
}

function answered(
  state: RegistrationState,
  input: Extract<RegistrationInput, { kind: 'bootAnswered' }>,
  nowMs: number,
  rules: RegistrationRules,
): RegistrationStep {
  if (input.status === 'accepted') {
    const again = standingOf(state).kind === 'accepted';
    return { state: { kind: 'accepted' }, effects: [{ kind: 'registered', again }] };
  }
  const named = Math.min(input.intervalSeconds, longestWaitSeconds);
  const waitMs = named > 0 ? named * 1000 : unnamedWaitMs * (1 + 0.2 * rules.random());
  const dueMs = nowMs + waitMs;
  return { state: { kind: input.status, dueMs }, effects: [{ kind: 'wakeAt', dueMs }] };
}

function failed(
  state: Extract<RegistrationState, { kind: 'booting' }>,
  nowMs: number,
  rules: RegistrationRules,
): RegistrationStep {
  const waitMs = Math.min(retryCapMs, retryBaseMs * 2 ** state.failures) * (1 + 0.2 * rules.random());
  const dueMs = nowMs + waitMs;
  return {
    state: { kind: 'retrying', failures: state.failures + 1, dueMs, before: state.before },
    effects: [{ kind: 'wakeAt', dueMs }],
  };
}

function due(state: RegistrationState, nowMs: number): RegistrationStep {
  const waits = state.kind === 'retrying' || state.kind === 'pending' || state.kind === 'rejected';
  if (!waits || state.dueMs > nowMs) return { state, effects: [] };
  return boot(standingOf(state), state.kind === 'retrying' ? state.failures : 0);
}
