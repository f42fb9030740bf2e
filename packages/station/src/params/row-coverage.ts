import { parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';

/** Every parameter that no scenario is named after; a test demands that there is none (a key without effect is not in the catalogue). */
export function rowsWithoutScenario(scenarioNames: Iterable<string>): readonly ParameterId[] {
  const names = [...scenarioNames];
  return parameterIds.filter(
    (id) => !names.some((name) => name === id || name.startsWith(`${id} `) || name.startsWith(`${id}:`)),
  );
}
