import type { IndividualId, RawParameterValues } from './catalogue.ts';
import type { ParameterValue } from './row.ts';
import { isIndividual, parameterOf, readOverrideId, type ValueId } from './value-id.ts';

/** A value from outside the store, with the place where a person finds it. */
export interface Override {
  readonly value: ParameterValue;
  readonly from: 'environment' | 'file' | 'program';
  /** Such as `KERBSIDE_BACKEND_HOST` or `kerbside.yaml line 12`. */
  readonly where: string;
}

/** Where environment and file can set a value: under the parameter's name for every connector, or for one with its number, 1 included. */
export type OverrideValues = ReadonlyMap<ValueId, Override>;

/**
 * What environment and configuration file say: *pinned* beats what is stored, *defaults* only the factory's. A station's own
 * stand before those of its `parent`, which all stations share. What is said of one connector of an individual parameter stands
 * before what is said of all.
 */
export interface ParameterOverrides {
  readonly pinned: OverrideValues;
  readonly defaults: OverrideValues;
  readonly parent?: ParameterOverrides;
}

const nothing: OverrideValues = new Map();

/** Nothing is set from outside. */
export const noOverrides: ParameterOverrides = { pinned: nothing, defaults: nothing };

/** Finds an override, the station's own first. */
export function findOverride(
  overrides: ParameterOverrides,
  kind: 'pinned' | 'defaults',
  id: ValueId,
): Override | undefined {
  const own = overrides[kind];
  const found = own.size === 0 ? undefined : (ofConnector(own, id) ?? own.get(id) ?? own.get(parameterOf(id)));
  return found ?? (overrides.parent === undefined ? undefined : findOverride(overrides.parent, kind, id));
}

/** What is said of connector 1 alone; that of others is said under their own ids. */
function ofConnector(own: OverrideValues, id: ValueId): Override | undefined {
  return isIndividual(id) ? own.get(`${id}_1`) : undefined;
}

/** Values of a program: those of single connectors under the name with its number. */
export type ProgramValues = Partial<RawParameterValues> & {
  readonly [K in IndividualId as `${K}_${number}`]?: RawParameterValues[K];
};

/** Overrides given by a program that uses Kerbside as a library; values are trusted to fit their types. */
export function overridesOf(
  values: { readonly pinned?: ProgramValues; readonly defaults?: ProgramValues },
  parent?: ParameterOverrides,
): ParameterOverrides {
  const own = { pinned: toOverrides(values.pinned), defaults: toOverrides(values.defaults) };
  return parent === undefined ? own : { ...own, parent };
}

function toOverrides(values: ProgramValues | undefined): OverrideValues {
  if (values === undefined) return nothing;
  const overrides = new Map<ValueId, Override>();
  for (const [name, value] of Object.entries(values)) {
    const id = readOverrideId(name);
    if (id !== undefined && value !== undefined) overrides.set(id, { value, from: 'program', where: 'the program' });
  }
  return overrides;
}
