import assert from 'node:assert/strict';
import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { files } from './generate-protocol.ts';
import { collectNamedTypes, createTypeNamer } from './protocol/named-types.ts';
import { readSchemas } from './protocol/schema-source.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

test('what is on disk is what the generator makes, and nothing else', async () => {
  const generated = await files();
  for (const [path, content] of generated) {
    const onDisk = await readFile(`${root}${path}`, 'utf8');
    assert.ok(onDisk === content, `${path} is out of date. Run: npm run generate`);
  }
  const folder = 'packages/ocpp/src/ocpp16/generated/';
  const expected = [...generated.keys()].filter((path) => path.startsWith(folder));
  const actual = await readdir(`${root}${folder}`);
  assert.deepEqual(actual.map((name) => `${folder}${name}`).toSorted(), expected.toSorted());
});

test('generating twice gives the same twice', async () => {
  assert.deepEqual(await files(), await files());
});

test('the validators import nothing', async () => {
  for (const [path, content] of await files()) {
    if (path.endsWith('.js')) assert.doesNotMatch(content, /\brequire\(|\bimport\b/);
  }
});

test('schemas other than those that were reviewed are refused', async () => {
  const source = { path: 'node_modules/ocpp-rpc/lib/schemas/ocpp1_6.json', sha256: '0'.repeat(64) };
  await assert.rejects(readSchemas(root, source), /Review the new schemas/);
});

test('a nameless type and a name for two different types are refused', () => {
  const schema = { type: 'object', properties: { status: { type: 'string', enum: ['A'] } } } as const;
  const other = { type: 'object', properties: { status: { type: 'string', enum: ['B'] } } } as const;
  const messages = [{ action: 'Test', request: schema, response: other }];
  assert.throws(() => collectNamedTypes(messages, createTypeNamer({})), /TestRequest\/status has no name/);
  const sameName = createTypeNamer({ Status: ['TestRequest/status', 'TestResponse/status'] });
  assert.throws(() => collectNamedTypes(messages, sameName), /Two different types are called Status/);
});
