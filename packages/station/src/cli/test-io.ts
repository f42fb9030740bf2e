import type { CliIo } from './cli-io.ts';

/** The world of a command in a test. */
export interface TestIo extends CliIo {
  readonly output: () => string;
  readonly errors: () => string;
  readonly exits: readonly number[];
  /** Sends a signal to stop. */
  readonly signal: () => void;
}

/** Makes a world that records what is written. */
export function createTestIo(
  options: {
    readonly input?: string;
    readonly workingFolder?: string;
    readonly environment?: CliIo['environment'];
  } = {},
): TestIo {
  const out: string[] = [];
  const err: string[] = [];
  const exits: number[] = [];
  const listeners = new Set<() => void>();
  return {
    environment: options.environment ?? {},
    workingFolder: options.workingFolder ?? '/nowhere',
    isTerminal: false,
    isRoot: false,
    workerEntry: null,
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    readInput: () => Promise.resolve(options.input ?? ''),
    onStopSignal: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onUncaught: () => {},
    exit: (code) => void exits.push(code),
    output: () => out.join(''),
    errors: () => err.join(''),
    exits,
    signal: () => {
      for (const listener of listeners) listener();
    },
  };
}
