import type { IndividualId, ParameterId, ParameterValues } from './catalogue.ts';
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
import { connectorOf, parameterOf, type ValueId } from './value-id.ts';

/** Values that the station computes; such a parameter is read only. */
export type ProvidedValues = { readonly [K in ParameterId]?: () => ParameterValues[K] };

/** All that decides a station's values. Stations share what they do not set themselves. */
export interface ParameterData {
  readonly overrides: ParameterOverrides;
  readonly provide: ProvidedValues;
  /** What the station says where nothing is set; such a parameter can be. */
  readonly describe: ProvidedValues;
  /** What was set on this station, endpoint and credentials excepted. */
  readonly stored: ReadonlyMap<ValueId, StoredValue>;
  /** Values of before the change, for parameters that wait for a restart. */
  readonly running: ReadonlyMap<ValueId, RawValue>;
  /** Endpoint and credentials: applied, staged, tried. */
  readonly endpoint: TrialState;
}

const trialIds: ReadonlySet<ValueId> = new Set(
  parameterIds.filter((id) => catalogue[id].effect === 'endpoint' || catalogue[id].credentials === true),
);

/** True for parameters that are applied together and have to prove themselves. */
export function isTrialId(id: ValueId): id is ParameterId {
  return trialIds.has(id);
}

/** The value as set, in force now. */
export function rawInForce(data: ParameterData, id: ValueId): RawValue {
  return data.running.get(id) ?? rawWith(data, id, storedOf(data, data.endpoint.applied, id));
}

/** The value as set, in force after the staged and restart-bound changes took effect. */
export function rawNext(data: ParameterData, id: ValueId): RawValue {
  return rawWith(data, id, storedNext(data, id));
}

/** What is stored and will be in force next, with its author. */
export function storedNext(data: ParameterData, id: ValueId): StoredValue | undefined {
  return storedOf(data, stagedOf(data.endpoint)?.values ?? data.endpoint.applied, id);
}

/** The value when nothing is stored. */
export function rawFallback(data: ParameterData, id: ValueId): RawValue {
  return rawWith(data, id, undefined);
}

/** The value that endpoint values would bring. */
export function rawWithEndpoint(data: ParameterData, endpoint: EndpointValues, id: ParameterId): RawValue {
  return data.running.get(id) ?? rawWith(data, id, storedOf(data, endpoint, id));
}

function storedOf(data: ParameterData, endpoint: EndpointValues, id: ValueId): StoredValue | undefined {
  return isTrialId(id) ? endpoint[id] : data.stored.get(id);
}

/** Precedence: computed, pinned, stored, default from outside, factory (parameters.md section 3). */
function rawWith(data: ParameterData, id: ValueId, stored: StoredValue | undefined): RawValue {
  const parameter = parameterOf(id);
  const provided = data.provide[parameter];
  if (provided !== undefined) return { value: provided(), layer: 'computed' };
  const pinned = findOverride(data.overrides, 'pinned', id);
  if (pinned !== undefined) return { value: pinned.value, layer: 'pinned' };
  if (stored !== undefined) return { value: stored.value, layer: 'stored' };
  const fallback = findOverride(data.overrides, 'defaults', id);
  if (fallback !== undefined) return { value: fallback.value, layer: 'default' };
  const described = data.describe[parameter]?.() ?? '';
  return described === ''
    ? { value: factoryDefaults[parameter], layer: 'factory' }
    : { value: described, layer: 'computed' };
}

/** Reads effective values through a lookup of raw ones. */
export function readerOf(lookup: RawLookup): ValueReader {
  return <K extends ParameterId>(id: K) => effectiveOf(id, lookup) as ParameterValues[K];
}

/** The value in force that follows from raw values. */
export function effectiveOf(id: ParameterId, lookup: RawLookup): ParameterValue {
  return effectiveValue(id, lookup(id), lookup);
}

/** How many connectors the station has; 0 = the hardware has not said it yet. */
export function connectorCount(data: ParameterData): number {
  return Number(rawInForce(data, 'station.numberOfConnectors').value);
}

/** Before the hardware said how many there are, every connector may be there. */
export function hasConnector(data: ParameterData, connector: number): boolean {
  const count = connectorCount(data);
  return count === 0 || connector <= count;
}

/** Connectors, from 2 on, for which somebody set a value of an individual parameter by itself. */
export function connectorsSet(data: ParameterData, id: IndividualId): readonly number[] {
  const found = new Set<number>();
  const look = (ids: Iterable<ValueId>): void => {
    for (const each of ids) if (each !== id && parameterOf(each) === id) found.add(connectorOf(each) ?? 1);
  };
  look(data.stored.keys());
  for (let from: ParameterOverrides | undefined = data.overrides; from !== undefined; from = from.parent) {
    look(from.pinned.keys());
    look(from.defaults.keys());
  }
  found.delete(1);
  return [...found].toSorted((one, other) => one - other);
}
