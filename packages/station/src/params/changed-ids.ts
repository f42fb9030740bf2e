import type { ParameterId } from './catalogue.ts';
import { isParameterId } from './catalogue.ts';
import { derivedIds, effectiveValue } from './effective.ts';
import type { ParameterData } from './layers.ts';
import { rawInForce } from './layers.ts';
import type { ParameterValue } from './row.ts';
import { parameterOf, type ValueId } from './value-id.ts';
import { sameValue } from './value-text.ts';

/** Parameters of which some value in force is another one, at whatever connector. */
export function changedIds(before: ParameterData, after: ParameterData): ReadonlySet<ParameterId> {
  const candidates = new Set<ValueId>([
    ...derivedIds,
    ...before.stored.keys(),
    ...after.stored.keys(),
    ...Object.keys({ ...before.endpoint.applied, ...after.endpoint.applied }).filter(isParameterId),
  ]);
  const changed = [...candidates].filter((id) => !sameValue(inForce(before, id), inForce(after, id)));
  return new Set(changed.map(parameterOf));
}

function inForce(data: ParameterData, id: ValueId): ParameterValue {
  return effectiveValue(parameterOf(id), rawInForce(data, id), (other) => rawInForce(data, other));
}
