// `node tools/layers.ts`: fails when an import goes upwards, leaves its package, or closes a circle. The list: layers/rules.ts.
import { readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { findCycles } from './layers/cycles.ts';
import { importsOf } from './layers/imports.ts';
import { fileProblem, packageProblem, placeProblem } from './layers/rules.ts';
import { reportAndExit } from './report.ts';
import { listFiles, root } from './source-files.ts';

/** Every breach of the layer rules in the given sources (path in the repository → text), in words. */
export function layerProblems(sources: ReadonlyMap<string, string>): string[] {
  const problems: string[] = [];
  const graph = new Map<string, string[]>();
  for (const [path, text] of sources) {
    const misplaced = placeProblem(path);
    if (misplaced !== null) problems.push(`${path}: ${misplaced}`);
    const files: string[] = [];
    for (const { specifier, line } of importsOf(path, text)) {
      const imported = specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : null;
      const problem = imported === null ? packageProblem(path, specifier) : fileProblem(path, imported);
      if (problem !== null) problems.push(`${path}:${line}: imports ${specifier}: ${problem}`);
      if (imported !== null) files.push(imported);
    }
    graph.set(path, files);
  }
  return [...problems, ...findCycles(graph).map((cycle) => `circle of imports: ${cycle.join(' → ')}`)];
}

/** The breaches in the repository. */
export async function check(): Promise<string[]> {
  const paths = (await listFiles('packages')).filter((path) => /^packages\/[^/]+\/src\/.*\.tsx?$/.test(path));
  const texts = await Promise.all(paths.map((path) => readFile(join(root, path), 'utf8')));
  return layerProblems(new Map(paths.map((path, index) => [path, texts[index] ?? ''])));
}

if (import.meta.main) reportAndExit(await check());
