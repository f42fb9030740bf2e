import { KerbsideError } from '../core/errors.ts';
import type { CommandCall } from './command.ts';
import { readChange, writeChange } from './config-change.ts';
import { showScheduled, undoChange, usePreset } from './config-tasks.ts';
import { exportSettings, importSettings, showDiff } from './config-transfer.ts';
import { applyEndpoint, explainParameter, getParameters, listParameters, showHistory } from './config-views.ts';

const actions: Readonly<Record<string, (call: CommandCall) => Promise<number>>> = {
  list: listParameters,
  get: getParameters,
  set: async (call) => writeChange(call, await readChange(call)),
  reset: (call) => writeChange(call, { kind: 'reset', names: needNames(call) }),
  explain: explainParameter,
  diff: showDiff,
  export: exportSettings,
  import: importSettings,
  history: showHistory,
  undo: undoChange,
  presets: usePreset,
  scheduled: showScheduled,
  apply: applyEndpoint,
};

/** `kerbside config …`. */
export async function runConfig(call: CommandCall): Promise<number> {
  const [word = '', ...positionals] = call.positionals;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action !== undefined) return action({ ...call, positionals });
  const problem = word === '' ? 'Say what to do.' : `"${word}" cannot be done with parameters.`;
  throw new KerbsideError('command.usage', `${problem} Known are ${Object.keys(actions).join(', ')}.`);
}

function needNames({ positionals }: CommandCall): readonly string[] {
  if (positionals.length > 0) return positionals;
  throw new KerbsideError('command.usage', 'Name the parameters: kerbside config reset NAME…');
}
