import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { CountingBackend } from './hosting/counting-backend.ts';
import { kerbsideDaemon, launchedProgram, ocppRpcStations } from './hosting/contestant.ts';
import type { HostingContestant } from './hosting/contestant.ts';
import { hostStations } from './hosting/hosting-run.ts';
import type { HostingPlan, HostingResult } from './hosting/hosting-run.ts';
import { median, round } from './report.ts';
import type { BenchReport, Measurement } from './report.ts';
import { install } from './start/installed.ts';

/** One run with all stations and one with a single station, by the same program. */
interface Pair {
  readonly all: HostingResult;
  readonly one: HostingResult;
}

/** The figures of a program: how to get them from a pair of runs. */
const figures: readonly {
  readonly metric: string;
  readonly unit: string;
  readonly digits: number;
  readonly of: (pair: Pair, stations: number) => number;
}[] = [
  { metric: 'registered_ms', unit: 'ms', digits: 0, of: ({ all }) => all.registeredMs },
  { metric: 'booted_ms', unit: 'ms', digits: 0, of: ({ all }) => all.bootedMs },
  { metric: 'registered_cpu_ms', unit: 'ms', digits: 0, of: ({ all }) => all.registeredCpuMs },
  {
    metric: 'rss_per_station_kb',
    unit: 'kB',
    digits: 1,
    of: ({ all, one }, stations) => (all.rssKb - one.rssKb) / Math.max(1, stations - 1),
  },
  { metric: 'rss_mb', unit: 'MB', digits: 1, of: ({ all }) => all.rssKb / 1_000 },
  { metric: 'rss_one_station_mb', unit: 'MB', digits: 1, of: ({ one }) => one.rssKb / 1_000 },
  { metric: 'idle_cpu_percent', unit: '% of a core', digits: 2, of: ({ all }) => all.idlePercent },
  { metric: 'idle_heartbeats', unit: '', digits: 0, of: ({ all }) => all.heartbeats },
  { metric: 'disturbances', unit: '', digits: 0, of: ({ all }) => all.disturbances },
];

/**
 * Many stations in one process: how long until all are registered with all their statuses, what memory each needs over the
 * first, and what they cost while nothing happens but a minute's heartbeats and pings. `--stations N` (default 1000), `--rounds N` (default 1), `--quick` (short
 * waits), `--peer ocpp-rpc` runs clients of ocpp-rpc beside it, and `--launcher CMD` any program (see `launchedProgram`), whose
 * stations send `--launcher-statuses N` (default 3) StatusNotifications each. The programs take turns.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const options = readOptions(args);
  const folder = mkdtempSync(join(process.cwd(), '.bench-'));
  const backend = new CountingBackend();
  try {
    const url = await backend.url();
    const waits = options.quick ? { settleMs: 1_000, idleMs: 2_000 } : { settleMs: 10_000, idleMs: 60_000 };
    const plan: HostingPlan = { backend, url, folder, statusesEach: 3, limitMs: 120_000, ...waits };
    const contestants = await prepareContestants(plan, options);
    const pairs = new Map<HostingContestant, Pair[]>(contestants.map(({ contestant }) => [contestant, []]));
    for (let turn = 0; turn < options.rounds; turn++) {
      for (const { contestant, statusesEach } of contestants) {
        const own = { ...plan, statusesEach };
        const one = await hostStations({ ...own, idleMs: 0 }, contestant, 1);
        const all = await hostStations(own, contestant, options.stations);
        pairs.get(contestant)?.push({ all, one });
      }
    }
    return { bench: 'hosting', results: report(pairs, options.stations) };
  } finally {
    backend.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface HostingOptions {
  readonly stations: number;
  readonly rounds: number;
  readonly quick: boolean;
  readonly peer: boolean;
  readonly launcher: string | undefined;
  readonly launcherStatuses: number;
}

function readOptions(args: readonly string[]): HostingOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stations: { type: 'string', default: '1000' },
      rounds: { type: 'string', default: '1' },
      quick: { type: 'boolean', default: false },
      peer: { type: 'string' },
      launcher: { type: 'string' },
      'launcher-statuses': { type: 'string', default: '3' },
    },
  });
  const numbers = [values.stations, values.rounds, values['launcher-statuses']].map(Number);
  const [stations = 0, rounds = 0, launcherStatuses = 0] = numbers;
  if (!numbers.every((number) => Number.isInteger(number)) || stations < 1 || rounds < 1 || launcherStatuses < 0)
    throw new RangeError('--stations, --rounds and --launcher-statuses are whole numbers.');
  if (values.peer !== undefined && values.peer !== 'ocpp-rpc') throw new RangeError('--peer is ocpp-rpc.');
  const { quick, launcher } = values;
  return { stations, rounds, quick, launcher, launcherStatuses, peer: values.peer !== undefined };
}

type Contestants = readonly { readonly contestant: HostingContestant; readonly statusesEach: number }[];

async function prepareContestants(plan: HostingPlan, options: HostingOptions): Promise<Contestants> {
  const { bin } = await install(join(plan.folder, 'package'));
  const cache = join(plan.folder, 'cache');
  mkdirSync(cache);
  const daemon = kerbsideDaemon(bin, cache);
  // The first start of an installation fills the compile cache; it does not count.
  await hostStations({ ...plan, settleMs: 500, idleMs: 0 }, daemon, 1);
  const { statusesEach } = plan;
  return [
    { contestant: daemon, statusesEach },
    ...(options.peer ? [{ contestant: ocppRpcStations, statusesEach }] : []),
    ...(options.launcher === undefined
      ? []
      : [{ contestant: launchedProgram(options.launcher), statusesEach: options.launcherStatuses }]),
  ];
}

function report(pairs: ReadonlyMap<HostingContestant, readonly Pair[]>, stations: number): readonly Measurement[] {
  const [own = [], ...others] = pairs.values();
  const [, ...names] = [...pairs.keys()].map(({ name }) => name);
  return figures.flatMap(({ metric, unit, digits, of }) => {
    const valuesOf = (some: readonly Pair[]): readonly number[] => some.map((pair) => of(pair, stations));
    const mine = valuesOf(own);
    const rows: Measurement[] = [{ metric, value: round(median(mine), digits), unit }];
    for (const [index, other] of others.entries()) {
      const theirs = valuesOf(other);
      const name = names[index] ?? '';
      const ratio = round(median(mine.map((value, turn) => value / (theirs[turn] ?? Number.NaN))), 2);
      const row = { metric: `${metric}_${name}`, value: round(median(theirs), digits), unit };
      rows.push(row, { metric: `${metric}_to_${name}`, value: ratio, unit: '', ratio, against: name });
    }
    for (const { metric: shown, value, unit: of_ } of rows)
      console.log(`${shown.padEnd(36)} ${String(value).padStart(8)} ${of_}`);
    return rows;
  });
}
