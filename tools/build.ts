// `npm run build`: the packages as they are published, and the daemon as a single file.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import { buildBundle } from './build/bundle.ts';
import { buildPackages, packages } from './build/packages.ts';
import { reportAndExit } from './report.ts';
import { root } from './source-files.ts';

await Promise.all(
  packages.map(async (name) => rm(join(root, 'packages', name, 'dist'), { recursive: true, force: true })),
);
const problems = await buildPackages();
reportAndExit(problems);
if (problems.length === 0) {
  console.log(`built packages/{${packages.join(',')}}/dist`);
  if (existsSync(join(root, 'packages/station/src/main.ts'))) {
    const bytes = await buildBundle();
    console.log(`built packages/station/dist/bundle/kerbside.mjs (${Math.round(bytes / 1000)} kB)`);
  }
}
