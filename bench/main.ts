import type { BenchReport } from './report.ts';

/** A bench is one module of this folder with `export async function run(args): Promise<BenchReport>`, and one line here. */
const benches: Readonly<Record<string, () => Promise<{ run(args: readonly string[]): Promise<BenchReport> }>>> = {
  delivery: () => import('./delivery.ts'),
  hosting: () => import('./hosting.ts'),
  redials: () => import('./redials.ts'),
  rpc: () => import('./rpc.ts'),
  schedule: () => import('./schedule.ts'),
  start: () => import('./start.ts'),
  'ui-stream': () => import('./ui-stream.ts'),
};

const [name = '', ...args] = process.argv.slice(2);
const load = benches[name];
if (load === undefined) {
  console.error(`Usage: npm run bench -- ${Object.keys(benches).join(' | ')} [--quick]`);
  process.exit(2);
}
const bench = await load();
console.log(JSON.stringify(await bench.run(args)));
process.exit(0);
