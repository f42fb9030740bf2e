import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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

/** What one start took. */
export interface StartResult {
  readonly ms: number;
  /** CPU time of all threads until then; NaN without /proc, and for a process that has ended. */
  readonly cpuMs: number;
  /** How long the main thread was ready to run and another process had the core: what a quiet machine would have saved. */
  readonly waitedMs: number;
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

  /** From the spawn to the BootNotification, or to the end of a process that sends none. */
  async boot(plan: StartPlan): Promise<StartResult> {
    const run = this.#prepare(plan);
    const startNs = process.hrtime.bigint();
    const child = this.#spawn(plan, run);
    const endNs = plan.registers ? await this.#backend.nextBoot() : await ended(child);
    const spent = schedulingOf(child.pid ?? 0);
    await kill(child);
    rmSync(run, { recursive: true, force: true });
    return { ms: Number(endNs - startNs) / NS_PER_MS, ...spent };
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

/** What the scheduler counted for the threads of a process. */
function schedulingOf(pid: number): Pick<StartResult, 'cpuMs' | 'waitedMs'> {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((thread) => {
      const [ranNs, waitedNs] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ').map(Number);
      return { isMain: Number(thread) === pid, ranNs: ranNs ?? Number.NaN, waitedNs: waitedNs ?? Number.NaN };
    });
    const ranNs = threads.reduce((sum, thread) => sum + thread.ranNs, 0);
    return {
      cpuMs: ranNs / NS_PER_MS,
      waitedMs: (threads.find(({ isMain }) => isMain)?.waitedNs ?? Number.NaN) / NS_PER_MS,
    };
  } catch {
    return { cpuMs: Number.NaN, waitedMs: Number.NaN };
  }
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
