import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';

import { CertificateAuthority, StrictBackend } from '@kerbside/testkit';

import { writeConfiguration } from './parts/configuration.ts';
import { apiUrl, registered, startDaemon, type DaemonProcess } from './parts/daemon.ts';
import { runKerbside } from './parts/programs.ts';
import { temporaryFolder } from './parts/temporary-folder.ts';
import { until } from './parts/until.ts';

const identity = 'Lade Säule 7';
const password = 'nobody-may-read-this-1234';

const authority = new CertificateAuthority(Date.now());

async function startBackend(t: TestContext): Promise<StrictBackend> {
  const tls = authority.issue({ commonName: 'backend', hosts: ['127.0.0.1'] });
  const backend = new StrictBackend({ tls, passwords: { [identity]: password } });
  await backend.start();
  t.after(() => backend.close());
  return backend;
}

function start(t: TestContext, folder: string, backend: StrictBackend, root: string | null): DaemonProcess {
  if (root !== null) writeFileSync(join(folder, 'root.pem'), root);
  const config = writeConfiguration(folder, {
    ...(root === null ? {} : { 'backend.tlsCaFile': join(folder, 'root.pem') }),
    'backend.authorizationKey': password,
    'metering.sampleInterval': 1,
  });
  const args = ['--simulate', '--data', folder, '--config', config, '--backend', `${backend.url}/ocpp`];
  const daemon = startDaemon([...args, '--identity', identity]);
  t.after(() => daemon.child.kill());
  return daemon;
}

test('a session over wss with a password and an identity with a space and an umlaut (T-01, fault 3)', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const daemon = start(t, folder, backend, authority.cert);
  await registered(daemon);
  const sim = async (...words: string[]): Promise<void> => {
    const { code, err } = await runKerbside(['sim', ...words, '--data', folder]);
    assert.equal(code, 0, `kerbside sim ${words.join(' ')}: ${err}`);
  };
  await sim('plug', '1', '--soc', '30');
  await sim('card', '04AABBCC', '--evse', '1');
  await until('two meter values', () => backend.ledger.counts.meterValues >= 2);
  await sim('card', '04AABBCC', '--evse', '1');
  await sim('unplug', '1');
  await until('the end of the transaction', () => backend.ledger.counts.open === 0);
  await backend.waitFor(() => backend.frames.calls('StatusNotification').at(-1)?.payload['status'] === 'Available');
  assert.equal((await daemon.child.stop()).code, 0);

  const [transaction, ...others] = backend.ledger.transactions(identity);
  assert.deepEqual(others, []);
  assert.equal(transaction?.idTag, '04AABBCC');
  assert.ok((transaction?.stops[0]?.meterStop ?? 0) > (transaction?.meterStart ?? Infinity), 'energy flowed');
  assert.deepEqual(backend.ledger.problems(), []);
  assert.deepEqual(backend.finish(), []);
  assert.deepEqual(backend.identities, [identity]);
  assert.deepEqual(
    backend.attempts.map(({ url, authorized }) => ({ url, authorized })),
    [{ url: `/ocpp/${encodeURIComponent(identity)}`, authorized: true }],
  );
  assert.doesNotMatch(
    `${daemon.child.output}${daemon.child.errors}`,
    new RegExp(password),
    'the log shows the password',
  );
});

test('a backend whose certificate authority is not trusted is told nothing', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const daemon = start(t, folder, backend, new CertificateAuthority(Date.now(), 'Another authority').cert);
  await daemon.child.line(/attempt 1 failed.*certificate/i);
  await apiUrl(daemon);
  const { code, out } = await runKerbside(['status', '--data', folder]);
  assert.equal(code, 0);
  assert.match(out, /not ready: .*certificate/i);
  assert.deepEqual(backend.attempts, [], 'no request reached the backend, and so no password');
  assert.equal((await daemon.child.stop()).code, 0);
  assert.doesNotMatch(`${daemon.child.output}${daemon.child.errors}${out}`, new RegExp(password));
});

test('a root that is installed on the command line counts at once and after a restart, and the doctor counts it too (S-11, S-13)', async (t) => {
  const folder = temporaryFolder(t);
  const backend = await startBackend(t);
  const daemon = start(t, folder, backend, null);
  await daemon.child.line(/attempt 1 failed.*certificate/i);
  await apiUrl(daemon);
  writeFileSync(join(folder, 'brought.pem'), authority.cert);
  const certificates = (...words: string[]): ReturnType<typeof runKerbside> =>
    runKerbside(['certificates', ...words, '--data', folder]);
  const installed = await certificates('install', join(folder, 'brought.pem'));
  assert.deepEqual([installed.code, installed.out], [0, 'Installed.'], installed.err);
  await registered(daemon);
  const { out } = await certificates('list');
  assert.match(out, /^Kerbside test authority \(for backends; verified the open link\)\n/u);
  const fingerprint = /fingerprint {2}([0-9A-F:]{95})/u.exec(out)?.[1] ?? '';
  const refused = await certificates('delete', fingerprint);
  assert.notEqual(refused.code, 0);
  assert.match(refused.err, /the link in use was verified by it/u);
  assert.equal((await daemon.child.stop()).code, 0);

  const address = ['--backend', `${backend.url}/ocpp`, '--identity', identity];
  const doctor = await runKerbside(['doctor', '--data', folder, '--config', join(folder, 'kerbside.yaml'), ...address]);
  assert.equal(doctor.code, 0, doctor.out);
  const again = start(t, folder, backend, null);
  await registered(again);
  assert.equal((await again.child.stop()).code, 0);
  assert.deepEqual(backend.finish(), []);
});
