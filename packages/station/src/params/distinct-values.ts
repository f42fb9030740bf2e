import { catalogue, parameterIds } from './catalogue.ts';
import type { ParameterId } from './catalogue.ts';
import type { RuleFinding } from './cross-field.ts';
import type { ParameterValue } from './row.ts';
import { valueIdsOf, type ValueId } from './value-id.ts';
import { toText } from './value-text.ts';

const distinctIds: readonly ParameterId[] = parameterIds.filter((id) => catalogue[id].distinct === true);

/** What two connectors must not have in common, and have; with `touched` only of these parameters. */
export function doubledValues(
  valueOf: (id: ValueId) => ParameterValue,
  connectors: number,
  touched?: ReadonlySet<ParameterId>,
): readonly RuleFinding[] {
  return distinctIds.flatMap((parameter): readonly RuleFinding[] => {
    if (touched?.has(parameter) === false) return [];
    const ids = valueIdsOf(parameter, connectors);
    const texts = ids.map((id) => toText(valueOf(id)));
    const doubled = ids.filter(
      (_, index) => texts[index] !== '' && texts.indexOf(texts[index] ?? '') !== texts.lastIndexOf(texts[index] ?? ''),
    );
    if (doubled.length === 0) return [];
    const problem = `Two connectors cannot have the same ${catalogue[parameter].label.en}.`;
    return [{ severity: 'refuse', ids: doubled, problem }];
  });
}
