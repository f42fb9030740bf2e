import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { build } from 'esbuild';

/** What a start is compared with: a process that does nothing, and one that has nothing but `ws`. */
export async function writeBareStarts(folder: string): Promise<{ readonly empty: string; readonly wsOnly: string }> {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const wsOnly = join(folder, 'ws-only.mjs');
  await build({
    entryPoints: [fileURLToPath(new URL('./ws-only.ts', import.meta.url))],
    outfile: wsOnly,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['bufferutil', 'utf-8-validate'],
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    logLevel: 'warning',
  });
  return { empty, wsOnly };
}
