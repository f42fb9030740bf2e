import { KerbsideError } from '../core/errors.ts';
import type { CommandCall } from './command.ts';
import { textOption } from './command.ts';
import { download } from './download.ts';
import { chooseStation } from './station-choice.ts';

/** `kerbside diagnostics`: the diagnostics of a station as a file. */
export async function runDiagnostics(call: CommandCall): Promise<number> {
  if (call.positionals.length > 0) throw new KerbsideError('command.usage', 'Name the file with --out FILE.');
  const { client, path } = await chooseStation(call);
  return download(call, client, `${path}/diagnostics`, textOption(call.options, 'out') ?? 'diagnostics.zip');
}
