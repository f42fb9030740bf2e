import { shapeOf } from '../api/action-schemas.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import type { OptionRow } from './command.ts';
import { syntaxOf, toWord } from './sim-syntax.ts';

/** Options and list of the simulator's actions, made from its own table. */
export function simHelp(): { readonly options: readonly OptionRow[]; readonly help: readonly string[] } {
  return { options: optionRows(), help: ['Actions:', ...Object.keys(actionTable).flatMap(actionHelp)] };
}

function actionHelp(name: string): readonly string[] {
  const row = actionTable[name];
  if (row === undefined) return [];
  const parameters = Object.entries(row.parameters).map(
    ([parameter, { field, description }]) => `        ${toWord(parameter)}: ${description} (${shapeOf(field).expects})`,
  );
  return [`  ${syntaxOf(name, row)}`, `      ${row.description}`, ...parameters, `      as JSON: ${JSON.stringify(row.example)}`];
}

function optionRows(): readonly OptionRow[] {
  const actionsOf = new Map<string, string[]>();
  for (const [action, { parameters }] of Object.entries(actionTable)) {
    for (const parameter of Object.keys(parameters)) {
      actionsOf.set(parameter, [...(actionsOf.get(parameter) ?? []), toWord(action)]);
    }
  }
  return [...actionsOf].map(([parameter, actions]): OptionRow => {
    const many = actions.length > 4;
    const description = many ? 'Of most actions, see below.' : `Of ${actions.join(', ')}.`;
    return { name: toWord(parameter), type: 'string', value: toWord(parameter).toUpperCase(), description };
  });
}
