import { version } from '../daemon/version.ts';
import type { CommandCall } from './command.ts';
import { flag } from './command.ts';
import { exitCodes } from './exit-codes.ts';

/** `kerbside version`. */
export function runVersion({ io, options }: CommandCall): Promise<number> {
  io.out(flag(options, 'json') ? `${JSON.stringify({ version })}\n` : `${version}\n`);
  return Promise.resolve(exitCodes.ok.code);
}
