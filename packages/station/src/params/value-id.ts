import { catalogue, isParameterId, parameterIds } from './catalogue.ts';
import type { IndividualId, ParameterId } from './catalogue.ts';
import { isConnectorList } from './connector-part.ts';

/**
 * What can have a value of its own: a parameter, or a further connector of an individual one, such as
 * `charging.operatorCurrentLimit_2`. The value of connector 1 lies under the parameter itself.
 */
export type ValueId = ParameterId | `${IndividualId}_${number}`;

/** The numbers that connectors can have. */
const numbered = /^(.+)_([1-9]\d{0,3})$/;

/** A list by connector is one value, of which connectors have parts. */
const individualIds: ReadonlySet<ParameterId> = new Set(
  parameterIds.filter((id) => catalogue[id].scope === 'individual' && !isConnectorList(id)),
);

/** True for parameters of which each connector has a value of its own. */
export function isIndividual(id: ValueId): id is IndividualId {
  const known: ReadonlySet<ValueId> = individualIds;
  return known.has(id);
}

/** Where the value of a connector lies; connectors count from 1. */
export function valueIdAt(id: IndividualId, connector: number): ValueId {
  return connector <= 1 ? id : `${id}_${connector}`;
}

/** The name and the number of `NAME_2`, or `undefined` for what does not end so. */
export function splitNumber(name: string): { readonly name: string; readonly connector: number } | undefined {
  const [, base, connector] = numbered.exec(name) ?? [];
  return base === undefined ? undefined : { name: base, connector: Number(connector) };
}

/** The parameter that a value is of. */
export function parameterOf(id: ValueId): ParameterId {
  if (isParameterId(id)) return id;
  const base = id.slice(0, id.lastIndexOf('_'));
  return isParameterId(base) ? base : (id as ParameterId);
}

/** The connector that a value is of; `null` where connectors have no values of their own. */
export function connectorOf(id: ValueId): number | null {
  return isParameterId(id) ? (isIndividual(id) ? 1 : null) : Number(id.slice(id.lastIndexOf('_') + 1));
}

/** Reads the exact spelling of a value's id; `undefined` for what is none. */
export function readValueId(text: string): ValueId | undefined {
  return splitNumber(text)?.connector === 1 ? undefined : readOverrideId(text);
}

/** Reads where environment and file can set a value: as `readValueId`, and connector 1 alone has its number too. */
export function readOverrideId(text: string): ValueId | undefined {
  if (isParameterId(text)) return text;
  const split = splitNumber(text);
  if (split === undefined || !isParameterId(split.name) || !isIndividual(split.name)) return undefined;
  return `${split.name}_${split.connector}`;
}

/** A parameter's values on a station with so many connectors: one, or one for each. */
export function valueIdsOf(id: ParameterId, connectors: number): readonly ValueId[] {
  if (connectors < 2 || !isIndividual(id)) return [id];
  return Array.from({ length: connectors }, (_, index) => valueIdAt(id, index + 1));
}
