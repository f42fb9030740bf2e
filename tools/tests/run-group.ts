import { spawn, type ChildProcess } from 'node:child_process';

import { root } from '../source-files.ts';
import { sumOf, type GroupCounts, type GroupProgress } from './group-counts.ts';

/** How the files of a group run: all in one process (fast), or each in its own, so many at a time. */
export type Isolation = { readonly kind: 'together' } | { readonly kind: 'apart'; readonly atOnce: number };

const testLimitMs = 5 * 60_000;
/** A file beside others may need all of the time of its tests; a process of many files more. */
const processLimitMs = { apart: 5 * 60_000, together: 20 * 60_000 } as const;

/** Runs test files with node:test and prints their failures; a process that does not end, or ends without counts, has failed. */
export async function runGroup(files: readonly string[], isolation: Isolation): Promise<GroupCounts> {
  if (isolation.kind === 'together') return runInOneProcess(files, processLimitMs.together);
  const waiting = [...files];
  const results: GroupCounts[] = [];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      results.push(await runInOneProcess([file], processLimitMs.apart));
    }
  };
  await Promise.all(Array.from({ length: isolation.atOnce }, work));
  return sumOf(results);
}

async function runInOneProcess(files: readonly string[], limitMs: number): Promise<GroupCounts> {
  const child = spawn(process.execPath, [...nodeOptions, ...files], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  return new Promise((resolve) => {
    let progress: GroupProgress = { counts: { passed: 0, failed: 0, skipped: 0 }, ended: false, last: null };
    let overrun: string | null = null;
    const limit = setTimeout(() => {
      overrun = `the tests did not end within ${limitMs / 60_000} minutes`;
      child.kill('SIGKILL');
    }, limitMs);
    child.on('message', (message) => (progress = message as GroupProgress));
    child.on('close', (code, signal) => {
      clearTimeout(limit);
      resolve(verdict(files, progress, overrun ?? deathOf(signal ?? code, progress)));
    });
    stopWithUs(child);
  });
}

const nodeOptions: readonly string[] = [
  '--conditions=source',
  '--disable-warning=ExperimentalWarning',
  '--test',
  '--test-isolation=none',
  `--test-reporter=${new URL('reporter.ts', import.meta.url).href}`,
  `--test-timeout=${testLimitMs}`,
];

/** Why the end of a process is a failure of its own, or null. */
function deathOf(end: number | string | null, { ended, counts }: GroupProgress): string | null {
  if (!ended) return `the test process ended (${end}) before its tests did`;
  return end !== 0 && counts.failed === 0 ? `the test process ended with ${end}` : null;
}

function verdict(
  files: readonly string[],
  { counts, ended, last }: GroupProgress,
  problem: string | null,
): GroupCounts {
  if (problem === null) return counts;
  const place = ended || last === null ? '' : `; the test that began last: ${last}`;
  console.error(`\n✖ ${files.length === 1 ? `${files[0]}: ` : ''}${problem}${place}\n`);
  return { ...counts, failed: counts.failed + 1 };
}

/** Ctrl-C on the runner ends the tests too. */
function stopWithUs(child: ChildProcess): void {
  const stop = (): void => {
    child.kill('SIGTERM');
    process.exit(130);
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  child.on('close', () => process.off('SIGINT', stop).off('SIGTERM', stop));
}
