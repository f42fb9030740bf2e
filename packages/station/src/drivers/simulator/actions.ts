import type { JsonObject } from '../../core/json.ts';
import { actionTable } from './action-table.ts';
import { refused } from './evse-actions.ts';
import type { ActionTarget } from './action-target.ts';

/** Does an action given as plain data and answers with the state it led to. Throws `simulator.refused`. */
export function performAction(simulator: ActionTarget, action: JsonObject): JsonObject {
  prepareAction(action)(simulator);
  const evse = action['evse'];
  return simulator.display(typeof evse === 'number' && evse > 0 ? evse : undefined);
}

/** Checks that an action exists and has the right parameters, without doing it. Throws `simulator.refused`. */
export function checkAction(action: JsonObject): void {
  prepareAction(action);
}

function prepareAction(action: JsonObject): (simulator: ActionTarget) => void {
  const name = action['action'];
  const row = typeof name === 'string' && Object.hasOwn(actionTable, name) ? actionTable[name] : undefined;
  if (row === undefined) {
    const problem = name === undefined ? 'no "action" is named' : `unknown action ${JSON.stringify(name)}`;
    throw refused(`${problem}; known are ${Object.keys(actionTable).join(', ')}`);
  }
  const known = Object.keys(row.parameters);
  const surplus = Object.keys(action).find((key) => key !== 'action' && !known.includes(key));
  if (surplus !== undefined) {
    const takes = known.length === 0 ? 'nothing' : known.join(', ');
    throw refused(
      `${JSON.stringify(name)} knows no "${surplus}"; it takes ${takes}; for example ${JSON.stringify(row.example)}`,
    );
  }
  return row.prepare(action);
}
