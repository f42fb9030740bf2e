// `node --conditions=source tools/conformance/list-titles.ts FILE…`: prints the tests that the files declare, as one line of
// JSON. Titles that are made in loops and from tables are complete this way, which no look at the source could give.
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

import { root } from '../source-files.ts';
import { recorded } from './title-recorder.ts';

/** What one file declares; `problem` when it cannot be read. */
export interface ListedFile {
  readonly file: string;
  readonly tests: typeof recorded;
  readonly problem: string | null;
}

/** The line of the output that carries the titles begins with this. */
export const marker = 'titles: ';

const double = new URL('title-recorder.ts', import.meta.url).href;

async function list(file: string): Promise<ListedFile> {
  recorded.length = 0;
  try {
    await import(pathToFileURL(join(root, file)).href);
    return { file, tests: [...recorded], problem: null };
  } catch (error) {
    return { file, tests: [], problem: error instanceof Error ? error.message : String(error) };
  }
}

if (import.meta.main) {
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'node:test'
        ? { url: double, format: 'module-typescript', shortCircuit: true }
        : next(specifier, context),
  });
  const listed: ListedFile[] = [];
  for (const file of process.argv.slice(2)) listed.push(await list(file));
  process.stdout.write(`\n${marker}${JSON.stringify(listed)}\n`, () => process.exit());
}
