// `node --conditions=source tools/generate.ts [--check]`: writes what is generated, or lists what is not up to date.
// A generator is a file tools/generate-*.ts that exports `files()`: path in the repository → content.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { reportAndExit } from './report.ts';
import { listFiles, root } from './source-files.ts';

interface Generator {
  files(): Promise<ReadonlyMap<string, string>>;
}

/** Generated files that differ from what the generators make now, and files in `generated/` that none makes, in words. */
export async function check(): Promise<string[]> {
  const { outdated, orphans } = await compare();
  return [
    ...outdated.map(([path]) => `${path} is not up to date: npm run generate`),
    ...orphans.map((path) => `${path} is made by no generator: npm run generate removes it`),
  ];
}

async function generate(): Promise<void> {
  const { outdated, orphans } = await compare();
  for (const [path, content] of outdated) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
    console.log(`wrote ${path}`);
  }
  for (const path of orphans) {
    await rm(join(root, path));
    console.log(`removed ${path}`);
  }
  if (outdated.length + orphans.length === 0) console.log('Everything generated is up to date.');
}

async function compare(): Promise<{ outdated: [path: string, content: string][]; orphans: string[] }> {
  const made = await makeAll();
  const outdated: [string, string][] = [];
  for (const [path, content] of made) {
    const present = await readFile(join(root, path), 'utf8').catch(() => null);
    if (present !== content) outdated.push([path, content]);
  }
  const generated = (await listFiles('packages')).filter((path) => path.includes('/generated/'));
  return { outdated, orphans: generated.filter((path) => !made.has(path)) };
}

async function makeAll(): Promise<Map<string, string>> {
  const generators = (await listFiles('tools')).filter((path) => /^tools\/generate-[^/]*(?<!\.test)\.ts$/.test(path));
  const made = new Map<string, string>();
  for (const path of generators) {
    const generator = (await import(new URL(`../${path}`, import.meta.url).href)) as Generator;
    for (const [file, content] of await generator.files()) made.set(file, content);
  }
  return made;
}

if (import.meta.main) {
  if (process.argv.includes('--check')) reportAndExit(await check());
  else await generate();
}
