import process from 'node:process';
import { parseArgs } from 'node:util';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { runSigningComponent } from './run-component.ts';

const usage =
  'signing-component-main.ts --behind SOCKET --socket SOCKET --state FILE --test [--relock REASON]: a component that signs beside a meter, for tests';

function onProblem(problem: string): void {
  process.stderr.write(`${problem}\n`);
}

/** Runs a signing component until SIGTERM or SIGINT; prints `listening at PATH` when it can be used. */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      behind: { type: 'string' },
      socket: { type: 'string' },
      state: { type: 'string' },
      relock: { type: 'string' },
      test: { type: 'boolean', default: false },
    },
  });
  const { behind: behindPath, socket: socketPath, state: statePath, relock = null, test } = values;
  if (behindPath === undefined || socketPath === undefined || statePath === undefined || !test || relock === '')
    throw new KerbsideError('command.usage', usage);
  const served = await runSigningComponent({ behindPath, socketPath, statePath, relock, onProblem });
  const end = (): void => void served.close().catch((error: unknown) => onProblem(messageOf(error)));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`listening at ${socketPath}\n`);
}

try {
  await main();
} catch (error) {
  onProblem(messageOf(error));
  process.exitCode = 1;
}
