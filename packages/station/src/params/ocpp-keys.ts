import { catalogue, parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import { connectorLists, type ConnectorListId } from './connector-part.ts';
import { effectiveValue } from './effective.ts';
import { joinBackendUrl } from './endpoint-url.ts';
import { effectiveOf, rawInForce, rawNext } from './layers.ts';
import type { ParameterData } from './layers.ts';
import { backendUrlKey, findParameter } from './names.ts';
import { whyNotWritable } from './permission.ts';
import type { KeyValueStyle } from './value-text.ts';
import { toKeyText, toText } from './value-text.ts';

/** One configuration key as the backend reads it; a write-only one has no value (S-03). */
export interface OcppKey {
  /** In canonical spelling. */
  readonly key: string;
  readonly value?: string;
  readonly readonly: boolean;
}

/** All keys that the backend may read, write-only ones left out. Values that wait for a restart are shown already (K-03). */
export function listOcppKeys(data: ParameterData): readonly OcppKey[] {
  const keys = parameterIds.flatMap((id) => {
    const row = catalogue[id];
    return row.ocpp16 === undefined || row.ocpp16.access === 'W' ? [] : [keyOf(data, id, row.ocpp16.key)];
  });
  return [...keys, backendUrl(data)];
}

/** Finds one key in any letter case; `undefined` for names that the backend does not know. */
export function findOcppKey(data: ParameterData, name: string): OcppKey | undefined {
  const named = findParameter(name);
  if (named === undefined) return undefined;
  if (named.kind === 'backendUrl') return backendUrl(data);
  if (named.kind === 'connectorPart') return connectorPart(data, named);
  const { ocpp16 } = catalogue[named.id];
  if (ocpp16 === undefined) return undefined;
  if (ocpp16.access === 'W') return { key: ocpp16.key, readonly: isReadOnly(data, named.id) };
  return keyOf(data, named.id, ocpp16.key);
}

function keyOf(data: ParameterData, id: ParameterId, key: string): OcppKey {
  const lookup = (other: ParameterId): ReturnType<typeof rawNext> => rawNext(data, other);
  const value = effectiveValue(id, rawNext(data, id), lookup);
  return { key, value: toKeyText(catalogue[id].rule, value, styleOf(data)), readonly: isReadOnly(data, id) };
}

/** The part of one connector by itself; a connector that the station does not have has no key. */
function connectorPart(
  data: ParameterData,
  { id, connector }: { readonly id: ConnectorListId; readonly connector: number },
): OcppKey | undefined {
  if (connector > Number(rawInForce(data, 'station.numberOfConnectors').value)) return undefined;
  const value = connectorLists[id].read(toText(rawNext(data, id).value), connector);
  return { key: `${catalogue[id].ocpp16?.key ?? ''}_${connector}`, value, readonly: isReadOnly(data, id) };
}

function styleOf(data: ParameterData): KeyValueStyle {
  return effectiveOf('compat.keyValueStyle', (id) => rawInForce(data, id)) === 'numeric' ? 'numeric' : 'standard';
}

function isReadOnly(data: ParameterData, id: ParameterId): boolean {
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
