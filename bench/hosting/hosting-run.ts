import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import type { HostingContestant } from './contestant.ts';
import type { CountingBackend } from './counting-backend.ts';
import { treeUse } from './process-tree.ts';
import type { TreeUse } from './process-tree.ts';

/** What all runs have in common. */
export interface HostingPlan {
  readonly backend: CountingBackend;
  readonly url: string;
  /** On a real disk. */
  readonly folder: string;
  /** StatusNotifications that each station sends at its start. */
  readonly statusesEach: number;
  /** From registration to the look at the memory. */
  readonly settleMs: number;
  readonly idleMs: number;
  readonly limitMs: number;
}

/** What one run measured. */
export interface HostingResult {
  /** Spawn to the answer to the last BootNotification. */
  readonly bootedMs: number;
  /** The same, all statuses arrived too. */
  readonly registeredMs: number;
  readonly registeredCpuMs: number;
  readonly rssKb: number;
  /** CPU time while nothing but heartbeats and pings happened, in percent of one core. */
  readonly idlePercent: number;
  readonly heartbeats: number;
  /** Connections lost, and calls that nobody asked for, until the end. */
  readonly disturbances: number;
}

const NS_PER_MS = 1e6;

/** Runs some stations in one program from its spawn until they have been idle for a while. Throws when not all register in time. */
export async function hostStations(
  plan: HostingPlan,
  contestant: HostingContestant,
  stations: number,
): Promise<HostingResult> {
  const { backend, url } = plan;
  const folder = join(plan.folder, `${contestant.name || 'kerbside'}-${stations}`);
  mkdirSync(folder, { recursive: true });
  const registered = backend.expect(stations, stations * plan.statusesEach, plan.limitMs);
  const startNs = process.hrtime.bigint();
  const child = contestant.start({ url, stations, folder });
  try {
    const moments = await registered;
    if (moments === null) throw await missing(plan, stations);
    const atRegistration = treeUse(child.pid ?? 0);
    await sleep(plan.settleMs);
    const settled = treeUse(child.pid ?? 0);
    const idle = await idleUse(plan, child);
    const { others, lost } = await backend.counts();
    return {
      bootedMs: Number(moments.bootedNs - startNs) / NS_PER_MS,
      registeredMs: Number(moments.completeNs - startNs) / NS_PER_MS,
      registeredCpuMs: atRegistration.cpuMs,
      rssKb: settled.rssKb,
      ...idle,
      disturbances: others + lost,
    };
  } finally {
    await end(child);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function idleUse(
  { backend, idleMs }: HostingPlan,
  child: ChildProcess,
): Promise<Pick<HostingResult, 'idlePercent' | 'heartbeats'>> {
  const before: TreeUse = treeUse(child.pid ?? 0);
  const { heartbeats } = await backend.counts();
  const startMs = performance.now();
  await sleep(idleMs);
  const cpuMs = treeUse(child.pid ?? 0).cpuMs - before.cpuMs;
  const passedMs = performance.now() - startMs;
  return {
    idlePercent: (100 * cpuMs) / passedMs,
    heartbeats: (await backend.counts()).heartbeats - heartbeats,
  };
}

async function missing({ backend, limitMs, statusesEach }: HostingPlan, stations: number): Promise<RangeError> {
  const { booted, statuses } = await backend.counts();
  const wanted = `${stations} stations with ${stations * statusesEach} statuses`;
  return new RangeError(
    `After ${limitMs / 1_000} s there were ${booted} stations with ${statuses} statuses, not ${wanted}.`,
  );
}

async function end(child: ChildProcess): Promise<void> {
  const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : Promise.resolve();
  try {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
  await ended;
}
