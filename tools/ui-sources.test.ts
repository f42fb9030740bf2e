import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';

import { listFiles, root } from './source-files.ts';

/** Ways by which a text of a backend, of a file or of a card could become code or markup. */
const dangerous =
  /innerHTML|outerHTML|insertAdjacentHTML|document\.write|createContextualFragment|DOMParser|\beval\(|new Function|srcdoc|javascript:/i;

/** Text between tags that is in no dictionary: a word of at least three letters. */
const bareText = />[^<>{}=;()]*\b[A-Za-zÄÖÜäöüß]{3,}[^<>{}=;()]*<\//;

async function sources(pattern: RegExp): Promise<readonly (readonly [string, string])[]> {
  const paths = (await listFiles('packages/ui/src')).filter((path) => pattern.test(path));
  assert.ok(paths.length > 0);
  return Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')] as const));
}

describe('the sources of the page', () => {
  it('make no markup and no code from texts, so that hostile ones stay inert', async () => {
    for (const [path, text] of await sources(/(?<!\.test)\.tsx?$/)) assert.doesNotMatch(text, dangerous, path);
  });

  it('take every word from a dictionary, so that none is missing in a language', async () => {
    const names = new Set(['Kerbside']);
    for (const [path, text] of await sources(/\.tsx$/)) {
      const found = bareText.exec(text)?.[0].replaceAll(/[<>/\s]/g, '') ?? '';
      assert.ok(found === '' || names.has(found), `${path}: ${found}`);
    }
  });
});
