import process from 'node:process';
import { parseArgs } from 'node:util';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { createSeededRandom, createSystemRandom } from '../../core/random.ts';
import { createSystemTime } from '../../core/system-time.ts';
import { createSimulator } from '../simulator/simulator.ts';
import { serveDriver } from './driver-server.ts';
import type { DriverServer } from './driver-server.ts';
import { readStateFile, writeStateFile } from './state-file.ts';

const usage =
  'simulator-main.ts --socket PATH [--state FILE] [--seed TEXT] [--evses 2] [--signed] [--speed 1]: simulated hardware as a process of its own';

function onProblem(problem: string): void {
  process.stderr.write(`${problem}\n`);
}

/** Runs the simulator behind a Unix socket until SIGTERM or SIGINT; prints `listening at PATH` when it can be used. */
async function main(): Promise<void> {
  const { socketPath, statePath, seed, evses, signs, speed } = readArguments();
  const state = statePath === undefined ? undefined : readStateFile(statePath);
  let server: DriverServer | undefined;
  const simulator = createSimulator({
    time: createSystemTime({ speed }),
    random: seed === undefined ? createSystemRandom() : createSeededRandom(seed),
    evses: Array.from({ length: evses }, () => ({ signs })),
    ...(state === undefined ? {} : { state }),
    ...(statePath === undefined ? {} : { onState: (image) => writeStateFile(statePath, image) }),
    onPowerCycle: () => server?.powerCycled(),
  });
  // Heartbeats keep real time, however fast the simulated world runs.
  const served = await serveDriver(simulator, { socketPath, time: createSystemTime(), onProblem });
  server = served;
  const end = (): void => void served.close().catch((error: unknown) => onProblem(messageOf(error)));
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  process.stdout.write(`listening at ${socketPath}\n`);
}

function readArguments(): {
  readonly socketPath: string;
  readonly statePath: string | undefined;
  readonly seed: string | undefined;
  readonly evses: number;
  readonly signs: boolean;
  readonly speed: number;
} {
  const { values } = parseArgs({
    options: {
      socket: { type: 'string' },
      state: { type: 'string' },
      seed: { type: 'string' },
      evses: { type: 'string', default: '2' },
      signed: { type: 'boolean', default: false },
      speed: { type: 'string', default: '1' },
    },
  });
  const evses = Number(values.evses);
  const speed = Number(values.speed);
  if (values.socket === undefined || !Number.isInteger(evses) || evses < 1 || !(speed > 0)) {
    throw new KerbsideError('command.usage', usage);
  }
  return { socketPath: values.socket, statePath: values.state, seed: values.seed, evses, signs: values.signed, speed };
}

try {
  await main();
} catch (error) {
  onProblem(messageOf(error));
  process.exitCode = 1;
}
