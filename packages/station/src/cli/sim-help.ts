import { shapeOf } from '../api/action-schemas.ts';
import { actionTable } from '../drivers/simulator/action-table.ts';
import type { OptionRow } from './command.ts';
import { wrapped } from './text-layout.ts';
import { commandOf, syntaxOf, toWord } from './sim-syntax.ts';

/** The options that the actions take, and the help of each action, made from the simulator's own table. */
export function simHelp(): { readonly options: readonly OptionRow[]; readonly help: readonly string[] } {
  return { options: optionRows(), help: ['Actions:', ...Object.keys(actionTable).flatMap(actionHelp)] };
}

function actionHelp(name: string): readonly string[] {
  const row = actionTable[name];
  if (row === undefined) return [];
  const parameters = Object.entries(row.parameters).map(
    ([parameter, { field, description }]) => `        ${toWord(parameter)}: ${description} (${shapeOf(field).expects})`,
  );
  const example = `      For example: kerbside sim ${commandOf(name, row)}`;
  return [
    ...wrapped(`  ${syntaxOf(name, row)}`, 8),
    ...wrapped(`      ${row.description}`, 6),
    ...parameters.flatMap((line) => wrapped(line, 12)),
    example,
  ];
}

function optionRows(): readonly OptionRow[] {
  const actionsOf = new Map<string, string[]>();
  for (const [action, { parameters }] of Object.entries(actionTable)) {
    for (const parameter of Object.keys(parameters)) {
      actionsOf.set(parameter, [...(actionsOf.get(parameter) ?? []), toWord(action)]);
    }
  }
  return [...actionsOf].map(([parameter, actions]): OptionRow => {
    return {
      name: toWord(parameter),
      type: 'string',
      value: toWord(parameter).toUpperCase(),
      description: `Of ${actions.join(', ')}.`,
    };
  });
}
