import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as plainRequest } from 'node:http';
import { request } from 'node:https';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { connect as connectTls, type PeerCertificate } from 'node:tls';

import { VirtualTime } from '../../core/virtual-time.ts';
import { AUTHORITY, TestAuthority } from '../../link/test-authority.ts';
import { testAccess, testTokens } from '../access/test-access.ts';
import { ApiServer } from '../api-server.ts';
import { createTestLive } from '../live/test-live.ts';
import { createTestHost } from '../test-host.ts';
import { HttpsCertificate } from './https-certificate.ts';

const nowMs = Date.now();

/** What came back. */
interface Answer {
  readonly status: number;
  readonly location: string;
  readonly cookie: string;
  readonly body: unknown;
}

describe('the page over HTTPS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'kb-'));
  const path = join(folder, 'https.json');
  const authority = new TestAuthority();
  const time = new VirtualTime();
  const open = (): Promise<HttpsCertificate> =>
    HttpsCertificate.open({
      path,
      wallMs: () => nowMs,
      names: () => ['station-1', 'localhost', '127.0.0.1', 'fd00::2:1'],
    });
  let certificate: HttpsCertificate;
  let server: ApiServer;
  let port = 0;

  before(async () => {
    certificate = await open();
    server = new ApiServer({
      host: await createTestHost(),
      live: createTestLive(),
      time,
      access: testAccess(),
      address: '127.0.0.1',
      port: 0,
      https: certificate,
      dataFolder: folder,
      onProblem: (problem) => assert.fail(problem),
      onListening: (url) => {
        assert.match(url, /^https:/);
        port = Number(new URL(url).port);
      },
    });
    await server.start();
  });
  after(async () => {
    await server.stop();
    await server.stop();
    authority.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function ask(
    method: string,
    address: string,
    { ca = certificate.keyed.certificate, body = '' } = {},
  ): Promise<Answer> {
    const done = Promise.withResolvers<Answer>();
    const headers = {
      authorization: `Bearer ${testTokens.manufacturer}`,
      ...(body === '' ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    };
    const options = { host: '127.0.0.1', port, method, path: address, headers, ca, agent: false as const };
    const outgoing = request(options, (incoming) => {
      let text = '';
      incoming.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      incoming.once('end', () => {
        const { location = '', 'set-cookie': [cookie = ''] = [] } = incoming.headers;
        done.resolve({
          status: incoming.statusCode ?? 0,
          location,
          cookie,
          body: text === '' ? null : JSON.parse(text),
        });
      });
    });
    outgoing.once('error', done.reject);
    outgoing.end(body);
    return done.promise;
  }

  /** The certificate that a new connection is shown. */
  function shown(options: { readonly maxVersion?: 'TLSv1.1' } = {}): Promise<PeerCertificate> {
    const done = Promise.withResolvers<PeerCertificate>();
    const minimum =
      options.maxVersion === undefined ? {} : { minVersion: 'TLSv1' as const, ciphers: 'DEFAULT@SECLEVEL=0' };
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...minimum, ...options }, () => {
      done.resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.once('error', done.reject);
    return done.promise;
  }

  it('shows a certificate of its own, for the names and addresses of the machine, which a program can check', async () => {
    const answer = await ask('GET', '/api/v1/tls');
    assert.equal(answer.status, 200);
    const { names, selfSigned, validFromMs, validToMs, fingerprint } = certificate.facts;
    assert.deepEqual(answer.body, {
      on: true,
      origin: 'made',
      certificate: {
        subject: 'CN=station-1',
        issuer: 'CN=station-1',
        validFromMs,
        validToMs,
        names,
        fingerprint,
        selfSigned,
      },
      problems: [],
    });
    assert.deepEqual(names, ['station-1', 'localhost', '127.0.0.1', 'FD00:0:0:0:0:0:2:1']);
    assert.ok(selfSigned && validFromMs < nowMs && validToMs > nowMs + 9 * 365 * 86_400_000);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.equal((await open()).facts.fingerprint, fingerprint, 'it stays over restarts');
  });

  it('gives cookies for HTTPS only', async () => {
    const answer = await ask('POST', '/api/v1/session', { body: JSON.stringify({ token: testTokens.operator }) });
    assert.match(answer.cookie, /; HttpOnly; SameSite=Strict; Secure$/);
  });

  it('sends plain HTTP at the same port over to HTTPS, and nothing of what it was sent back', async () => {
    const plain = (address: string, host: string): Promise<readonly [number | undefined, string | undefined]> => {
      const done = Promise.withResolvers<readonly [number | undefined, string | undefined]>();
      const outgoing = plainRequest(
        { host: '127.0.0.1', port, path: address, headers: { host }, agent: false },
        (incoming) => {
          incoming.resume();
          done.resolve([incoming.statusCode, incoming.headers.location]);
        },
      );
      outgoing.once('error', done.reject);
      outgoing.end();
      return done.promise;
    };
    assert.deepEqual(await plain('/x?y=1', 'station-1:8443'), [308, 'https://station-1:8443/x?y=1']);
    assert.deepEqual(await plain('/x', '[fd00::2]:8443'), [308, 'https://[fd00::2]:8443/x']);
    assert.deepEqual(await plain('//elsewhere.example/', 'station-1'), [308, 'https://station-1/']);
    assert.deepEqual(await plain('/x', 'a@elsewhere.example'), [400, undefined]);
  });

  it('takes no old version of TLS', async () => {
    await assert.rejects(shown({ maxVersion: 'TLSv1.1' }));
  });

  it('cuts off whoever connects and says nothing, or says slowly that it speaks plain HTTP', async () => {
    for (const words of ['', 'GET / HTTP/1.1\r\nX-Slow:']) {
      const socket = connect(port, '127.0.0.1');
      const closed = Promise.withResolvers<void>();
      socket.on('error', () => undefined);
      socket.once('close', () => closed.resolve());
      socket.resume();
      socket.write(words);
      // Two whole connections later the server has taken up this one.
      await shown();
      await shown();
      await time.advance(10_000);
      await closed.promise;
    }
  });

  it('shows one that is brought from the next connection on, without a restart, also to the next start', async () => {
    const root = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY });
    const leaf = authority.issue({
      subject: '/CN=brought',
      issuer: root,
      extensions: ['subjectAltName=IP:127.0.0.1', 'basicConstraints=CA:FALSE'],
    });
    const body = JSON.stringify({ certificate: leaf.pem + root.pem, key: leaf.key });
    const answer = await ask('PUT', '/api/v1/tls', { body });
    assert.equal(answer.status, 200);
    assert.doesNotMatch(JSON.stringify(answer.body), /PRIVATE/);
    assert.equal((await shown()).fingerprint256, leaf.x509.fingerprint256);
    assert.equal((await ask('GET', '/healthz', { ca: root.pem })).status, 200);
    assert.equal((await open()).facts.fingerprint, leaf.x509.fingerprint256);
    assert.equal((await ask('DELETE', '/api/v1/tls', { ca: root.pem })).status, 200);
    assert.equal((await shown()).subject.CN, 'station-1');
  });

  it('refuses one that cannot be served, says why without the key, and goes on with what it has', async () => {
    const root = authority.issue({ subject: '/CN=Root', extensions: AUTHORITY });
    const leaf = authority.issue({ issuer: root });
    const other = authority.issue({});
    const weak = authority.issue({ key: 'rsa1024' });
    const ended = authority.issue({ days: 1 });
    const cases: readonly (readonly [
      what: string,
      certificate: string,
      key: string,
      problem: RegExp,
      atMs?: number,
    ])[] = [
      ['the key of another', leaf.pem, other.key, /key is not that of the first/],
      ['no certificate', 'x', leaf.key, /cannot be used/],
      ['no key', leaf.pem, 'x', /key cannot be read/],
      ['a key with a password', leaf.pem, '-----BEGIN ENCRYPTED PRIVATE KEY-----', /protected by a password/],
      ['an authority', root.pem, root.key, /authority/],
      ['a chain of strangers', leaf.pem + other.pem, leaf.key, /not signed by/],
      ['a weak key', weak.pem, weak.key, /2048/],
      ['an ended one', ended.pem, ended.key, /has ended/, nowMs + 5 * 86_400_000],
    ];
    for (const [what, pem, key, problem, atMs] of cases) {
      const present = certificate.facts.fingerprint;
      if (atMs === undefined) {
        const { status, body } = await ask('PUT', '/api/v1/tls', { body: JSON.stringify({ certificate: pem, key }) });
        assert.equal(status, 422, what);
        assert.match(JSON.stringify(body), problem, what);
        for (const line of key.split('\n').slice(1, 2)) assert.ok(!JSON.stringify(body).includes(line), what);
      } else {
        const file = join(folder, 'later.json');
        const later = await HttpsCertificate.open({ path: file, wallMs: () => atMs, names: () => ['x'] });
        await assert.rejects(later.replace({ certificate: pem, key }), { code: 'access.refused', message: problem });
      }
      assert.equal(certificate.facts.fingerprint, present, what);
    }
  });

  it('stops at once, whoever is connected and has said nothing yet', async () => {
    const silent = connect(port, '127.0.0.1');
    const closed = Promise.withResolvers<void>();
    silent.on('error', () => undefined);
    silent.once('close', () => closed.resolve());
    silent.resume();
    await shown();
    await server.stop();
    await closed.promise;
  });

  it('makes another one when its own has ended, and leaves a file alone that it cannot read', async () => {
    const late = await HttpsCertificate.open({
      path,
      wallMs: () => nowMs + 11 * 365 * 86_400_000,
      names: () => ['late'],
    });
    assert.equal(late.facts.subject, 'CN=late');
    const broken = join(folder, 'broken.json');
    writeFileSync(broken, '{"origin":"made"}');
    await assert.rejects(HttpsCertificate.open({ path: broken, wallMs: () => nowMs, names: () => ['x'] }), {
      code: 'config.invalid',
    });
  });
});
