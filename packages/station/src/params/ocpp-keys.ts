import { catalogue, parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import { connectorLists, isConnectorList, type ConnectorListId } from './connector-part.ts';
import { effectiveValue, type RawValue } from './effective.ts';
import { joinBackendUrl } from './endpoint-url.ts';
import { connectorCount, effectiveOf, rawInForce, rawNext } from './layers.ts';
import type { ParameterData } from './layers.ts';
import { backendUrlKey, findParameter } from './names.ts';
import { whyNotWritable } from './permission.ts';
import { connectorOf, parameterOf, valueIdsOf, type ValueId } from './value-id.ts';
import type { KeyValueStyle } from './value-text.ts';
import { toKeyText, toText } from './value-text.ts';

/** One configuration key as the backend reads it; a write-only one has no value (S-03). */
export interface OcppKey {
  /** In canonical spelling. */
  readonly key: string;
  readonly value?: string;
  readonly readonly: boolean;
}

/**
 * All keys that the backend may read, write-only ones left out. Values that wait for a restart are shown already (K-03). What each
 * connector has of its own stands under the key for the first, and under the key with its number for the others.
 */
export function listOcppKeys(data: ParameterData): readonly OcppKey[] {
  const connectors = connectorCount(data);
  const keys = parameterIds.flatMap((id) => {
    const { ocpp16 } = catalogue[id];
    if (ocpp16 === undefined || ocpp16.access === 'W') return [];
    const own = valueIdsOf(id, connectors).map((each) => keyOf(data, each, ocpp16.key));
    return isConnectorList(id) ? [...own, ...partsOf(data, id, connectors)] : own;
  });
  return [...keys, backendUrl(data)];
}

/** Finds one key in any letter case; `undefined` for names that the backend does not know. */
export function findOcppKey(data: ParameterData, name: string): OcppKey | undefined {
  const named = findParameter(name);
  if (named === undefined) return undefined;
  if (named.kind === 'backendUrl') return backendUrl(data);
  if (named.kind === 'connectorPart')
    return named.connector > connectorCount(data) ? undefined : partOf(data, named.id, named.connector);
  const { ocpp16 } = catalogue[parameterOf(named.id)];
  if (ocpp16 === undefined || (connectorOf(named.id) ?? 1) > Math.max(1, connectorCount(data))) return undefined;
  if (ocpp16.access === 'W') return { key: ocpp16.key, readonly: isReadOnly(data, named.id) };
  return keyOf(data, named.id, ocpp16.key);
}

function keyOf(data: ParameterData, id: ValueId, name: string): OcppKey {
  const connector = connectorOf(id) ?? 1;
  const lookup = (other: ParameterId): RawValue => rawNext(data, other);
  const parameter = parameterOf(id);
  const value = effectiveValue(parameter, rawNext(data, id), lookup);
  return {
    key: connector === 1 ? name : `${name}_${connector}`,
    value: toKeyText(catalogue[parameter].rule, value, styleOf(data)),
    readonly: isReadOnly(data, id),
  };
}

function partsOf(data: ParameterData, id: ConnectorListId, connectors: number): readonly OcppKey[] {
  return Array.from({ length: Math.max(0, connectors - 1) }, (_, index) => partOf(data, id, index + 2));
}

/** The part of one connector by itself. */
function partOf(data: ParameterData, id: ConnectorListId, connector: number): OcppKey {
  const value = connectorLists[id].read(toText(rawNext(data, id).value), connector);
  return { key: `${catalogue[id].ocpp16?.key ?? ''}_${connector}`, value, readonly: isReadOnly(data, id) };
}

function styleOf(data: ParameterData): KeyValueStyle {
  return effectiveOf('compat.keyValueStyle', (id) => rawInForce(data, id)) === 'numeric' ? 'numeric' : 'standard';
}

function isReadOnly(data: ParameterData, id: ValueId): boolean {
  return whyNotWritable(data, id, 'backend') !== undefined;
}

function backendUrl(data: ParameterData): OcppKey {
  const part = (id: ParameterId): string => toText(rawNext(data, id).value);
  const value = joinBackendUrl({
    protocol: part('backend.protocol'),
    host: part('backend.host'),
    port: part('backend.port'),
    path: part('backend.path'),
  });
  return { key: backendUrlKey, value, readonly: isReadOnly(data, 'backend.host') };
}
