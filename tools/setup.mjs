// Runs on any Node >= 20, before every script: makes sure that what package-lock.json names is installed, and a Node 24 with it.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { findProblem } from './setup/installed.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const windows = process.platform === 'win32';
const noNetwork =
  'The npm registry cannot be reached, and Kerbside needs it once to install. Connect this machine to the network ' +
  '(behind a proxy: npm config set proxy and https-proxy) and run the same command again.';
const major = Number(process.versions.node.split('.')[0]);

if (major < 20) {
  fail(
    `Kerbside needs Node 20 or newer to set itself up; this is ${process.version}. Install one from https://nodejs.org.`,
  );
}
if (problemWithInstallation() !== null) {
  await install();
  checkPinnedNode();
}

/** What is missing or outdated in node_modules, in words; null when nothing is. */
function problemWithInstallation() {
  const wanted = readJson(join(root, 'package-lock.json'));
  if (wanted === null)
    fail('package-lock.json is missing or cannot be read. Restore it: git checkout package-lock.json');
  return findProblem(wanted, readJson(join(root, 'node_modules', '.package-lock.json')), process);
}

/** Installs under a lock, so that two scripts started at once do not install over each other. */
async function install() {
  const release = await takeLock(join(root, '.kerbside'));
  try {
    const problem = problemWithInstallation();
    if (problem === null) return;
    console.log(`Installing what Kerbside needs (${problem}) ...`);
    const started = performance.now();
    runNpmCi();
    console.log(`Installed in ${((performance.now() - started) / 1000).toFixed(0)} s.`);
  } finally {
    release();
  }
}

/** Waits for another set-up of this clone; a lock whose process is gone is taken over. */
async function takeLock(folder) {
  const path = join(folder, 'setup.lock');
  const deadline = performance.now() + 10 * 60_000;
  let told = false;
  try {
    mkdirSync(folder, { recursive: true });
    for (;;) {
      const handle = openExclusively(path);
      if (handle !== null) {
        writeSync(handle, String(process.pid));
        closeSync(handle);
        return () => rmSync(path, { force: true });
      }
      if (!isHeld(path) || performance.now() > deadline) rmSync(path, { force: true });
      else if (!told) console.log('Another set-up of this folder is running; waiting for it ...');
      told = true;
      await delay(200);
    }
  } catch (error) {
    return fail(
      `Cannot write to ${folder} (${error.code ?? error.message}). Make the folder of the clone writable for this user.`,
    );
  }
}

function openExclusively(path) {
  try {
    return openSync(path, 'wx');
  } catch (error) {
    if (error.code === 'EEXIST') return null;
    throw error;
  }
}

function isHeld(path) {
  try {
    const pid = Number(readFileSync(path, 'utf8'));
    // A lock without a number is being written at this moment.
    if (pid > 0) process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function runNpmCi() {
  // No package here needs its install script: none may run.
  const options = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const patience = ['--fetch-retries=3', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=8000'];
  const own = process.env.npm_execpath?.endsWith('.js') ? process.env.npm_execpath : null;
  const [command, first] = own === null ? ['npm', []] : [process.env.npm_node_execpath ?? process.execPath, [own]];
  const result = spawnSync(command, [...first, ...options, ...patience], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'pipe'],
    encoding: 'utf8',
    shell: windows && own === null,
  });
  const complaint = `${result.error?.message ?? ''}${result.stderr ?? ''}`;
  process.stderr.write(complaint);
  if (result.status !== 0) fail(`\n${remedyFor(complaint)}`);
}

function remedyFor(complaint) {
  const cases = [
    [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/, noNetwork],
    [
      /EUSAGE|EJSONPARSE/,
      'package.json and package-lock.json do not agree. Run npm install once and commit the lock file.',
    ],
    [
      /EACCES|EPERM|EROFS/,
      'npm may not write here. Make the folder writable for this user, and end programs that use node_modules.',
    ],
    [/ENOSPC/, 'The disk is full. The dependencies need about 400 MB.'],
    [/spawn npm ENOENT/, 'npm was not found. Install Node with npm from https://nodejs.org.'],
  ];
  const found = cases.find(([pattern]) => pattern.test(complaint));
  return found?.[1] ?? 'npm ci failed; its own words are above. Correct that and run the same command again.';
}

/** Sees to it that `node` in a script is a Node 24: the pinned one, or the one that is installed. */
function checkPinnedNode() {
  const link = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node');
  if (spawnSync(link, ['--version'], { shell: windows }).status === 0) return;
  // A pinned Node that cannot run here (no glibc, say) would hide the one that can.
  if (major >= 24) rmSync(link, { force: true });
  else {
    fail(
      `npm has no Node 24 that runs on ${process.platform}-${process.arch}, and this is ${process.version}. ` +
        'Install Node 24 from https://nodejs.org and run the same command again.',
    );
  }
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return null;
  }
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
