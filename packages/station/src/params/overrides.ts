import type { ParameterId, RawParameterValues } from './catalogue.ts';
import { parameterIds } from './catalogue.ts';
import type { ParameterValue } from './row.ts';

/** A value from outside the store, with the place where a person finds it. */
export interface Override {
  readonly value: ParameterValue;
  readonly from: 'environment' | 'file' | 'program';
  /** Such as `KERBSIDE_BACKEND_HOST` or `kerbside.yaml line 12`. */
  readonly where: string;
}

/**
 * What environment and configuration file say: *pinned* beats what is stored, *defaults* only the factory's. A station's own
 * stand before those of its `parent`, which all stations share.
 */
export interface ParameterOverrides {
  readonly pinned: ReadonlyMap<ParameterId, Override>;
  readonly defaults: ReadonlyMap<ParameterId, Override>;
  readonly parent?: ParameterOverrides;
}

const nothing: ReadonlyMap<ParameterId, Override> = new Map();

/** Nothing is set from outside. */
export const noOverrides: ParameterOverrides = { pinned: nothing, defaults: nothing };

/** Finds an override, the station's own first. */
export function findOverride(
  overrides: ParameterOverrides,
  kind: 'pinned' | 'defaults',
  id: ParameterId,
): Override | undefined {
  const own = overrides[kind].get(id);
  return own ?? (overrides.parent === undefined ? undefined : findOverride(overrides.parent, kind, id));
}

/** Overrides given by a program that uses Kerbside as a library; values are trusted to fit their types. */
export function overridesOf(
  values: { readonly pinned?: Partial<RawParameterValues>; readonly defaults?: Partial<RawParameterValues> },
  parent?: ParameterOverrides,
): ParameterOverrides {
  const own = { pinned: toOverrides(values.pinned), defaults: toOverrides(values.defaults) };
  return parent === undefined ? own : { ...own, parent };
}

function toOverrides(values: Partial<RawParameterValues> | undefined): ReadonlyMap<ParameterId, Override> {
  if (values === undefined) return nothing;
  const overrides = new Map<ParameterId, Override>();
  for (const id of parameterIds) {
    const value = values[id];
    if (value !== undefined) overrides.set(id, { value, from: 'program', where: 'the program' });
  }
  return overrides;
}
