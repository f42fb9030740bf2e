import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { pageFiles, pagePolicy } from './page-files.ts';

/** What a path's file weighs on the wire, in bytes. */
function weight(path: string): number {
  return gzipSync(pageFiles.get(path)?.text ?? '').length;
}

/** The scripts that a script needs at once, with theirs. */
function neededBy(path: string, found = new Set<string>()): ReadonlySet<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = pageFiles.get(path)?.text ?? '';
  for (const [, name = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g)) neededBy(`/${name}`, found);
  return found;
}

const scripts = [...pageFiles.keys()].filter((path) => path.endsWith('.js'));
const first = neededBy('/app.js');

describe('the files of the page', () => {
  it('are few and light at first: at most 12 requests, 60 kB of script and 12 kB of style on the wire', () => {
    const script = [...first].reduce((total, path) => total + weight(path), 0);
    assert.ok(script > 5_000 && script <= 60_000, `${script} bytes of script`);
    assert.ok(weight('/app.css') <= 12_000, `${weight('/app.css')} bytes of style`);
    // With the page itself and its style.
    assert.ok(first.size + 2 <= 12, `${first.size} scripts`);
  });

  it('come in pieces of at most 40 kB when they are needed, and weigh at most 400 kB in all', () => {
    for (const path of scripts.filter((one) => !first.has(one)))
      assert.ok(weight(path) <= 40_000, `${path}: ${weight(path)} bytes`);
    const all = [...pageFiles.keys()].reduce((total, path) => total + weight(path), 0);
    assert.ok(all <= 400_000, `${all} bytes`);
  });

  it('name nothing that is not there', () => {
    for (const path of scripts) {
      const text = pageFiles.get(path)?.text ?? '';
      for (const [, name = ''] of text.matchAll(/import\("\.\/([^"]+)"\)/g))
        assert.ok(pageFiles.has(`/${name}`), `${path} loads ${name}`);
    }
  });

  it('run under a policy that allows no code but theirs', () => {
    assert.match(pagePolicy, /^default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(pagePolicy, /unsafe|https?:|\*/);
    assert.doesNotMatch(pageFiles.get('/')?.text ?? '', /<script(?![^>]*\bsrc=)|\son\w+=|<style/);
  });
});
