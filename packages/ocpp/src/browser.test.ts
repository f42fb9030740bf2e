import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { build } from 'esbuild';

const packageFolder = new URL('../', import.meta.url);

test('both entries can be bundled for a browser, with nothing from Node', async () => {
  const { outputFiles, warnings } = await build({
    entryPoints: [new URL('src/index.ts', packageFolder), new URL('src/ocpp16/index.ts', packageFolder)].map((url) =>
      fileURLToPath(url),
    ),
    bundle: true,
    platform: 'browser',
    format: 'esm',
    outdir: 'nowhere',
    write: false,
    logLevel: 'silent',
  });
  assert.equal(outputFiles.length, 2);
  assert.deepEqual(warnings, []);
  for (const { text } of outputFiles) assert.doesNotMatch(text, /\bprocess\.|\bBuffer\b|\bfrom "/);
});

test('the package depends on nothing at run time', async () => {
  const manifest = JSON.parse(await readFile(new URL('package.json', packageFolder), 'utf8')) as Record<
    string,
    unknown
  >;
  assert.equal(manifest['dependencies'], undefined);
  assert.equal(manifest['peerDependencies'], undefined);
  assert.equal(manifest['optionalDependencies'], undefined);
});
