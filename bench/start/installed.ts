import { cpSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { buildBundle } from '../../tools/build/bundle.ts';
import { root } from '../../tools/source-files.ts';

const bundle = join(root, 'packages/station/dist/bundle/kerbside.mjs');
const sources = ['packages/station/src', 'packages/ocpp/src', 'tools/build'];

/** Lays the package down as npm would, without sources beside it; builds the single file first when a source is newer. */
export async function install(folder: string): Promise<{ readonly bin: string; readonly singleFile: string }> {
  if (isStale()) {
    console.log('building the single file …');
    await buildBundle();
  }
  const bin = join(root, 'packages/station/bin');
  cpSync(bin, join(folder, 'bin'), { recursive: true });
  cpSync(join(bundle, '..'), join(folder, 'dist', 'bundle'), { recursive: true });
  return { bin: join(folder, 'bin', 'kerbside.mjs'), singleFile: join(folder, 'dist', 'bundle', 'kerbside.mjs') };
}

function isStale(): boolean {
  if (!existsSync(bundle)) return true;
  const builtMs = statSync(bundle).mtimeMs;
  return sources.some((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).some(
      (name) => !name.endsWith('.test.ts') && statSync(join(root, folder, name)).mtimeMs > builtMs,
    ),
  );
}
