import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';

import { pageFiles, pagePolicy } from './page-files.ts';

/** What a path's file weighs on the wire, in bytes. */
function weight(path: string): number {
  return gzipSync(pageFiles.get(path)?.text ?? '').length;
}

/** The scripts that a script needs at once, and those that it loads later. */
function imports(path: string): { readonly now: readonly string[]; readonly later: readonly string[] } {
  const text = pageFiles.get(path)?.text ?? '';
  const found = (pattern: RegExp): readonly string[] => [...text.matchAll(pattern)].map(([, name = '']) => `/${name}`);
  return { now: found(/\bfrom\s*"\.\/([^"]+)"/g), later: found(/\bimport\("\.\/([^"]+)"\)/g) };
}

describe('the files of the page', () => {
  it('are few and light at first; sessions and foreign curves come when they are needed', () => {
    const first = ['/status.js', ...imports('/status.js').now];
    const [sessions = '', ...others] = imports('/status.js').later;
    assert.deepEqual(others, []);
    const [curves = '', ...more] = imports(sessions).later;
    assert.deepEqual(more, []);
    const sum = [...first, '/', '/status.css'].reduce((total, path) => total + weight(path), 0);
    assert.ok(sum < 20_000, `${sum} bytes`);
    for (const path of [sessions, curves]) assert.ok(weight(path) > 1_000 && weight(path) < 40_000, path);
    const scripts = [...pageFiles.keys()].filter((path) => path.endsWith('.js'));
    assert.deepEqual(scripts.toSorted(), [...new Set([...first, sessions, curves])].toSorted());
  });

  it('run under a policy that allows no code but theirs', () => {
    assert.match(pagePolicy, /^default-src 'none'; script-src 'self';/);
    assert.doesNotMatch(pagePolicy, /unsafe|https?:|\*/);
    assert.doesNotMatch(pageFiles.get('/')?.text ?? '', /<script(?![^>]*\bsrc=)|\son\w+=|<style/);
  });
});
