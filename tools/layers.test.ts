import assert from 'node:assert/strict';
import { test } from 'node:test';

import { layerProblems } from './layers.ts';

const src = 'packages/station/src';

/** The problems of a source that imports one module, in a repository of a few more empty files. */
function problemsOf(path: string, specifier: string): string[] {
  return layerProblems(new Map([[path, `import type { A } from '${specifier}';\nexport const a: A = 1;\n`]]));
}

test('a lower layer that imports an upper one is caught, types too', () => {
  assert.deepEqual(problemsOf(`${src}/core/clock.ts`, '../evse/evse-state.ts'), [
    `${src}/core/clock.ts:1: imports ../evse/evse-state.ts: core is a lower layer than evse and may not import it`,
  ]);
  assert.equal(problemsOf(`${src}/delivery/outbox.ts`, '../dialects/ocpp16/dialect.ts').length, 1);
  assert.equal(problemsOf(`${src}/api/server.ts`, '../main.ts').length, 1);
});

test('a layer may import itself and those above it in the list', () => {
  assert.deepEqual(problemsOf(`${src}/evse/machine.ts`, './evse-state.ts'), []);
  assert.deepEqual(problemsOf(`${src}/delivery/outbox.ts`, '../store/store.ts'), []);
  assert.deepEqual(problemsOf(`${src}/station.ts`, './delivery/outbox.ts'), []);
});

test('re-exports, dynamic imports and worker files count as imports', () => {
  const lines = [
    `export { x } from '../evse/x.ts';`,
    `export type * from '../evse/x.ts';`,
    `const later = await import('../evse/x.ts');`,
    `const worker = new Worker(new URL('../evse/x.ts', import.meta.url));`,
  ];
  for (const line of lines) {
    assert.equal(layerProblems(new Map([[`${src}/core/a.ts`, line]])).length, 1, line);
  }
});

test('comments and strings are no imports', () => {
  const text = `// import '../evse/x.ts'\nexport const a = "import x from '../evse/x.ts'";\n`;
  assert.deepEqual(layerProblems(new Map([[`${src}/core/a.ts`, text]])), []);
});

test('only dialects and link import the protocol package', () => {
  assert.equal(problemsOf(`${src}/delivery/outbox.ts`, '@kerbside/ocpp').length, 1);
  assert.equal(problemsOf(`${src}/station.ts`, '@kerbside/ocpp/ocpp16').length, 1);
  assert.deepEqual(problemsOf(`${src}/dialects/ocpp16/boot.ts`, '@kerbside/ocpp/ocpp16'), []);
  assert.deepEqual(problemsOf(`${src}/link/link.ts`, '@kerbside/ocpp'), []);
});

test('packages depend on each other in one direction and by name', () => {
  assert.equal(problemsOf('packages/ocpp/src/frames.ts', '@kerbside/station').length, 1);
  assert.equal(problemsOf('packages/ocpp/src/frames.ts', 'node:fs').length, 1);
  assert.equal(problemsOf(`${src}/link/link.ts`, '@kerbside/testkit').length, 1);
  assert.equal(problemsOf(`${src}/link/link.test.ts`, '@kerbside/testkit').length, 1);
  assert.equal(problemsOf('packages/testkit/src/a.ts', '../../station/src/station.ts').length, 1);
  assert.deepEqual(problemsOf('packages/testkit/src/a.ts', '@kerbside/station'), []);
});

test('a pure layer does not touch the machine, its tests may', () => {
  assert.equal(problemsOf(`${src}/params/import.ts`, 'node:fs/promises').length, 1);
  assert.deepEqual(problemsOf(`${src}/params/import.test.ts`, 'node:fs/promises'), []);
  assert.deepEqual(problemsOf(`${src}/store/sqlite.ts`, 'node:worker_threads'), []);
  assert.deepEqual(problemsOf(`${src}/params/import.ts`, 'node:crypto'), []);
});

test('a test may import anything inside its own package', () => {
  assert.deepEqual(problemsOf(`${src}/core/clock.test.ts`, '../station.ts'), []);
});

test('a circle of imports is caught, and named once', () => {
  const sources = new Map([
    [`${src}/evse/a.ts`, `import { b } from './b.ts';`],
    [`${src}/evse/b.ts`, `import type { c } from './c.ts';`],
    [`${src}/evse/c.ts`, `import { a } from './a.ts';`],
  ]);
  const circle = ['a', 'b', 'c', 'a'].map((name) => `${src}/evse/${name}.ts`).join(' → ');
  assert.deepEqual(layerProblems(sources), [`circle of imports: ${circle}`]);
});

test('a folder without a place in the list is caught', () => {
  assert.match(layerProblems(new Map([[`${src}/helpers/a.ts`, '']])).join(), /helpers is in no layer/);
});
