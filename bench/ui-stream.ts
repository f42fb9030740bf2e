import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

import { CountingBackend } from './hosting/counting-backend.ts';
import { treeUse } from './hosting/process-tree.ts';
import { median, round } from './report.ts';
import type { BenchReport, Measurement } from './report.ts';
import { install } from './start/installed.ts';
import { StreamClient } from './ui/stream-client.ts';

const token = 'o'.repeat(16);

/**
 * What people who look cost a process with many stations: how long until a page has the whole list, what a page loads, how
 * soon a change is seen, and the CPU of the daemon without, with one and with ten pages open, one after the other in the same run; the
 * ratios are to nobody looking. `--stations N` (default 1000), `--seconds N` of each measurement (default 20), `--quick`.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const { stations, seconds } = readOptions(args);
  const folder = mkdtempSync(join(process.cwd(), '.bench-'));
  const backend = new CountingBackend();
  const url = await backend.url();
  const port = await freePort();
  let child: ChildProcess | undefined;
  try {
    const { bin } = await install(join(folder, 'package'));
    const registered = backend.expect(stations, stations * 3, 120_000);
    child = startDaemon({ bin, url, stations, folder, port });
    if ((await registered) === null) throw new Error('Not all stations registered in two minutes.');
    await sleep(5_000);
    const results = await measure({ pid: child.pid ?? 0, base: `http://127.0.0.1:${port}`, stations, seconds });
    return { bench: 'ui-stream', results };
  } finally {
    if (child !== undefined && child.exitCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Scene {
  readonly pid: number;
  readonly base: string;
  readonly stations: number;
  readonly seconds: number;
}

async function measure(scene: Scene): Promise<Measurement[]> {
  const { base, stations } = scene;
  const alone = await cpuPercent(scene);
  const first = new StreamClient(base, token);
  const listMs = await first.until((summaries) => summaries.size === stations);
  const listBytes = first.bytes;
  const one = await cpuPercent(scene);
  const seenMs = await changes(scene, first);
  const others = Array.from({ length: 9 }, () => new StreamClient(base, token));
  await Promise.all(others.map((client) => client.until((summaries) => summaries.size === stations)));
  const ten = await cpuPercent(scene);
  for (const client of [first, ...others]) client.close();
  const row = (metric: string, value: number, unit: string, digits: number): Measurement => ({
    metric,
    value: round(value, digits),
    unit,
  });
  return [
    row('list_ms', listMs, 'ms', 0),
    row('list_kb', listBytes / 1_000, 'kB', 0),
    row('change_seen_ms', median(seenMs), 'ms', 0),
    row('cpu_percent_nobody', alone, '% of a core', 2),
    row('cpu_percent_one', one, '% of a core', 2),
    row('cpu_percent_ten', ten, '% of a core', 2),
    row('cpu_ratio_one', one / alone, '', 2),
    row('cpu_ratio_ten', ten / alone, '', 2),
  ];
}

/** From a plug that goes in until the list shows it, at one station after the other. */
async function changes({ base, stations }: Scene, client: StreamClient): Promise<readonly number[]> {
  const names = [...client.summaries.keys()].filter((_, index) => index % Math.max(1, Math.floor(stations / 9)) === 0);
  const taken: number[] = [];
  for (const name of names) {
    const begun = performance.now();
    await fetch(`${base}/api/v1/stations/${encodeURIComponent(name)}/simulator`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ action: 'plug', evse: 1 }),
    });
    await client.until((summaries) => (summaries.get(name) ?? '').includes('Preparing'));
    taken.push(performance.now() - begun);
  }
  return taken;
}

async function cpuPercent({ pid, seconds }: Scene): Promise<number> {
  const before = treeUse(pid).cpuMs;
  await sleep(seconds * 1_000);
  return (treeUse(pid).cpuMs - before) / (seconds * 10);
}

function startDaemon(of: {
  readonly bin: string;
  readonly url: string;
  readonly stations: number;
  readonly folder: string;
  readonly port: number;
}): ChildProcess {
  const data = join(of.folder, 'data');
  mkdirSync(data);
  const args = ['run', '--simulate', '--stations', String(of.stations), '--backend', of.url, '--data', data];
  return spawn(process.execPath, [of.bin, ...args], {
    stdio: ['ignore', 'ignore', 'ignore'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      KERBSIDE_API_PORT: String(of.port),
      KERBSIDE_API_OPERATOR_TOKEN: token,
      KERBSIDE_API_MANUFACTURER_TOKEN: 'm'.repeat(16),
    },
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function readOptions(args: readonly string[]): { readonly stations: number; readonly seconds: number } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stations: { type: 'string', default: '1000' },
      seconds: { type: 'string', default: '20' },
      quick: { type: 'boolean', default: false },
    },
  });
  const [stations, seconds] = [Number(values.stations), values.quick ? 2 : Number(values.seconds)];
  if (!Number.isInteger(stations) || stations < 1 || !(seconds > 0))
    throw new RangeError('--stations is a whole number, --seconds a number above 0.');
  return { stations, seconds };
}
