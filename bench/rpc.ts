import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

import { median, round } from './report.ts';
import type { BenchReport, Measurement } from './report.ts';
import { contestants } from './rpc/contestant.ts';
import type { Contestant, Slice, SliceResult } from './rpc/contestant.ts';
import { loads } from './rpc/load.ts';
import type { Load } from './rpc/load.ts';

/** One thing that all contestants do by turns. */
interface Heat {
  readonly load: Load;
  readonly connections: number;
}

/** What each contestant measured in a heat, one entry per round. */
type Rounds = Readonly<Record<Contestant, SliceResult[]>>;

const WARM_UP_MS = 1_000;

const heats: readonly Heat[] = [1, 100].flatMap((connections) => loads.map((load) => ({ load, connections })));

/**
 * Calls per second over loopback, validated both ways, against the least that can be done and against ocpp-rpc. Every
 * contestant and the backend have a process of their own; the contestants take short turns, and the ratios are medians of
 * ratios within one round, which a noisy machine disturbs least.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const quick = args.includes('--quick');
  const backend = startProcess('backend-process.ts', []);
  const started = [backend];
  try {
    const url = await reply<string>(backend);
    const processes = new Map<Contestant, ChildProcess>();
    for (const name of contestants) {
      const child = startProcess('contestant-process.ts', [name, url]);
      started.push(child);
      await reply(child);
      processes.set(name, child);
    }
    const results: Measurement[] = [];
    const headlines: Measurement[] = [];
    for (const heat of heats) {
      const rounds = await runHeat(processes, heat, quick ? 5 : 15, quick ? 200 : 400);
      results.push(...report(heat, rounds));
      if (heat.connections === 1) headlines.push(...headline(rounds));
    }
    results.push(...lowestOf(headlines));
    return { bench: 'rpc', results };
  } finally {
    for (const child of started) child.disconnect();
  }
}

function startProcess(file: string, args: readonly string[]): ChildProcess {
  const path = new URL(`./rpc/${file}`, import.meta.url);
  return fork(path, args, { execArgv: ['--conditions=source', '--disable-warning=ExperimentalWarning'] });
}

/** The next message of a process; rejects when it ends instead. */
async function reply<T>(child: ChildProcess): Promise<T> {
  const ending = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: ending.signal }).then(([code]) => {
      throw new RangeError(`A process of the bench ended with ${String(code)}; what it printed says why.`);
    });
    const [message] = (await Promise.race([once(child, 'message', { signal: ending.signal }), ended])) as [T];
    return message;
  } finally {
    ending.abort();
  }
}

async function runHeat(
  processes: ReadonlyMap<Contestant, ChildProcess>,
  heat: Heat,
  count: number,
  durationMs: number,
): Promise<Rounds> {
  const rounds: Rounds = { bare: [], kerbside: [], daemon: [], 'ocpp-rpc': [] };
  const order = [...processes];
  // One round more: the first, a long one, warms up and does not count.
  for (let turn = 0; turn <= count; turn++) {
    for (const [name, child] of order) {
      child.send({ ...heat, durationMs: turn === 0 ? WARM_UP_MS : durationMs } satisfies Slice);
      const result = await reply<SliceResult>(child);
      if (turn > 0) rounds[name].push(result);
    }
    order.push(...order.splice(0, 1));
  }
  return rounds;
}

function report({ load, connections }: Heat, rounds: Rounds): Measurement[] {
  console.log(`${load}, ${connections} connection${connections === 1 ? '' : 's'}`);
  return contestants.flatMap((name) => {
    const rates = rounds[name].map(({ callsPerSecond }) => callsPerSecond);
    const cpu = median(rounds[name].map(({ cpuMicrosPerCall }) => cpuMicrosPerCall));
    const ratio = round(ratioTo('bare', name, rounds), 2);
    const range = `${round(Math.min(...rates))}…${round(Math.max(...rates))}`;
    const columns = [name.padEnd(10), String(round(median(rates))).padStart(7), 'calls/s', `(${range})`.padEnd(17)];
    console.log(`  ${columns.join(' ')} ${String(round(cpu)).padStart(4)} µs CPU/call  ${ratio} of bare`);
    const suffix = `${load}_${connections}_${name}`;
    return [
      { metric: `calls_${suffix}`, value: round(median(rates)), unit: 'calls/s', ratio, against: 'bare' },
      { metric: `cpu_per_call_${suffix}`, value: round(cpu, 1), unit: 'µs' },
    ];
  });
}

/** The median over the rounds of how a contestant did in proportion to another. */
function ratioTo(other: Contestant, name: Contestant, rounds: Rounds, measure: Measure = rate): number {
  return median(
    rounds[name].map((result, index) => {
      const against = rounds[other][index];
      return against === undefined ? Number.NaN : measure(result) / measure(against);
    }),
  );
}

/** More is better. */
type Measure = (result: SliceResult) => number;
const rate: Measure = ({ callsPerSecond }) => callsPerSecond;
/** Disturbed much less than the rate by what else runs on the machine. */
const thrift: Measure = ({ cpuMicrosPerCall }) => 1 / cpuMicrosPerCall;

const headlineRows = [
  { metric: 'ratio_to_bare', name: 'kerbside', other: 'bare', measure: rate },
  { metric: 'ratio_to_ocpp_rpc', name: 'kerbside', other: 'ocpp-rpc', measure: rate },
  { metric: 'cpu_ratio_to_bare', name: 'kerbside', other: 'bare', measure: thrift },
  { metric: 'cpu_ratio_to_ocpp_rpc', name: 'kerbside', other: 'ocpp-rpc', measure: thrift },
  { metric: 'daemon_ratio_to_bare', name: 'daemon', other: 'bare', measure: rate },
] as const;

function headline(rounds: Rounds): Measurement[] {
  return headlineRows.map(({ metric, name, other, measure }) => {
    const ratio = round(ratioTo(other, name, rounds, measure), 2);
    const against = `${other}, one connection, the lower of ${loads.join(' and ')}`;
    return { metric, value: ratio, unit: '', ratio, against };
  });
}

function lowestOf(headlines: readonly Measurement[]): Measurement[] {
  const lowest = new Map<string, Measurement>();
  for (const row of headlines) {
    const known = lowest.get(row.metric);
    if (known === undefined || row.value < known.value) lowest.set(row.metric, row);
  }
  for (const { metric, value, against } of lowest.values())
    console.log(`${metric.padEnd(22)} ${value} of ${against ?? ''}`);
  return [...lowest.values()];
}
