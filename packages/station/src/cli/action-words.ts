import { KerbsideError } from '../core/errors.ts';
import type { CommandCall, RunCommand } from './command.ts';

/** One action of a command: the words that follow it, as the help shows them, and what it does. */
export interface Action {
  readonly words: readonly string[];
  readonly run: RunCommand;
}

/**
 * Carries out the action that the first word names; without one, the first of the table.
 * @throws KerbsideError `command.usage` for an unknown one, and for too few or too many words after it
 */
export async function runAction(
  call: CommandCall,
  command: string,
  actions: Readonly<Record<string, Action>>,
): Promise<number> {
  const [first = ''] = Object.keys(actions);
  const [word = first, ...positionals] = call.positionals;
  const action = Object.hasOwn(actions, word) ? actions[word] : undefined;
  if (action === undefined) {
    const known = Object.keys(actions).join(', ');
    throw new KerbsideError('command.usage', `"${word}" cannot be done with ${command}. Known are ${known}.`);
  }
  if (positionals.length !== action.words.length) {
    throw new KerbsideError('command.usage', `Call it so: kerbside ${[command, word, ...action.words].join(' ')}`);
  }
  return action.run({ ...call, positionals });
}
