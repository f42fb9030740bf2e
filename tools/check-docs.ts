// `node tools/check-docs.ts`: fails when docs/where-is.md names a path that is not there, docs/invariants.md a test that is not
// there, or a page links to a file that is not there.
import { access, readFile } from 'node:fs/promises';
import { join, posix } from 'node:path';

import { reportAndExit } from './report.ts';
import { listFiles, root } from './source-files.ts';

const pathName = /`((?:[\w.@-]+\/)+[\w.@-]*|[\w-]+\.(?:md|json|ts|mjs))`/g;
const testName = /`([\w./@-]+\.ts)#([^`]+)`/g;
const link = /\]\((?!https?:|mailto:|#)([^)#\s]+)(?:#[^)]*)?\)/g;

/** What the pages say that is not so, in words. */
export async function check(): Promise<string[]> {
  const pages = [
    'README.md',
    'CONTRIBUTING.md',
    'SECURITY.md',
    'CHANGELOG.md',
    'AGENTS.md',
    ...(await listFiles('docs')),
  ];
  const problems = await Promise.all([
    pathProblems('docs/where-is.md'),
    testProblems('docs/invariants.md'),
    ...pages.filter((page) => page.endsWith('.md')).map(linkProblems),
  ]);
  return problems.flat();
}

async function pathProblems(page: string): Promise<string[]> {
  const named = [...(await textOf(page)).matchAll(pathName)].flatMap(([, path]) => path ?? []);
  const missing = await Promise.all(
    named.map(async (path) => ((await exists(path)) ? [] : [`${page}: there is no ${path}`])),
  );
  return missing.flat();
}

async function testProblems(page: string): Promise<string[]> {
  const problems: string[] = [];
  for (const [, path = '', name = ''] of (await textOf(page)).matchAll(testName)) {
    const source = await textOf(path);
    if (source === '') problems.push(`${page}: there is no ${path}`);
    else if (!spellingsOf(name).some((spelling) => source.includes(spelling))) {
      problems.push(`${page}: ${path} has no test named “${name}”`);
    }
  }
  return problems;
}

/** How a test's name may stand in a source: as it is, or with its apostrophes escaped. */
function spellingsOf(name: string): string[] {
  return [name, name.replaceAll("'", String.raw`\'`)];
}

async function linkProblems(page: string): Promise<string[]> {
  const targets = [...(await textOf(page)).matchAll(link)].flatMap(([, target]) => target ?? []);
  const missing = await Promise.all(
    targets.map(async (target) => {
      const there = await exists(posix.join(posix.dirname(page), target));
      return there ? [] : [`${page}: the link to ${target} leads nowhere`];
    }),
  );
  return missing.flat();
}

async function textOf(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8').catch(() => '');
}

async function exists(path: string): Promise<boolean> {
  return access(join(root, path)).then(
    () => true,
    () => false,
  );
}

if (import.meta.main) reportAndExit(await check());
