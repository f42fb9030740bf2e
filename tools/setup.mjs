// Runs on any Node >= 20, before every script: makes sure that what package-lock.json names is installed.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const major = Number(process.versions.node.split('.')[0]);
if (major < 20) {
  console.error(`Kerbside needs Node 20 or newer to set itself up; this is ${process.version}. Install one from nodejs.org.`);
  process.exit(1);
}

/** npm writes this marker at the end of an install; it is older than the lock file when the lock file has changed since. */
const marker = join(root, 'node_modules', '.package-lock.json');
const lock = join(root, 'package-lock.json');
const fresh = existsSync(marker) && statSync(marker).mtimeMs >= statSync(lock).mtimeMs;
if (!fresh) {
  console.log('Installing dependencies (once) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: root, stdio: 'inherit' });
  if (result.status !== 0) {
    console.error('npm ci failed; see the lines above. Check the network and the npm registry, then run the same command again.');
    process.exit(result.status ?? 1);
  }
}

const own = join(root, 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
if (major < 24 && !existsSync(own)) {
  const { engines } = JSON.parse(readFileSync(join(root, 'packages', 'station', 'package.json'), 'utf8'));
  console.error(
    `npm has no pinned Node 24 for ${process.platform}-${process.arch}. Install Node ${engines.node} and run the same command again.`,
  );
  process.exit(1);
}
