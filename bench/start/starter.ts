import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Backend } from './backend.ts';

/** How the process to be measured is started. */
export interface StartPlan {
  readonly name: string;
  /** Arguments of Node, the file first. */
  readonly args: readonly string[];
  /** The data folder that the run gets as a copy; null for an empty one; absent for a program without one. */
  readonly data?: string | null;
  /** The folder of the compile cache; null: a fresh one, as after the first installation. */
  readonly cache: string | null;
  /** Whether it registers; otherwise its end counts. */
  readonly registers: boolean;
}

const NS_PER_MS = 1e6;

/** Starts processes in a folder of their own and measures them. */
export class Starter {
  readonly #folder: string;
  readonly #backend: Backend;
  #runs = 0;

  constructor(folder: string, backend: Backend) {
    this.#folder = folder;
    this.#backend = backend;
  }

  /** Milliseconds from the spawn to the BootNotification, or to the end of a process that sends none. */
  async bootMs(plan: StartPlan): Promise<number> {
    const run = this.#prepare(plan);
    const startNs = process.hrtime.bigint();
    const child = this.#spawn(plan, run);
    const endNs = plan.registers ? await this.#backend.nextBoot() : await ended(child);
    await kill(child);
    rmSync(run, { recursive: true, force: true });
    return Number(endNs - startNs) / NS_PER_MS;
  }

  /** The resident memory of some programs at the same time, in MB, so long after all have registered. */
  async rssMb(plans: readonly StartPlan[], afterMs: number): Promise<number[]> {
    const running = [];
    for (const plan of plans) {
      const run = this.#prepare(plan);
      running.push({ run, child: this.#spawn(plan, run) });
      if (plan.registers) await this.#backend.nextBoot();
    }
    await sleep(afterMs);
    const sizes = running.map(({ child }) => residentMb(child.pid ?? 0));
    for (const { run, child } of running) {
      await kill(child);
      rmSync(run, { recursive: true, force: true });
    }
    return sizes;
  }

  /** Starts, waits until all is quiet, and stops in order; what then lies in the data folder and in the cache is kept. */
  async runInOrder(plan: StartPlan, data: string, quietMs: number): Promise<void> {
    mkdirSync(data, { recursive: true });
    const child = this.#spawn(plan, data);
    await this.#backend.nextBoot();
    await sleep(quietMs);
    child.kill('SIGTERM');
    await ended(child);
  }

  #prepare({ data }: StartPlan): string {
    const run = join(this.#folder, `run-${String(++this.#runs)}`);
    mkdirSync(run);
    if (typeof data === 'string') cpSync(data, run, { recursive: true });
    return run;
  }

  #spawn({ args, data, cache }: StartPlan, run: string): ChildProcess {
    return spawn(process.execPath, data === undefined ? args : [...args, '--data', run], {
      cwd: this.#folder,
      stdio: ['ignore', 'ignore', 'inherit'],
      env: { PATH: process.env['PATH'], KERBSIDE_API_PORT: '0', NODE_COMPILE_CACHE: cache ?? join(run, 'cache') },
    });
  }
}

async function ended(child: ChildProcess): Promise<bigint> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return process.hrtime.bigint();
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await ended(child);
}

/** As the kernel counts it; NaN where there is no /proc. */
function residentMb(pid: number): number {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return (Number(kilobytes) * 1024) / 1e6;
  } catch {
    return Number.NaN;
  }
}
