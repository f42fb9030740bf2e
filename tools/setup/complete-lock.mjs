// `node tools/setup/complete-lock.mjs`, after `npm install` with a registry that lacks packages for other platforms: npm leaves
// these optional packages out of package-lock.json, and `npm ci` then refuses the file. This names them there, with the version
// that their parent asks for; npm fetches one only on the platform it is for.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = fileURLToPath(new URL('../../package-lock.json', import.meta.url));
const lock = JSON.parse(readFileSync(path, 'utf8'));
const added = [];

for (const entry of Object.values(lock.packages)) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const key = `node_modules/${name}`;
    // Only a package for one platform, pinned by its parent, can be written down without having seen it.
    const platform = /^\d/.test(version) ? platformOf(name) : null;
    if (lock.packages[key] !== undefined || platform === null) continue;
    lock.packages[key] = { version, ...platform, ...(entry.dev === true && { dev: true }), optional: true };
    added.push(name);
  }
}

const sorted = Object.entries(lock.packages).toSorted(([a], [b]) => a.localeCompare(b, 'en'));
if (added.length > 0)
  writeFileSync(path, `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`);
console.log(added.length === 0 ? 'The lock file names every platform.' : `added ${added.length}: ${added.join(' ')}`);

/** `@oxlint/binding-linux-x64-musl` → its os, cpu and libc, as npm writes them; null when the name does not tell. */
function platformOf(name) {
  const match =
    /(android|darwin|freebsd|linux|openharmony|win32)-(arm64|arm|ia32|ppc64|riscv64|s390x|x64)(?:-(\w+))?/.exec(name);
  if (match === null) return null;
  const [, os, cpu, rest] = match;
  const libc = os === 'linux' && cpu !== 'arm' ? { gnu: 'glibc', musl: 'musl' }[rest] : undefined;
  return { cpu: [cpu], ...(libc && { libc: [libc] }), os: [os] };
}
