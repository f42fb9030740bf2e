// `npm run check`: everything that can be known without running the station. Prints one line per step, then what failed.
import { availableParallelism } from 'node:os';

import { check as checkDocs } from './check-docs.ts';
import { check as checkConformance } from './conformance.ts';
import { check as checkFileLength } from './file-length.ts';
import { check as checkGenerated } from './generate.ts';
import { check as checkLayers } from './layers.ts';
import { check as checkPackages } from './publishable.ts';
import { runTool } from './run-command.ts';

interface Step {
  readonly name: string;
  /** What is wrong, in words for people; empty when nothing is. */
  run(): Promise<string>;
}

/** The long ones first, so that they overlap with all others. */
const steps: readonly Step[] = [
  tool('lint', 'oxlint', ['--type-aware', '--deny-warnings']),
  tool('types', 'typescript', ['-p', 'tsconfig.json', '--noEmit', '--pretty', 'false'], 'tsc'),
  tool('types of the UI', 'typescript', ['-p', 'packages/ui/tsconfig.json', '--pretty', 'false'], 'tsc'),
  tool('unused code', 'knip', ['--no-progress', '--no-config-hints']),
  own('packages', checkPackages),
  own('generated files', checkGenerated),
  tool('format', 'oxfmt', ['--check', '.']),
  own('layers', checkLayers),
  own('file length', checkFileLength),
  own('conformance', checkConformance),
  own('documents', checkDocs),
];

function tool(name: string, packageName: string, args: readonly string[], command = packageName): Step {
  return {
    name,
    async run() {
      const { code, output } = await runTool(packageName, command, args);
      return code === 0 ? '' : output || `${command} ended with ${code}`;
    },
  };
}

function own(name: string, check: () => Promise<readonly string[]>): Step {
  return { name, run: async () => (await check()).join('\n') };
}

async function runStep(step: Step): Promise<string> {
  const started = performance.now();
  const problem = await step
    .run()
    .catch((error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)));
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${problem === '' ? '✔' : '✖'} ${step.name.padEnd(16)} ${seconds.padStart(5)} s`);
  return problem === '' ? '' : `\n✖ ${step.name}\n${problem}`;
}

async function runAll(): Promise<string[]> {
  const waiting = [...steps];
  const problems: string[] = [];
  const work = async (): Promise<void> => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) problems.push(await runStep(step));
  };
  await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work));
  return problems.filter((problem) => problem !== '');
}

const started = performance.now();
const problems = await runAll();
for (const problem of problems) console.error(problem);
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`\nchecks: ${steps.length - problems.length} passed, ${problems.length} failed (${seconds} s)`);
if (problems.length > 0) process.exitCode = 1;
