import type { ParameterId, ParameterValues } from '../params/catalogue.ts';
import { factoryDefaults } from '../params/catalogue.ts';
import { findOverride } from '../params/overrides.ts';
import type { ParameterOverrides } from '../params/overrides.ts';

/** The value of a parameter of the process, which no station stores: environment and file over the factory. */
export function processValue<K extends ParameterId>(id: K, overrides: ParameterOverrides): ParameterValues[K] {
  const found = findOverride(overrides, 'pinned', id) ?? findOverride(overrides, 'defaults', id);
  // Overrides were checked against the same row when they were read.
  return (found?.value ?? factoryDefaults[id]) as ParameterValues[K];
}
