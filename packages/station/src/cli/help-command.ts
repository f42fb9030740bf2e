import { KerbsideError } from '../core/errors.ts';
import type { CommandCall } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { commandHelp, overview } from './help.ts';

/** `kerbside help [COMMAND]`. */
export async function runHelp({ io, commands, positionals: [name] }: CommandCall): Promise<number> {
  const row = commands.find((candidate) => candidate.name === name);
  if (name !== undefined && row === undefined)
    throw new KerbsideError('command.usage', `There is no command "${name}".`);
  io.out(row === undefined ? overview(commands) : await commandHelp(row));
  return exitCodes.ok.code;
}
