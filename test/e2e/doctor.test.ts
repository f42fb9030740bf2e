import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { CertificateAuthority, StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { registered, startDaemon } from './parts/daemon.ts';
import { kerbside, runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';

const identity = 'Lade Säule 7';
const password = 'nobody-may-read-this-1234';
const authority = new CertificateAuthority(Date.now());

interface Report {
  readonly mode: string;
  readonly verdict: string;
  readonly address: { readonly url: string; readonly parts: readonly { name: string; value: string; where: string }[] };
  readonly steps: readonly { readonly step: string; readonly verdict: string; readonly text: string }[];
}

interface Fixture {
  readonly folder: string;
  readonly backend: StrictBackend;
  /** What every command gets: folder and configuration with root and password. */
  readonly common: readonly string[];
}

async function begin(t: TestContext): Promise<Fixture> {
  const folder = temporaryFolder(t);
  const tls = authority.issue({ commonName: 'backend', hosts: ['127.0.0.1'] });
  const backend = new StrictBackend({ tls, passwords: { [identity]: password } });
  await backend.start();
  t.after(() => backend.close());
  writeFileSync(join(folder, 'root.pem'), authority.cert);
  const config = writeConfiguration(folder, {
    'backend.tlsCaFile': join(folder, 'root.pem'),
    'backend.authorizationKey': password,
  });
  return { folder, backend, common: ['--data', folder, '--config', config] };
}

function verdicts({ steps }: Report): readonly string[] {
  return steps.map(({ step, verdict }) => `${step} ${verdict}`);
}

const fine = ['address ok', 'dns skipped', 'tcp ok', 'tls ok', 'upgrade ok', 'subProtocol ok', 'boot ok'];

test('without a daemon the doctor goes the whole way with the settings of run, and ends with 0', async (t) => {
  const { backend, common } = await begin(t);
  const options = [...common, '--backend', `${backend.url}/ocpp`, '--identity', identity];
  const { code, out, err } = await runKerbside(['doctor', ...options, '--json']);
  assert.equal(code, 0, `${out}${err}`);
  const report = JSON.parse(out) as Report;
  assert.equal(report.mode, 'alone');
  assert.deepEqual(verdicts(report), fine);
  assert.equal(report.address.url, `${backend.url}/ocpp/${encodeURIComponent(identity)}`);
  assert.deepEqual(report.address.parts.map(({ name, value, where }) => `${name} ${value}: ${where}`).slice(-2), [
    `identity ${identity}: --identity`,
    `password 25 bytes: ${common.at(-1)} line 5`,
  ]);
  assert.equal(backend.frames.calls('BootNotification').length, 1);
  assert.deepEqual(backend.finish(), []);
  assert.doesNotMatch(out + err, new RegExp(password));
});

test('beside a running station the doctor opens no WebSocket; with --disconnect it watches the one of the station (T-24, fault 7)', async (t) => {
  const { folder, backend, common } = await begin(t);
  const address = ['--backend', `${backend.url}/ocpp`, '--identity', identity];
  const daemon = startDaemon(['--simulate', ...common, ...address]);
  t.after(() => daemon.child.kill());
  await registered(daemon);

  const beside = await runKerbside(['doctor', '--data', folder, '--json']);
  assert.equal(beside.code, 0, beside.out + beside.err);
  const report = JSON.parse(beside.out) as Report;
  assert.equal(report.mode, 'besideLink');
  assert.deepEqual(verdicts(report), fine);
  assert.match(report.steps.find(({ step }) => step === 'tls')?.text ?? '', /“backend” is accepted/);
  assert.equal(backend.attempts.length, 1, 'the doctor opened no second WebSocket');

  const same = await runKerbside(['doctor', ...common, ...address]);
  assert.equal(same.code, 0, same.out + same.err);
  assert.match(same.out, /WebSocket +Not looked at: the station “Lade Säule 7” runs here/);
  assert.equal(backend.attempts.length, 1, 'the doctor opened no second WebSocket under the identity that runs');

  const disconnected = await runKerbside(['doctor', '--data', folder, '--disconnect']);
  assert.equal(disconnected.code, 0, disconnected.out + disconnected.err);
  assert.match(disconnected.out, /only watched/);
  assert.match(disconnected.out, /ok +WebSocket +\d+ ms +The server took the WebSocket/);
  assert.equal(backend.attempts.length, 2, 'the station connected once more');
  assert.equal((await daemon.child.stop()).code, 0);
  assert.deepEqual(backend.finish(), []);
  assert.doesNotMatch(beside.out + same.out + disconnected.out, new RegExp(password));
});

test('the doctor ends with the code of the step that failed', async (t) => {
  const { folder, backend, common } = await begin(t);
  const { port } = backend;
  const empty = ['--data', join(folder, 'empty')];
  const ends: readonly (readonly [code: number, options: readonly string[], text: RegExp])[] = [
    [20, [...empty], /FAILED {2}address .*OCPP is switched off/],
    [21, [...empty, '--backend', 'ws://name.invalid', '--identity', 'CP'], /FAILED {2}DNS/],
    [22, [...empty, '--backend', 'ws://127.0.0.1:1', '--identity', 'CP'], /FAILED {2}TCP/],
    [
      24,
      [...empty, '--backend', backend.url, '--identity', 'CP'],
      /The root “Kerbside test authority”|certificate of the authority “Kerbside test authority”/,
    ],
    [
      25,
      [...empty, '--backend', `ws://127.0.0.1:${port}`, '--identity', 'CP'],
      /speaks TLS, and the address\s+begins\s+with ws/,
    ],
    [25, [...common, '--backend', backend.url, '--identity', 'CP 2'], /FAILED {2}WebSocket/],
  ];
  backend.setPassword('CP 2', 'another-password-1234');
  for (const [code, options, text] of ends) {
    const end = await runKerbside(['doctor', ...options]);
    assert.match(end.out, text);
    assert.equal(end.code, code, end.out + end.err);
  }
});

test('the doctor ends at once when it is interrupted', async (t) => {
  const { backend, common } = await begin(t);
  backend.setRules([{ on: { action: '@connect' }, do: { stall: { stage: 'upgrade' } } }]);
  const child = kerbside(['doctor', ...common, '--backend', backend.url, '--identity', identity]);
  t.after(() => child.kill());
  await child.line(/^ok +TLS/);
  assert.equal((await child.stop('SIGINT')).code, 130);
});

test('an address that cannot be used is told where it was given, and nothing else is tried instead', async (t) => {
  const { common } = await begin(t);
  const { code, out } = await runKerbside([
    'doctor',
    ...common,
    '--backend',
    'ws:///',
    '--identity',
    identity,
    '--json',
  ]);
  const [address] = (JSON.parse(out) as Report).steps;
  assert.notEqual(code, 0);
  assert.equal(`${address?.step} ${address?.verdict}`, 'address failed');
  assert.match(address?.text ?? '', /--backend/);
});

test('alone, the doctor tells the backend the same station as the last registration did (B-01)', async (t) => {
  const { backend, common } = await begin(t);
  const options = [...common, '--backend', `${backend.url}/ocpp`, '--identity', identity];
  const daemon = startDaemon(['--simulate', ...options]);
  t.after(() => daemon.child.kill());
  await registered(daemon);
  await daemon.child.stop();
  const { code, out } = await runKerbside(['doctor', ...options, '--json']);
  assert.equal(code, 0, out);
  const [byStation, byDoctor] = backend.frames.calls('BootNotification').map(({ payload }) => payload);
  assert.deepEqual(byDoctor, byStation);
});
