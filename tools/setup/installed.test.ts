import assert from 'node:assert/strict';
import { test } from 'node:test';

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

type FindProblem = (wanted: Lock, installed: Lock | null, machine: { platform: string; arch: string }) => string | null;

// The set-up runs on Node 20 and is plain JavaScript.
const { findProblem } = (await import(new URL('installed.mjs', import.meta.url).href)) as { findProblem: FindProblem };

const machine = { platform: 'linux', arch: 'x64' };

function problemOf(wanted: object, installed: object | null): string | null {
  const lock = (entry: object | null): Lock => ({ packages: entry === null ? {} : { 'node_modules/a': entry } });
  return findProblem(lock(wanted), lock(installed), machine);
}

test('a first install, a missing and a changed package are noticed', () => {
  assert.equal(findProblem({ packages: {} }, null, machine), 'once');
  assert.equal(problemOf({ version: '1.0.0' }, null), 'a is missing');
  assert.equal(problemOf({ version: '1.0.1' }, { version: '1.0.0' }), 'a has changed');
  assert.equal(problemOf({ version: '1.0.0', integrity: 'x' }, { version: '1.0.0', integrity: 'y' }), 'a has changed');
  assert.equal(problemOf({ version: '1.0.0' }, { version: '1.0.0' }), null);
});

test('an optional package for another machine may be absent, one for this machine may not', () => {
  const optional = { version: '1.0.0', optional: true };
  assert.equal(problemOf({ ...optional, os: 'linux', cpu: 'x64' }, null), 'a is missing');
  assert.equal(problemOf({ ...optional, os: ['linux'], cpu: ['x64'] }, null), 'a is missing');
  assert.equal(problemOf({ ...optional, os: ['!win32'] }, null), 'a is missing');
  assert.equal(problemOf({ ...optional, os: 'linux', cpu: 'arm64' }, null), null);
  assert.equal(problemOf({ ...optional, os: ['!linux'] }, null), null);
  assert.equal(problemOf({ ...optional, os: ['linux'], libc: ['musl'] }, null), null);
  assert.equal(problemOf(optional, null), null);
});
