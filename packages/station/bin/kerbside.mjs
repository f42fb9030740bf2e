#!/usr/bin/env node
// Starts Kerbside: the built bundle, or in a clone the sources when they are newer; under Node 24, whichever Node runs this file.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const bundle = join(here, '..', 'dist', 'bundle', 'kerbside.mjs');
const source = join(here, '..', 'src', 'main.ts');
const quiet = '--disable-warning=ExperimentalWarning';

const useBundle =
  existsSync(bundle) &&
  !(existsSync(source) && isOlder(bundle, [join(here, '..', 'src'), join(here, '..', '..', 'ocpp', 'src')]));
if (!useBundle && !existsSync(source)) {
  fail('This installation of Kerbside is incomplete: neither dist/ nor src/ is there. Install it again.');
}

const nodeIsNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
if (useBundle && nodeIsNewEnough) {
  // The warning filter must stand before node:sqlite is loaded, and the cache before the bundle is compiled.
  silenceExperimentalWarnings();
  module.enableCompileCache?.();
  process.argv[1] = bundle;
  await import(pathToFileURL(bundle).href);
} else {
  run(nodeIsNewEnough ? process.execPath : pinnedNode());
}

function silenceExperimentalWarnings() {
  const emit = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'string' ? rest[0] : rest[0]?.type;
    if (type !== 'ExperimentalWarning') emit.call(process, warning, ...rest);
  };
}

/** Runs the program under another Node; signals go in, the exit code comes out. */
function run(node) {
  const program = useBundle ? [bundle] : ['--conditions=source', source];
  const child = spawn(node, [quiet, ...program, ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends these two to both processes itself; a second one would cut the child's orderly end short.
  for (const signal of ['SIGINT', 'SIGHUP']) process.on(signal, () => process.stdin.isTTY || child.kill(signal));
  for (const signal of ['SIGTERM', 'SIGUSR2'])
    if (process.platform !== 'win32') process.on(signal, () => child.kill(signal));
  child.on('error', (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

/** The Node 24 that npm installed with the dependencies. */
function pinnedNode() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  for (let folder = here; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name, 'bin', file);
    if (existsSync(candidate)) return candidate;
    if (folder === dirname(folder)) break;
  }
  return fail(`Kerbside needs Node 24 or newer; this is ${process.version}. Install one from https://nodejs.org.`);
}

/** Whether a source is newer than the file: then it was built before the last change. */
function isOlder(file, folders) {
  const built = statSync(file).mtimeMs;
  const existing = folders.filter((folder) => existsSync(folder));
  const entries = existing.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, name)),
  );
  return entries.some((entry) => statSync(entry).mtimeMs > built);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
