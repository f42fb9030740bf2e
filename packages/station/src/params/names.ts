import { catalogue, parameterIds } from './catalogue.ts';
import { isConnectorList, type ConnectorListId } from './connector-part.ts';
import { isIndividual, splitNumber, valueIdAt, type ValueId } from './value-id.ts';

/** The OCPP key that stands for protocol, host, port and path together. */
export const backendUrlKey = 'BackendUrl';

/** What a name stands for. */
export type NamedParameter =
  /** Of an individual parameter the value of one connector: of the first under its name alone, of others with their number. */
  | { readonly kind: 'parameter'; readonly id: ValueId }
  | { readonly kind: 'backendUrl' }
  /** The part of a list that is about one connector, under the key with its number: `ConnectorPhaseRotation_2`. */
  | { readonly kind: 'connectorPart'; readonly id: ConnectorListId; readonly connector: number };

const byName: ReadonlyMap<string, NamedParameter> = new Map<string, NamedParameter>([
  ...parameterIds.map((id) => [id.toLowerCase(), { kind: 'parameter', id }] as const),
  ...parameterIds.flatMap((id) => {
    const key = catalogue[id].ocpp16?.key;
    return key === undefined ? [] : [[key.toLowerCase(), { kind: 'parameter', id }] as const];
  }),
  [backendUrlKey.toLowerCase(), { kind: 'backendUrl' }],
]);

/** Finds a parameter, or what a connector has of one, by its id or its OCPP key, in any letter case. */
export function findParameter(name: string): NamedParameter | undefined {
  const wanted = name.trim().toLowerCase();
  const found = byName.get(wanted);
  const split = found === undefined ? splitNumber(wanted) : undefined;
  if (split === undefined) return found;
  const { connector } = split;
  const base = byName.get(split.name);
  if (base?.kind !== 'parameter') return undefined;
  if (isConnectorList(base.id)) return { kind: 'connectorPart', id: base.id, connector };
  return isIndividual(base.id) && connector > 1 ? { kind: 'parameter', id: valueIdAt(base.id, connector) } : undefined;
}

/** The environment variable that pins a parameter: `backend.tcpWatchdogTimeout` → `KERBSIDE_BACKEND_TCP_WATCHDOG_TIMEOUT`. */
export function environmentName(id: ValueId): string {
  return `KERBSIDE_${id
    .replaceAll('.', '_')
    .replaceAll(/([a-z0-9])([A-Z]+)/g, '$1_$2')
    .toUpperCase()}`;
}

/** The name nearest to a mistyped one, or `undefined` when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.floor(name.length / 4) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance <= bestDistance && (best === undefined || distance < bestDistance)) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Every name under which parameters are known: ids and OCPP keys. */
export function allNames(): readonly string[] {
  return [...parameterIds, ...parameterIds.flatMap((id) => catalogue[id].ocpp16?.key ?? []), backendUrlKey];
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
