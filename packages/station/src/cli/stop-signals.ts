import type { CliIo } from './cli-io.ts';
import { exitCodes } from './exit-codes.ts';

/** Resolves at the first signal to stop; a second one ends the process at once. */
export function firstStopSignal(io: CliIo): Promise<void> {
  const stop = Promise.withResolvers<void>();
  let stopping = false;
  io.onStopSignal(() => {
    if (stopping) io.exit(exitCodes.interrupted.code);
    stopping = true;
    stop.resolve();
  });
  return stop.promise;
}
