import { isRecord } from '../core/json.ts';
import type { Json } from '../core/json.ts';
import type { ParameterId } from './catalogue.ts';
import { isParameterId } from './catalogue.ts';
import type { EndpointValues, Staged, Trial, TrialState } from './endpoint-trial.ts';
import { initialTrialState } from './endpoint-trial.ts';
import type { StoredValue } from './stored-value.ts';
import { fromDocument, toDocument } from './stored-value.ts';

/** The endpoint's state for the store. What only this run knows (bearer, idle, monotonic times) is left out. */
export function trialToDocument(state: TrialState, nowMs: number): Json {
  const staged = state.kind === 'settled' ? null : state.staged;
  return {
    version: 1,
    applied: valuesToDocument(state.applied),
    good: state.good === null ? null : valuesToDocument(state.good),
    staged:
      staged === null
        ? null
        : { values: valuesToDocument(staged.values), requested: staged.requested, confirmed: staged.confirmed },
    trial: state.kind === 'trying' ? runningTrialToDocument(state.trial, nowMs) : null,
  };
}

/** Reads the state back after a restart: the quiet timer begins anew, counted time is kept. */
export function trialFromDocument(document: unknown, nowMs: number): TrialState {
  if (!isRecord(document)) return initialTrialState;
  const common = {
    applied: valuesFromDocument(document['applied']),
    good: isRecord(document['good']) ? valuesFromDocument(document['good']) : null,
    bearerUp: false,
    // Until the station looked, transactions of the old endpoint may still wait.
    idle: false,
  };
  const staged = stagedFromDocument(document['staged'], nowMs);
  const trial = runningTrialFromDocument(document['trial']);
  if (trial !== null) return { kind: 'trying', ...common, trial, staged };
  return staged === null ? { kind: 'settled', ...common } : { kind: 'staged', ...common, staged };
}

function valuesToDocument(values: EndpointValues): Json {
  return Object.fromEntries(Object.entries(values).map(([id, stored]) => [id, toDocument(stored)]));
}

function valuesFromDocument(document: unknown): EndpointValues {
  const values: Partial<Record<ParameterId, StoredValue>> = {};
  for (const [id, value] of Object.entries(isRecord(document) ? document : {})) {
    const stored = isParameterId(id) ? fromDocument(id, value) : undefined;
    if (isParameterId(id) && stored !== undefined) values[id] = stored;
  }
  return values;
}

function stagedFromDocument(document: unknown, nowMs: number): Staged | null {
  if (!isRecord(document)) return null;
  return {
    values: valuesFromDocument(document['values']),
    changedMs: nowMs,
    // A start is what the answer RebootRequired asked for (K-03); the trial brings the old values back when the new ones do not work.
    requested: true,
    confirmed: document['confirmed'] === true,
  };
}

function runningTrialToDocument(trial: Trial, nowMs: number): Json {
  const stretchMs = trial.countingFromMs === null ? 0 : Math.max(0, nowMs - trial.countingFromMs);
  const { of, sinceMs, attempts, rejected } = trial;
  return { of, sinceMs, attempts, rejected, countedMs: trial.countedMs + stretchMs };
}

function runningTrialFromDocument(document: unknown): Trial | null {
  if (!isRecord(document)) return null;
  return {
    of: document['of'] === 'credentials' ? 'credentials' : 'endpoint',
    sinceMs: numberOf(document['sinceMs']),
    attempts: numberOf(document['attempts']),
    countedMs: numberOf(document['countedMs']),
    countingFromMs: null,
    connected: false,
    rejected: document['rejected'] === true,
  };
}

function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : 0;
}
