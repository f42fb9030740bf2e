import type { ParameterId, ParameterValues } from './catalogue.ts';
import { catalogue, factoryDefaults, parameterIds } from './catalogue.ts';
import type { ValueReader } from './cross-field.ts';
import type { RawLookup, RawValue } from './effective.ts';
import { effectiveValue } from './effective.ts';
import type { EndpointValues, TrialState } from './endpoint-trial.ts';
import { stagedOf } from './endpoint-trial.ts';
import type { ParameterOverrides } from './overrides.ts';
import { findOverride } from './overrides.ts';
import type { ParameterValue } from './row.ts';
import type { StoredValue } from './stored-value.ts';

/** Values that the station computes; such a parameter is read only. */
export type ProvidedValues = { readonly [K in ParameterId]?: () => ParameterValues[K] };

/** All that decides a station's values. Stations share what they do not set themselves. */
export interface ParameterData {
  readonly overrides: ParameterOverrides;
  readonly provide: ProvidedValues;
  /** What the station says where nothing is set; such a parameter can be. */
  readonly describe: ProvidedValues;
  /** What was set on this station, endpoint and credentials excepted. */
  readonly stored: ReadonlyMap<ParameterId, StoredValue>;
  /** Values of before the change, for parameters that wait for a restart. */
  readonly running: ReadonlyMap<ParameterId, RawValue>;
  /** Endpoint and credentials: applied, staged, tried. */
  readonly endpoint: TrialState;
}

const trialIds: ReadonlySet<ParameterId> = new Set(
  parameterIds.filter((id) => catalogue[id].effect === 'endpoint' || catalogue[id].credentials === true),
);

/** True for parameters that are applied together and have to prove themselves. */
export function isTrialId(id: ParameterId): boolean {
  return trialIds.has(id);
}

/** The value as set, in force now. */
export function rawInForce(data: ParameterData, id: ParameterId): RawValue {
  return data.running.get(id) ?? rawWith(data, id, storedOf(data, data.endpoint.applied, id));
}

/** The value as set, in force after the staged and restart-bound changes took effect. */
export function rawNext(data: ParameterData, id: ParameterId): RawValue {
  return rawWith(data, id, storedNext(data, id));
}

/** What is stored and will be in force next, with its author. */
export function storedNext(data: ParameterData, id: ParameterId): StoredValue | undefined {
  return storedOf(data, stagedOf(data.endpoint)?.values ?? data.endpoint.applied, id);
}

/** The value when nothing is stored. */
export function rawFallback(data: ParameterData, id: ParameterId): RawValue {
  return rawWith(data, id, undefined);
}

/** The value that endpoint values would bring. */
export function rawWithEndpoint(data: ParameterData, endpoint: EndpointValues, id: ParameterId): RawValue {
  return data.running.get(id) ?? rawWith(data, id, storedOf(data, endpoint, id));
}

function storedOf(data: ParameterData, endpoint: EndpointValues, id: ParameterId): StoredValue | undefined {
  return trialIds.has(id) ? endpoint[id] : data.stored.get(id);
}

/** Precedence: computed, pinned, stored, default from outside, factory (parameters.md section 3). */
function rawWith(data: ParameterData, id: ParameterId, stored: StoredValue | undefined): RawValue {
  const provided = data.provide[id];
  if (provided !== undefined) return { value: provided(), layer: 'computed' };
  const pinned = findOverride(data.overrides, 'pinned', id);
  if (pinned !== undefined) return { value: pinned.value, layer: 'pinned' };
  if (stored !== undefined) return { value: stored.value, layer: 'stored' };
  const fallback = findOverride(data.overrides, 'defaults', id);
  if (fallback !== undefined) return { value: fallback.value, layer: 'default' };
  const described = data.describe[id]?.() ?? '';
  return described === '' ? { value: factoryDefaults[id], layer: 'factory' } : { value: described, layer: 'computed' };
}

/** Reads effective values through a lookup of raw ones. */
export function readerOf(lookup: RawLookup): ValueReader {
  return <K extends ParameterId>(id: K) => effectiveOf(id, lookup) as ParameterValues[K];
}

/** The value in force that follows from raw values. */
export function effectiveOf(id: ParameterId, lookup: RawLookup): ParameterValue {
  return effectiveValue(id, lookup(id), lookup);
}
