import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

import { createSqliteStore } from '../packages/station/src/store/sqlite/sqlite-store.ts';
import { freshState } from '../packages/station/src/store/store.ts';
import type { Store, Write } from '../packages/station/src/store/store.ts';
import { median, round } from './report.ts';
import type { BenchReport, Measurement } from './report.ts';

const storeModule = new URL('../packages/station/src/store/sqlite/sqlite-store.ts', import.meta.url).href;
const FACT_BYTES = 600;
const body = JSON.stringify({ kind: 'meterValues', filler: 'x'.repeat(FACT_BYTES - 34) });

/**
 * How fast facts become durable, against what the disk itself can do in the same seconds: slices of both alternate,
 * and the medians are compared. Run it on the disk that counts (`--folder`); a tmpfs measures nothing.
 */
export async function run(args: readonly string[]): Promise<BenchReport> {
  const { values } = parseArgs({
    args: [...args],
    options: { quick: { type: 'boolean', default: false }, folder: { type: 'string', default: defaultParent() } },
  });
  const { quick } = values;
  const folder = mkdtempSync(join(values.folder, 'kerbside-bench-'));
  try {
    const results = [
      ...(await oneStation(join(folder, 'one'), folder, quick ? 10 : 40)),
      ...(await manyStations(join(folder, 'many'), 0, quick ? 1_000 : 3_000)),
      ...(await manyStations(join(folder, 'slow'), 20, quick ? 1_000 : 3_000)),
      ...(await recovery(join(folder, 'recovery'), quick ? 100_000 : 1_000_000)),
    ];
    for (const { metric, value, unit, ratio, against } of results) {
      console.log(
        `${metric.padEnd(34)} ${String(value).padStart(10)} ${unit}${ratio === undefined ? '' : `  ${ratio} of ${against}`}`,
      );
    }
    return { bench: 'delivery', results };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The folder for temporary files, unless that lies in memory. */
function defaultParent(): string {
  const tmpfsType = 0x01021994;
  return statfsSync(tmpdir()).type === tmpfsType ? process.cwd() : tmpdir();
}

function fact(station: string, seq: number): Write {
  return {
    op: 'enqueue',
    station,
    row: { seq, lane: 'transaction', group: 'tx-1', kind: 'meterValues', state: freshState },
    body,
  };
}

/** One station that waits for each fact before it hands in the next. */
async function oneStation(folder: string, rawFolder: string, slices: number): Promise<Measurement[]> {
  const store = await createSqliteStore({ folder });
  let seq = 0;
  const commitNext = (): Promise<void> => store.commit([fact('CP-000001', ++seq)]);
  // The log file grows during the first 2,000 pages; afterwards it is written over, which is what a running station does.
  while (seq < 1_500) await commitNext();
  const blocking: number[] = [];
  const waiting: number[] = [];
  const durable: number[] = [];
  for (let slice = 0; slice < slices; slice++) {
    blocking.push(blockingAppends(join(rawFolder, 'raw'), 100));
    durable.push(await perSecond(200, commitNext));
    waiting.push(await waitingAppends(join(rawFolder, 'raw'), 100));
  }
  await store.close();
  const value = median(durable);
  const against = 'raw append + fdatasync of 600 bytes, blocking the thread';
  return [
    { metric: 'durable_one_station', value: round(value), unit: 'facts/s' },
    { metric: 'raw_fdatasync', value: round(median(blocking)), unit: '1/s' },
    { metric: 'raw_fdatasync_awaited', value: round(median(waiting)), unit: '1/s' },
    {
      metric: 'durable_ratio',
      value: round(value / median(blocking), 2),
      unit: '',
      ratio: round(value / median(blocking), 2),
      against,
    },
    {
      metric: 'durable_ratio_awaited',
      value: round(value / median(waiting), 2),
      unit: '',
      ratio: round(value / median(waiting), 2),
      against: "raw append + fdatasync through Node's thread pool, which leaves the event loop free as the store does",
    },
  ];
}

/** A thousand stations, each waiting for its own fact; with `syncMs`, each sync takes so much longer, as on a slow card. */
async function manyStations(folder: string, syncMs: number, durationMs: number): Promise<Measurement[]> {
  const store = await createSqliteStore({ folder, tuning: { delayBeforeSyncMs: syncMs } });
  const suffix = syncMs === 0 ? '' : `_${syncMs}ms_slower_sync`;
  await loadFor(store, 300, 0);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const facts = await loadFor(store, durationMs, 1_000_000);
  delay.disable();
  await store.close();
  return [
    { metric: `durable_1000_stations${suffix}`, value: round(facts), unit: 'facts/s' },
    { metric: `event_loop_delay_p50${suffix}`, value: round(delay.percentile(50) / 1e6, 1), unit: 'ms' },
    { metric: `event_loop_delay_p99${suffix}`, value: round(delay.percentile(99) / 1e6, 1), unit: 'ms' },
  ];
}

async function loadFor(store: Store, durationMs: number, firstSeq: number): Promise<number> {
  const startMs = performance.now();
  let facts = 0;
  const station = async (index: number): Promise<void> => {
    const name = `CP-${String(index).padStart(6, '0')}`;
    for (let seq = firstSeq; performance.now() - startMs < durationMs; seq++) {
      await store.commit([fact(name, seq)]);
      facts++;
    }
  };
  await Promise.all(Array.from({ length: 1_000 }, (_, index) => station(index)));
  return facts / ((performance.now() - startMs) / 1_000);
}

/** What a restart with a full queue costs: open, and know every row. */
async function recovery(folder: string, count: number): Promise<Measurement[]> {
  const filling = await createSqliteStore({ folder });
  for (let seq = 0; seq < count;) {
    const writes: Write[] = [];
    for (const end = seq + 5_000; seq < end; seq++) writes.push(fact('CP-000001', seq));
    await filling.commit(writes);
  }
  await filling.close();
  const runs = Array.from({ length: 3 }, () => recoverInOwnProcess(folder, count));
  return [
    { metric: `recovery_${count}_facts`, value: round(median(runs.map((one) => one.ms))), unit: 'ms' },
    { metric: `recovery_${count}_facts_rss`, value: round(median(runs.map((one) => one.rssMiB))), unit: 'MiB' },
  ];
}

/** A process of its own, because the one that filled the queue has grown already. */
function recoverInOwnProcess(folder: string, count: number): { readonly ms: number; readonly rssMiB: number } {
  const script = `
    const { createSqliteStore } = await import(${JSON.stringify(storeModule)});
    const before = process.memoryUsage.rss();
    const startMs = performance.now();
    const store = await createSqliteStore({ folder: ${JSON.stringify(folder)} });
    const rows = await store.readOutbox('CP-000001');
    const ms = performance.now() - startMs;
    if (rows.length !== ${count}) throw new RangeError(rows.length + ' rows came back');
    console.log(JSON.stringify({ ms, rssMiB: (process.memoryUsage.rss() - before) / 2 ** 20 }));
    await store.close();`;
  const args = ['--conditions=source', '--input-type=module', '--eval', script];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as { ms: number; rssMiB: number };
}

async function perSecond(durationMs: number, step: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  let count = 0;
  for (; performance.now() - startMs < durationMs; count++) await step();
  return count / ((performance.now() - startMs) / 1_000);
}

function blockingAppends(file: string, durationMs: number): number {
  const descriptor = openSync(file, 'a');
  const bytes = Buffer.alloc(FACT_BYTES, 'x');
  const startMs = performance.now();
  let count = 0;
  for (; performance.now() - startMs < durationMs; count++) {
    writeSync(descriptor, bytes);
    fdatasyncSync(descriptor);
  }
  const rate = count / ((performance.now() - startMs) / 1_000);
  closeSync(descriptor);
  return rate;
}

async function waitingAppends(file: string, durationMs: number): Promise<number> {
  await using handle = await open(file, 'a');
  const bytes = Buffer.alloc(FACT_BYTES, 'x');
  return await perSecond(durationMs, async () => {
    await handle.write(bytes);
    await handle.datasync();
  });
}
