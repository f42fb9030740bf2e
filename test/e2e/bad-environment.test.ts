import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

async function startBackend(t: TestContext): Promise<StrictBackend> {
  const backend = new StrictBackend();
  await backend.start();
  t.after(() => backend.close());
  return backend;
}

test('a configuration that cannot be used leads to safe mode, which says what is wrong and where', async (t) => {
  const folder = temporaryFolder(t);
  const config = join(folder, 'kerbside.yaml');
  writeFileSync(config, 'pinned:\n  api.port: 0\n  metering.sampleIntervall: 10\n  backend.port: many\n');
  const daemon = startDaemon(['--simulate', '--data', folder, '--config', config]);
  t.after(() => daemon.child.kill());
  const url = await apiUrl(daemon);
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  const ready = await fetch(`${url}/readyz`);
  const reasons = await ready.text();
  assert.equal(ready.status, 503);
  assert.match(reasons, /kerbside\.yaml line 3.*sampleIntervall.*metering\.sampleInterval/);
  assert.match(reasons, /kerbside\.yaml line 4.*backend\.port/);
  const status = await runKerbside(['status', '--data', folder]);
  assert.match(status.out, /Safe mode[^]*line 3/);
  const check = await runKerbside(['check', '--data', folder, '--config', config]);
  assert.equal(check.code, 6);
  assert.match(check.out, /line 3/);
  assert.equal((await daemon.child.stop()).code, 0);
});

test('a second daemon in the same data folder is refused, and the first one goes on', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const config = writeConfiguration(folder, {});
  const args = ['--simulate', '--data', folder, '--config', config, '--backend', backend.url, '--identity', 'CP1'];
  const first = startDaemon(args);
  t.after(() => first.child.kill());
  await registered(first);
  const second = startDaemon(args);
  t.after(() => second.child.kill());
  assert.equal((await second.child.ended).code, 7);
  assert.ok(second.child.errors.includes(folder), second.child.errors);
  const status = await runKerbside(['status', '--data', folder]);
  assert.match(status.out, /registration\s+accepted/);
  assert.equal(backend.attempts.length, 1, 'the second one never called the backend');
  assert.equal((await first.child.stop()).code, 0);
});

test('a damaged database is set aside, never deleted, and the station comes up', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const config = writeConfiguration(folder, {});
  writeFileSync(join(folder, 'kerbside.db'), 'this is no database '.repeat(1000));
  const args = ['--simulate', '--data', folder, '--config', config];
  const daemon = startDaemon([...args, '--backend', backend.url, '--identity', 'CP1']);
  t.after(() => daemon.child.kill());
  await registered(daemon);
  const aside = /lies now in ([^:\s]+)/.exec(await daemon.child.line(/was damaged and lies now in/))?.[1];
  assert.ok(
    readdirSync(folder).some((name) => aside?.endsWith(name) === true && name !== 'kerbside.db'),
    `${aside} among ${readdirSync(folder).join(', ')}`,
  );
  assert.equal((await daemon.child.stop()).code, 0);
});

test('a busy port of the API is told, and neither the station nor the command line suffers', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const holder = createServer();
  await new Promise<void>((resolve) => void holder.listen(0, '127.0.0.1', resolve));
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const config = writeConfiguration(folder, { 'api.port': port });
  const args = ['--simulate', '--data', folder, '--config', config];
  const daemon = startDaemon([...args, '--backend', backend.url, '--identity', 'CP1']);
  t.after(() => daemon.child.kill());
  await registered(daemon);
  await daemon.child.line(new RegExp(`cannot listen at 127\\.0\\.0\\.1:${port}`));
  const status = await runKerbside(['status', '--data', folder]);
  assert.equal(status.code, 0);
  assert.match(status.out, /registration\s+accepted/);
  assert.equal((await daemon.child.stop()).code, 0);
});

test('without a daemon a command says so, with a code of its own', async (t) => {
  const folder = temporaryFolder(t);
  const { code, err } = await runKerbside(['status', '--data', folder]);
  assert.equal(code, 4);
  assert.ok(err.includes(folder), err);
});
