// `node tools/file-length.ts`: fails when a logic file is longer than 400 lines. Tables, generated files and tests may be longer.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { reportAndExit } from './report.ts';
import { listFiles, root } from './source-files.ts';

const limit = 400;
const source = /\.(ts|tsx|mjs|js|css)$/;
const exempt = /(\/generated\/|\/catalogue\/|\.test\.tsx?$)/;

/** Files that are too long, in words. */
export async function check(): Promise<string[]> {
  const paths = (await listFiles('packages', 'tools', 'bench', 'test')).filter(
    (path) => source.test(path) && !exempt.test(path),
  );
  const lengths = await Promise.all(paths.map(lengthOf));
  return paths.flatMap((path, index) => {
    const lines = lengths[index] ?? 0;
    return lines > limit ? [`${path} has ${lines} lines; split it by concept (at most ${limit})`] : [];
  });
}

async function lengthOf(path: string): Promise<number> {
  return (await readFile(join(root, path), 'utf8')).trimEnd().split('\n').length;
}

if (import.meta.main) reportAndExit(await check());
