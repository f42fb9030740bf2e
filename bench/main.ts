import { existsSync } from 'node:fs';

import type { BenchReport } from './report.ts';

/** A bench is one module of this folder with `export async function run(args): Promise<BenchReport>`. */
type Run = (args: readonly string[]) => Promise<BenchReport>;

const [name = '', ...args] = process.argv.slice(2);
const module = new URL(`./${name}.ts`, import.meta.url);
if (!['delivery', 'rpc', 'start'].includes(name) || !existsSync(module)) {
  console.error('Usage: npm run bench -- delivery | rpc | start [--quick]');
  process.exit(2);
}
const { run } = (await import(module.href)) as { readonly run: Run };
console.log(JSON.stringify(await run(args)));
process.exit(0);
