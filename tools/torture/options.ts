import { parseArgs } from 'node:util';

/** How a run is made. */
export interface TortureOptions {
  readonly rounds: number;
  /** Of the first round; each further one has the next number. */
  readonly seed: number;
  /** How much faster than real time the simulated cars are. */
  readonly speed: number;
  /** Print every round, not only bad ones. */
  readonly verbose: boolean;
  /** The meters sign, so that calibration law applies. */
  readonly signed: boolean;
}

export const usage: string = 'npm run torture -- [--rounds 10] [--seed N] [--speed 10] [--signed] [--verbose]';

/** Reads the command line; null when it was not understood. */
export function readOptions(args: readonly string[]): TortureOptions | null {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        rounds: { type: 'string', default: '10' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
        speed: { type: 'string', default: '10' },
        verbose: { type: 'boolean', default: false },
        signed: { type: 'boolean', default: false },
      },
    });
    const [rounds, seed, speed] = [values.rounds, values.seed, values.speed].map(Number);
    if (rounds === undefined || seed === undefined || speed === undefined) return null;
    const good = Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed) && seed >= 0 && speed > 0;
    return good ? { rounds, seed, speed, verbose: values.verbose, signed: values.signed } : null;
  } catch {
    return null;
  }
}
