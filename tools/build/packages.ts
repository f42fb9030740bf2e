import { cp, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { runTool } from '../run-command.ts';
import { listFiles, root } from '../source-files.ts';

/** The packages that are published, each after those that it imports. */
export const packages = ['ocpp', 'ocmf', 'station', 'testkit'] as const;

/** Compiles the packages to `dist/`: JavaScript and declarations. Returns what failed, in words. */
export async function buildPackages(): Promise<string[]> {
  for (const name of packages) {
    const config = `packages/${name}/tsconfig.build.json`;
    const { code, output } = await runTool('typescript', 'tsc', ['-p', config, '--pretty', 'false']);
    if (code !== 0) return [`${config}:`, output];
    await copyPlainScripts(name);
    await cp(join(root, 'LICENSE'), join(root, 'packages', name, 'LICENSE'));
  }
  return [];
}

/** The compiler leaves generated JavaScript and its declarations where they are. */
async function copyPlainScripts(name: string): Promise<void> {
  const source = `packages/${name}/src`;
  const scripts = (await listFiles(source)).filter((path) => path.endsWith('.js') || path.endsWith('.d.ts'));
  for (const path of scripts) {
    const target = join(root, `packages/${name}/dist`, path.slice(source.length));
    await mkdir(dirname(target), { recursive: true });
    await cp(join(root, path), target);
  }
}
