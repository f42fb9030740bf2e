// `node --conditions=source tools/list-test-titles.ts FILE…`: prints the tests that the files declare, as one line of
// JSON. Titles that are made in loops and from tables are complete this way, which no look at the source could give.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import { marker, type ListedFile } from './conformance/listed-file.ts';
import * as recorder from './conformance/title-recorder.ts';
import { root } from './source-files.ts';

/** A file that waits for something before it declares its tests is not read. */
const patienceMs = 20_000;
const double = new URL('conformance/title-recorder.ts', import.meta.url).href;

async function list(file: string): Promise<ListedFile> {
  recorder.recorded.length = 0;
  try {
    const imported = import(pathToFileURL(join(root, file)).href).then(() => 'read');
    const outcome = await Promise.race([imported, delay(patienceMs, 'late')]);
    if (outcome === 'late') return { file, tests: [], problem: `it is not loaded after ${patienceMs / 1000} s` };
    return { file, tests: [...recorder.recorded], problem: null };
  } catch (error) {
    return { file, tests: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'node:test'
      ? { url: double, format: 'module-typescript', shortCircuit: true }
      : next(specifier, context),
});
const listed: ListedFile[] = [];
for (const file of process.argv.slice(2)) listed.push(await list(file));
process.stdout.write(`\n${marker}${JSON.stringify(listed)}\n`, () => process.exit());
