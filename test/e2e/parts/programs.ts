import { join } from 'node:path';

import { root } from '../../../tools/source-files.ts';
import { Child, type ChildOptions } from './child.ts';

/** The program `kerbside`, from its sources. */
const kerbsideMain = join(root, 'packages/station/src/main.ts');
const backendMain = join(root, 'packages/testkit/src/backend-main.ts');
const driverMain = join(root, 'packages/station/src/drivers/process/simulator-main.ts');

/** `kerbside …` as a process. */
export function kerbside(args: readonly string[], options: Partial<ChildOptions> = {}): Child {
  return new Child([kerbsideMain, ...args], { name: `kerbside ${args[0] ?? ''}`, ...options });
}

/** How a command ended, with what it printed. */
export interface CommandEnd {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs `kerbside …` to its end. */
export async function runKerbside(args: readonly string[], options: Partial<ChildOptions> = {}): Promise<CommandEnd> {
  const child = kerbside(args, options);
  const { code } = await child.ended;
  return { code, out: child.output, err: child.errors };
}

/** A strict backend as a process. */
export interface BackendProcess {
  readonly child: Child;
  /** The endpoint without identity. */
  readonly url: string;
  readonly controlUrl: string;
}

/** Starts a strict backend with a ledger on disk; resolves when it listens. */
export async function startBackend(ledgerFile: string): Promise<BackendProcess> {
  const child = new Child([backendMain, '--ledger', ledgerFile], { name: 'backend' });
  const told = JSON.parse(await child.line(/^\{/)) as { readonly url: string; readonly controlUrl: string };
  return { child, ...told };
}

/** How the simulated hardware runs. */
export interface DriverOptions {
  readonly socketPath: string;
  readonly stateFile: string;
  readonly seed: string;
  /** How much faster than real time its world runs; default 1. */
  readonly speed?: number;
  /** Its meters sign; default no. */
  readonly signed?: boolean;
}

/** Starts the simulated hardware as a process; resolves when it listens. */
export async function startDriver({
  socketPath,
  stateFile,
  seed,
  speed = 1,
  signed = false,
}: DriverOptions): Promise<Child> {
  const args = ['--socket', socketPath, '--state', stateFile, '--seed', seed, '--speed', String(speed)];
  const child = new Child([driverMain, ...args, ...(signed ? ['--signed'] : [])], { name: 'driver' });
  await child.line(/^listening at /);
  return child;
}
