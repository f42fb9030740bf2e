import type { ParameterView } from './parameter-shapes.ts';

/** What a value would be if nobody had set it: the strongest of the places beneath that of people. */
export function standardOf({ provenance, default: factory }: ParameterView): string {
  return provenance.find(({ layer }) => layer === 'default')?.value ?? factory;
}
