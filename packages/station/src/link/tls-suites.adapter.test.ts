import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

import { createSystemTime } from '../core/system-time.ts';
import type { ConnectFinding } from './connect-finding.ts';
import { AUTHORITY, TestAuthority } from './test-authority.ts';
import type { Issued, KeyKind } from './test-authority.ts';
import { ConnectFailure } from './transport.ts';
import { createWsTransport } from './ws-transport.ts';

const authority = new TestAuthority();
const folder = mkdtempSync(join(tmpdir(), 'kerbside-suites-'));
const servers: { kill(): boolean }[] = [];
after(() => {
  for (const server of servers) server.kill();
  authority.close();
  rmSync(folder, { recursive: true, force: true });
});

const root = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY, days: 3650 });
const serverWith = (key: KeyKind): Issued =>
  authority.issue({ issuer: root, key, subject: '/CN=127.0.0.1', extensions: ['subjectAltName=IP:127.0.0.1'] });
const certificates = { ec: serverWith('ec'), rsa: serverWith('rsa') } as const;
for (const [name, { pem, key }] of Object.entries(certificates)) writeFileSync(join(folder, name), pem + key);

/** OpenSSL's own server, an implementation that is not Node's; it answers every request with a page. Gives its port. */
function openssl(key: keyof typeof certificates, options: readonly string[]): Promise<number> {
  const args = ['s_server', '-accept', '127.0.0.1:0', '-www', '-cert', join(folder, key), ...options];
  const server = spawn('openssl', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  servers.push(server);
  let said = '';
  return new Promise((resolve, reject) => {
    server.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      const port = /ACCEPT \S+:(\d+)/.exec(said)?.[1];
      if (port !== undefined) resolve(Number(port));
    });
    server.once('exit', () => reject(new Error(`openssl s_server ended: ${said}`)));
  });
}

interface Outcome {
  readonly failure: ConnectFailure;
  readonly secured: string | null;
}

/** What becomes of an attempt: OpenSSL's page is no WebSocket, so that it fails in any case, after TLS at best. */
async function attempt(port: number): Promise<Outcome> {
  const time = createSystemTime();
  let secured: string | null = null;
  const onFinding = (finding: ConnectFinding): void => {
    if (finding.kind === 'secured') secured = `${finding.tls.version} ${finding.tls.cipher}`;
  };
  const tls = { verification: 'strict', roots: [root.pem], publicRoots: false, nowMs: Date.now() } as const;
  const request = {
    url: `wss://127.0.0.1:${port}/CS-1`,
    subProtocols: ['ocpp1.6'],
    compression: false,
    tls,
    onFinding,
  };
  try {
    await createWsTransport({ time }).connect({ ...request, maxPayloadBytes: 1000 }, AbortSignal.timeout(20_000));
  } catch (failure) {
    assert.ok(failure instanceof ConnectFailure);
    return { failure, secured };
  }
  assert.fail('a page was taken for a WebSocket');
}

describe('every suite that is allowed', () => {
  const allowed = [
    ['ec', 'TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256', 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256'],
    ['ec', 'TLSv1.2', 'ECDHE-ECDSA-AES256-GCM-SHA384', 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384'],
    ['rsa', 'TLSv1.2', 'AES128-GCM-SHA256', 'TLS_RSA_WITH_AES_128_GCM_SHA256'],
    ['rsa', 'TLSv1.2', 'AES256-GCM-SHA384', 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
    ['rsa', 'TLSv1.2', 'ECDHE-RSA-AES128-GCM-SHA256', 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'],
    ['rsa', 'TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', 'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384'],
    ['ec', 'TLSv1.3', 'TLS_AES_128_GCM_SHA256', 'TLS_AES_128_GCM_SHA256'],
    ['rsa', 'TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
    ['ec', 'TLSv1.3', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'],
  ] as const;
  for (const [key, version, suite, standardName] of allowed) {
    test(`${suite} is spoken with OpenSSL over ${version} (S-06)`, async () => {
      const only = version === 'TLSv1.3' ? ['-tls1_3', '-ciphersuites', suite] : ['-tls1_2', '-cipher', suite];
      const { failure, secured } = await attempt(await openssl(key, only));
      assert.equal(secured, `${version} ${standardName}`);
      assert.deepEqual(failure.detail, { stage: 'upgrade', status: 200 });
    });
  }
});

describe('what is not allowed', () => {
  const refused = [
    ['TLS 1.0', 'rsa', ['-tls1', '-cipher', 'ALL:@SECLEVEL=0'], 'TLS_VERSION'],
    ['TLS 1.1', 'rsa', ['-tls1_1', '-cipher', 'ALL:@SECLEVEL=0'], 'TLS_VERSION'],
    ['CBC with SHA-256', 'ec', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-SHA256'], 'TLS_CIPHER'],
    ['CBC with SHA-1', 'rsa', ['-tls1_2', '-cipher', 'AES128-SHA:ECDHE-RSA-AES256-SHA'], 'TLS_CIPHER'],
    ['CCM', 'ec', ['-tls1_2', '-cipher', 'ECDHE-ECDSA-AES128-CCM'], 'TLS_CIPHER'],
    ['finite-field Diffie-Hellman', 'rsa', ['-tls1_2', '-cipher', 'DHE-RSA-AES128-GCM-SHA256'], 'TLS_CIPHER'],
  ] as const;
  for (const [what, key, options, code] of refused) {
    test(`${what} is not spoken with OpenSSL (S-06)`, async () => {
      const { failure, secured } = await attempt(await openssl(key, options));
      assert.equal(secured, null);
      assert.deepEqual(failure.detail, { stage: 'tls', code });
    });
  }

  for (const version of ['-tls1_2', '-tls1_3']) {
    test(`a server that demands a certificate is told apart (${version})`, async () => {
      const demanding = await openssl('ec', [version, '-Verify', '1', '-verify_return_error']);
      const { failure } = await attempt(demanding);
      assert.match(JSON.stringify(failure.detail), /TLS_CLIENT_REFUSED|TLS_CIPHER/);
    });
  }
});
