// `npm test`: all tests, group by group. `npm test -- outbox e2e/` runs the files whose path contains one of the words.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { runNode } from './run-command.ts';
import { listFiles, root } from './source-files.ts';
import { countsText, skippedText, sumOf, type GroupCounts } from './tests/group-counts.ts';
import { runGroup, type Isolation } from './tests/run-group.ts';

interface Group {
  readonly name: string;
  readonly isolation: Isolation;
  has(path: string): boolean;
}

/** Tests of what touches the machine: files, sockets, processes, threads. */
const adapterTest =
  /\.adapter\.test\.ts$|\/store\/sqlite\/|\/link\/ws-|\/drivers\/process\/|\/testkit\/src\/(strict|proxy|demo)/;

/** A file belongs to the first group that has it; the last group runs first. Scenarios on real sockets mostly wait. */
const groups: readonly Group[] = [
  { name: 'scenarios', isolation: { kind: 'apart', atOnce: 4 }, has: (path) => path.includes('/scenarios/') },
  { name: 'adapters', isolation: { kind: 'apart', atOnce: 2 }, has: (path) => adapterTest.test(path) },
  { name: 'end to end', isolation: { kind: 'apart', atOnce: 2 }, has: (path) => path.startsWith('test/e2e/') },
  {
    name: 'network (in namespaces)',
    isolation: { kind: 'apart', atOnce: 2 },
    has: (path) => path.startsWith('test/network/'),
  },
  { name: 'units', isolation: { kind: 'together' }, has: () => true },
];

const tortureRounds = 10;

async function main(words: readonly string[]): Promise<void> {
  const wanted = (path: string): boolean => words.length === 0 || words.some((word) => path.includes(word));
  const files = (await listFiles('packages', 'tools', 'test')).filter(
    (path) => path.endsWith('.test.ts') && wanted(path),
  );
  const results: GroupCounts[] = [];
  for (const group of [...groups.slice(-1), ...groups.slice(0, -1)]) {
    const own = files.filter((path) => groups.find((candidate) => candidate.has(path)) === group);
    if (own.length > 0)
      results.push(await timed(`${group.name} (${own.length} files)`, () => runGroup(own, group.isolation)));
  }
  if (wanted('tools/torture.ts') && existsSync(join(root, 'tools/torture.ts'))) {
    results.push(await timed(`torture (${tortureRounds} rounds)`, runTorture));
  }
  conclude(sumOf(results), words);
}

async function timed(name: string, run: () => Promise<GroupCounts>): Promise<GroupCounts> {
  const started = performance.now();
  const counts = await run();
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${counts.failed === 0 ? '✔' : '✖'} ${name}: ${countsText(counts)} in ${seconds} s`);
  return counts;
}

/** Counts as one test; its own words are shown when it fails. */
async function runTorture(): Promise<GroupCounts> {
  const options = ['--conditions=source', '--disable-warning=ExperimentalWarning'];
  const { code, output } = await runNode(
    [...options, 'tools/torture.ts', '--rounds', String(tortureRounds)],
    10 * 60_000,
  );
  if (code !== 0) console.error(output);
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
}

function conclude(total: GroupCounts, words: readonly string[]): void {
  const nothingRan = total.passed + total.failed + total.skipped === 0;
  if (nothingRan) console.error(`No test ran${words.length > 0 ? `: no file matches ${words.join(', ')}` : ''}.`);
  console.log(`\n${skippedText(total)}${countsText(total)}`);
  if (nothingRan || total.failed > 0) process.exitCode = 1;
}

await main(process.argv.slice(2));
