import { catalogue, factoryDefaults, parameterIds } from './catalogue.ts';
import { effectiveValue } from './effective.ts';
import { stagedOf } from './endpoint-trial.ts';
import { connectorCount, hasConnector, rawInForce, rawNext, storedNext } from './layers.ts';
import type { ParameterData } from './layers.ts';
import { environmentName } from './names.ts';
import { findOverride } from './overrides.ts';
import { includesRole, whyNotWritable } from './permission.ts';
import type { ParameterRow, Role } from './row.ts';
import { connectorOf, parameterOf, valueIdsOf, type ValueId } from './value-id.ts';
import { sameValue, toShownText } from './value-text.ts';

/** One place where a value can come from, strongest first in a chain; secrets are masked. */
export interface ProvenanceLink {
  readonly layer: 'computed' | 'pinned' | 'staged' | 'stored' | 'default' | 'factory';
  readonly value: string;
  /** The place or the author, for people. */
  readonly where: string;
  /** Wall ms; absent for what has no time. */
  readonly atMs?: number;
  readonly inForce: boolean;
}

/** One parameter as a person sees it; texts of secrets are masked. */
export interface ParameterView {
  readonly id: ValueId;
  /** The connector whose value this is; null = the value is not one connector's own. */
  readonly connector: number | null;
  readonly key: string | null;
  readonly environment: string;
  readonly row: ParameterRow;
  /** The value as it is set. */
  readonly value: string;
  /** The value in force; differs from `value` where that is a word such as `auto`. */
  readonly effective: string;
  readonly default: string;
  readonly provenance: readonly ProvenanceLink[];
  /** A value that is stored and waits for a restart or for the endpoint's application. */
  readonly pending: { readonly value: string; readonly until: 'restart' | 'apply' } | null;
  readonly writable: boolean;
  /** Why this role may not write it; '' when it may. */
  readonly notWritableBecause: string;
}

/** Shows one parameter to a role; `undefined` when the role may not read it. */
export function viewParameter(data: ParameterData, id: ValueId, role: Role): ParameterView | undefined {
  const parameter = parameterOf(id);
  const row = catalogue[parameter];
  const connector = connectorOf(id);
  if (!includesRole(role, row.read) || !hasConnector(data, connector ?? 1)) return undefined;
  const secret = row.secret === true;
  const raw = rawInForce(data, id);
  const next = rawNext(data, id);
  const obstacle = role === 'viewer' ? 'A viewer changes nothing.' : (whyNotWritable(data, id, role) ?? '');
  return {
    id,
    connector,
    key: row.ocpp16 === undefined ? null : numberedKey(row.ocpp16.key, connector),
    environment: environmentName(id),
    row,
    value: toShownText(raw.value, secret),
    effective: toShownText(
      effectiveValue(parameter, raw, (other) => rawInForce(data, other)),
      secret,
    ),
    default: toShownText(factoryDefaults[parameter], secret),
    provenance: provenanceOf(data, id),
    pending: sameValue(raw.value, next.value)
      ? null
      : { value: toShownText(next.value, secret), until: row.effect === 'restart' ? 'restart' : 'apply' },
    writable: obstacle === '',
    notWritableBecause: obstacle,
  };
}

function numberedKey(key: string, connector: number | null): string {
  return connector === null || connector === 1 ? key : `${key}_${connector}`;
}

/** Shows everything that a role may read, in the order of the reference, of individual parameters each connector's value. */
export function viewAll(data: ParameterData, role: Role): readonly ParameterView[] {
  const connectors = connectorCount(data);
  return parameterIds
    .flatMap((id) => valueIdsOf(id, connectors))
    .map((id) => viewParameter(data, id, role))
    .filter((view) => view !== undefined);
}

/** Every place that has a value for the parameter, strongest first; one of them is in force. */
export function provenanceOf(data: ParameterData, id: ValueId): readonly ProvenanceLink[] {
  const parameter = parameterOf(id);
  const secret = catalogue[parameter].secret === true;
  const inForce = rawInForce(data, id).layer;
  const links: ProvenanceLink[] = [];
  const add = (link: Omit<ProvenanceLink, 'inForce'>): void => {
    links.push({ ...link, inForce: link.layer === inForce && links.every((other) => other.layer !== inForce) });
  };
  const provided = data.provide[parameter];
  if (provided !== undefined) add({ layer: 'computed', value: toShownText(provided(), secret), where: 'the station' });
  const pinned = findOverride(data.overrides, 'pinned', id);
  if (pinned !== undefined) add({ layer: 'pinned', value: toShownText(pinned.value, secret), where: pinned.where });
  addStored(data, id, add);
  const fallback = findOverride(data.overrides, 'defaults', id);
  if (fallback !== undefined)
    add({ layer: 'default', value: toShownText(fallback.value, secret), where: fallback.where });
  const described = data.describe[parameter]?.() ?? '';
  if (described !== '') add({ layer: 'computed', value: toShownText(described, secret), where: 'the hardware' });
  add({ layer: 'factory', value: toShownText(factoryDefaults[parameter], secret), where: 'factory default' });
  return links;
}

function addStored(data: ParameterData, id: ValueId, add: (link: Omit<ProvenanceLink, 'inForce'>) => void): void {
  const secret = catalogue[parameterOf(id)].secret === true;
  const applied = data.endpoint.applied[parameterOf(id)] ?? data.stored.get(id);
  const next = storedNext(data, id);
  const isStaged = stagedOf(data.endpoint) !== null && next !== applied;
  if (isStaged && next !== undefined) {
    add({
      layer: 'staged',
      value: toShownText(next.value, secret),
      where: `${next.source} ${next.who}`,
      atMs: next.atMs,
    });
  }
  if (applied !== undefined) {
    const where = `${applied.source} ${applied.who}`;
    add({ layer: 'stored', value: toShownText(applied.value, secret), where, atMs: applied.atMs });
  }
}
