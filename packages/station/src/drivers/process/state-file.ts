import { existsSync, readFileSync } from 'node:fs';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { parseSimulatorState } from '../simulator/simulator-image.ts';
import type { SimulatorState } from '../simulator/simulator-image.ts';
import { replaceFile } from '../whole-file.ts';

/** Reads the image of an earlier run; `undefined` when there is none. Throws `config.invalid` for a file that cannot be used. */
export function readStateFile(path: string): SimulatorState | undefined {
  if (!existsSync(path)) return undefined;
  try {
    return parseSimulatorState(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    const problem = `${path} holds no state of a simulator (${messageOf(error)}); move it away to begin anew`;
    throw new KerbsideError('config.invalid', problem, { cause: error });
  }
}

/**
 * Replaces the image as a whole. Synchronous, because no reading may leave the meter before it. Without fsync: it outlives
 * the end of the process; real hardware has a meter of its own.
 */
export function writeStateFile(path: string, image: SimulatorState): void {
  replaceFile(path, JSON.stringify(image), { durable: false });
}
