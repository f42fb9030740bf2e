import { KerbsideError } from '../core/errors.ts';
import { runSigningComponent } from '../drivers/signing-component/run-component.ts';
import type { CommandCall } from './command.ts';
import { flag, textOption } from './command.ts';
import { exitCodes } from './exit-codes.ts';
import { firstStopSignal } from './stop-signals.ts';

/** Why it does not run unasked (eichrecht.md E-01). */
const onlyForTests =
  'a process of Node.js cannot be the legally relevant part of a meter, so this component is for tests only; give --test to say that nothing it signs will be billed by';

/** `kerbside signing-component`: signs for meters that do not, as a driver in front of their driver. */
export async function runSigningComponentCommand({ io, options }: CommandCall): Promise<number> {
  if (!flag(options, 'test')) throw new KerbsideError('command.usage', onlyForTests);
  const socketPath = needed(options, 'socket').replace(/^socket:/, '');
  const relock = textOption(options, 'relock') ?? null;
  if (relock?.trim() === '') throw new KerbsideError('command.usage', '--relock needs a reason; it is kept');
  const served = await runSigningComponent({
    behindPath: needed(options, 'behind').replace(/^socket:/, ''),
    socketPath,
    statePath: needed(options, 'state'),
    relock,
    onProblem: (problem) => io.err(`${problem}\n`),
  });
  io.out(`TEST: a component signs at ${socketPath}; nothing that it signs may be billed by\n`);
  await firstStopSignal(io);
  await served.close();
  return exitCodes.ok.code;
}

function needed(options: CommandCall['options'], name: string): string {
  const value = textOption(options, name);
  if (value !== undefined && value !== '') return value;
  throw new KerbsideError(
    'command.usage',
    `--${name} is needed; \`kerbside help signing-component\` shows how to call it`,
  );
}
