import { readFileSync } from 'node:fs';
import process from 'node:process';

import { isRecord } from '../core/json.ts';
import type { CliIo } from './cli-io.ts';

const STDIN = 0;

/** The world of a command, as the process has it. */
export function createProcessIo(options: {
  readonly environment: CliIo['environment'];
  readonly workerEntry: URL | null;
}): CliIo {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  return {
    environment: options.environment,
    workingFolder: process.cwd(),
    isTerminal: process.stdout.isTTY,
    isRoot: process.getuid?.() === 0,
    workerEntry: options.workerEntry,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    readInput: () => Promise.resolve(readFileSync(STDIN, 'utf8')),
    onStopSignal: (listener) => {
      process.on('SIGINT', listener);
      process.on('SIGTERM', listener);
      return () => {
        process.off('SIGINT', listener);
        process.off('SIGTERM', listener);
      };
    },
    onUncaught: (listener) => {
      process.on('uncaughtException', listener);
      process.on('unhandledRejection', listener);
    },
    exit: (code) => process.exit(code),
  };
}

/** `kerbside config list | head` closes the pipe early; that is nobody's failure. */
function ignoreClosedPipe(error: unknown): void {
  if (!isRecord(error) || error['code'] !== 'EPIPE') throw error;
}
