import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { median, round } from './report.ts';
import type { BenchReport, Measurement } from './report.ts';
import { fillOutbox } from './start/backlog.ts';
import { Backend } from './start/backend.ts';
import { writeBareStarts } from './start/bare-starts.ts';
import { install } from './start/installed.ts';
import { Starter } from './start/starter.ts';
import type { StartPlan, StartResult } from './start/starter.ts';

const BACKLOG_ROWS = 10_000;
const RSS_AFTER_MS = 5_000;

/** Names of plans, as the metrics have them. */
const names = {
  empty: 'empty_node',
  wsOnly: 'ws_only',
  daemon: 'boot_ms',
  backlog: `boot_ms_${BACKLOG_ROWS}_rows`,
  firstStart: 'boot_ms_first_start',
  singleFile: 'boot_ms_single_file_alone',
} as const;

/**
 * How long the packaged daemon needs from its spawn to the BootNotification at a bare backend, and what memory it has five
 * seconds later; beside it a Node that does nothing, and one file with `ws` and nothing else. The programs take turns, and the
 * ratios are medians of ratios within one round. `--profile FOLDER` only writes a CPU profile of one start.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const quick = args.includes('--quick');
  const folder = mkdtempSync(join(process.cwd(), '.bench-'));
  const backend = new Backend();
  try {
    const starter = new Starter(folder, backend);
    const plans = await preparePlans(folder, starter, await backend.url());
    const profile = args[args.indexOf('--profile') + 1];
    if (args.includes('--profile') && profile !== undefined) {
      await writeProfile(plans, starter, join(folder, 'profiled'), profile);
      return { bench: 'start', results: [] };
    }
    const starts = reportStarts(await runRounds(plans, starter, quick ? 3 : 10));
    const memory = await measureMemory(plans, starter, quick ? 1 : 3);
    return { bench: 'start', results: [...starts, ...memory] };
  } finally {
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function preparePlans(folder: string, starter: Starter, url: string): Promise<readonly StartPlan[]> {
  const { bin, singleFile } = await install(join(folder, 'package'));
  const bare = await writeBareStarts(folder);
  const cache = join(folder, 'cache');
  const emptyStore = join(folder, 'empty-store');
  const backlogStore = join(folder, 'backlog-store');
  const daemonArgs = ['run', '--simulate', '--backend', url, '--identity', 'CP-1'];
  const daemon = { args: [bin, ...daemonArgs], cache, registers: true } as const;
  mkdirSync(backlogStore);
  await starter.runInOrder({ ...daemon, name: '', data: null }, emptyStore, 1_500);
  await fillOutbox(backlogStore, BACKLOG_ROWS);
  return [
    { name: names.empty, args: [bare.empty], cache, registers: false },
    { name: names.wsOnly, args: [bare.wsOnly, url], cache, registers: true },
    { ...daemon, name: names.daemon, data: emptyStore },
    { ...daemon, name: names.backlog, data: backlogStore },
    { ...daemon, name: names.firstStart, data: null, cache: null },
    { ...daemon, name: names.singleFile, args: [singleFile, ...daemonArgs], data: emptyStore },
  ];
}

async function writeProfile(plans: readonly StartPlan[], starter: Starter, data: string, to: string): Promise<void> {
  const plan = plans.find(({ name }) => name === names.daemon);
  if (plan === undefined) return;
  const flags = ['--cpu-prof', `--cpu-prof-dir=${to}`, '--cpu-prof-interval=200'];
  await starter.runInOrder({ ...plan, args: [...flags, ...plan.args] }, data, 1_000);
  console.log(`The profile lies in ${to}.`);
}

type Starts = ReadonlyMap<string, StartResult[]>;

async function runRounds(plans: readonly StartPlan[], starter: Starter, count: number): Promise<Starts> {
  const starts = new Map<string, StartResult[]>(plans.map(({ name }) => [name, []]));
  // One round more: the first fills the file system's cache and does not count.
  for (let turn = 0; turn <= count; turn++) {
    for (const plan of plans) {
      const result = await starter.boot(plan);
      if (turn > 0) starts.get(plan.name)?.push(result);
    }
  }
  return starts;
}

function reportStarts(starts: Starts): Measurement[] {
  const wsOnly = starts.get(names.wsOnly) ?? [];
  return [...starts].flatMap(([name, all]) => {
    const times = all.map(({ ms }) => ms);
    const value = round(median(times));
    const ratio = round(median(times.map((ms, index) => ms / (wsOnly[index]?.ms ?? Number.NaN))), 2);
    const cpu = round(median(all.map(({ cpuMs }) => cpuMs)));
    const waited = round(median(all.map(({ waitedMs }) => waitedMs)));
    const range = `(${round(Math.min(...times))}…${round(Math.max(...times))})`;
    const costs = Number.isNaN(cpu) ? '' : `  ${cpu} ms CPU, waited ${waited} ms for a core`;
    console.log(`${name.padEnd(26)} ${String(value).padStart(5)} ms ${range.padEnd(11)} ${ratio} of ws_only${costs}`);
    const row = { metric: name, value, unit: 'ms', ratio, against: 'one file with ws and nothing else' };
    return Number.isNaN(cpu) ? [row] : [row, { metric: `${name}_cpu`, value: cpu, unit: 'ms' }];
  });
}

async function measureMemory(plans: readonly StartPlan[], starter: Starter, count: number): Promise<Measurement[]> {
  const rows: readonly { readonly metric: string; readonly plan: string }[] = [
    { metric: 'rss_mb', plan: names.daemon },
    { metric: `rss_mb_${BACKLOG_ROWS}_rows`, plan: names.backlog },
    { metric: 'rss_mb_ws_only', plan: names.wsOnly },
  ];
  const measured = rows.flatMap(({ plan }) => plans.filter(({ name }) => name === plan));
  const rounds: number[][] = [];
  for (let turn = 0; turn < count; turn++) rounds.push(await starter.rssMb(measured, RSS_AFTER_MS));
  return rows.map(({ metric }, column) => {
    const value = round(median(rounds.map((sizes) => sizes[column] ?? Number.NaN)), 1);
    console.log(`${metric.padEnd(26)} ${String(value).padStart(5)} MB`);
    return { metric, value, unit: 'MB' };
  });
}
