import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createTlsServer } from 'node:tls';
import { after, afterEach, describe, it } from 'node:test';

import { AUTHORITY, TestAuthority } from '../link/test-authority.ts';
import type { DoctorStepId } from './doctor-report.ts';
import type { Looked } from './test-doctor.ts';
import { bootAnswer, look, Servers } from './test-doctor.ts';

const servers = new Servers();
const authority = new TestAuthority();
const root = authority.issue({ subject: '/CN=Root A', days: 3650, extensions: AUTHORITY });
const middle = authority.issue({ issuer: root, subject: '/CN=Middle B', days: 365, extensions: AUTHORITY });
const names = ['subjectAltName=DNS:localhost,DNS:csms.example'];
const leaf = authority.issue({ issuer: middle, subject: '/CN=box', extensions: names });
const tls = { key: leaf.key, cert: `${leaf.pem}${middle.pem}` };
const secure = { protocol: 'wss', host: 'localhost', tlsRoots: [root.pem] } as const;
after(() => authority.close());
afterEach(() => servers.close());

const accepted = bootAnswer({ status: 'Accepted', interval: 300, currentTime: new Date().toISOString() });

/** One step failed with this text and remedy; all before are fine, all behind were not reached. */
function assertFailure({ report, step, told }: Looked, id: DoctorStepId, text: RegExp, remedy: RegExp): void {
  const failed = step(id);
  assert.equal(failed.verdict, 'failed', failed.text);
  assert.match(failed.text, text);
  assert.match(failed.remedy ?? '', remedy);
  assert.match(failed.technical, new RegExp(`^${id} `));
  assert.equal(report.verdict, 'failed');
  const at = report.steps.indexOf(failed);
  for (const one of report.steps.slice(0, at)) assert.notEqual(one.verdict, 'failed', one.text);
  for (const one of report.steps.slice(at + 1)) assert.equal(one.verdict, 'skipped', one.text);
  assert.deepEqual(
    told,
    report.steps.map(({ step: name, verdict }) => `${name} ${verdict}`),
    'told as reported',
  );
}

/** RFC 6455 §4.2.2. */
function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
}

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(code), { code }));
}

describe('the doctor, on the whole way', () => {
  it('finds everything in order over TLS, sends one BootNotification and closes the socket politely (T-03, B-01)', async () => {
    const backend = await servers.backend({ tls, serve: accepted });
    const { report, step, told } = await look({
      ...secure,
      port: backend.port,
      password: Buffer.from('secret-password!'),
    });
    assert.equal(report.verdict, 'ok');
    assert.equal(report.address.url, `wss://localhost:${backend.port}/ocpp/CP%201`);
    assert.deepEqual(told, ['address ok', 'dns ok', 'tcp ok', 'tls ok', 'upgrade ok', 'subProtocol ok', 'boot ok']);
    assert.match(step('dns').text, /localhost has the address.* 127\.0\.0\.1/);
    assert.match(step('tls').text, /^TLSv1\.3 with TLS_\w+; the certificate “box” is accepted/);
    assert.deepEqual(
      step('tls').certificates?.map(({ name, issuer }) => `${name} by ${issuer}`),
      ['box by CN=Middle B', 'Middle B by CN=Root A'],
    );
    assert.deepEqual(step('tls').certificates?.[0]?.names, ['localhost', 'csms.example']);
    assert.match(step('boot').text, /accepted the station \(heartbeat every 300 s\)/);
    for (const id of ['dns', 'tcp', 'tls', 'upgrade', 'boot'] as const) assert.ok((step(id).durationMs ?? -1) >= 0, id);
    assert.equal(backend.requests.length, 1);
    assert.equal(backend.requests[0]?.headers['sec-websocket-protocol'], 'ocpp1.6');
    const [boot, ...others] = backend.texts;
    assert.deepEqual(others, []);
    assert.match(boot ?? '', /^\[2,"[^"]+","BootNotification",\{"chargePointVendor":"V","chargePointModel":"M"\}\]$/);
    assert.equal(await backend.closed, 1000);
    assert.doesNotMatch(JSON.stringify(report), /secret/);
  });

  it('opens no WebSocket when it may not, and says why (T-24, fault 7)', async () => {
    const backend = await servers.backend({ tls, serve: accepted });
    const { report, told } = await look({ ...secure, port: backend.port }, { onlyReach: 'The station runs.' });
    assert.deepEqual(told, [
      'address ok',
      'dns ok',
      'tcp ok',
      'tls ok',
      'upgrade skipped',
      'subProtocol skipped',
      'boot skipped',
    ]);
    assert.equal(report.steps.at(-1)?.text, 'The station runs.');
    assert.deepEqual(backend.requests, []);
  });

  it('ends with what it found when it is interrupted', async () => {
    const port = await servers.http(() => {});
    const stop = new AbortController();
    const { report } = await look(
      { port },
      { signal: stop.signal, onStep: ({ step }) => step === 'tls' && stop.abort() },
    );
    assert.deepEqual(
      report.steps.map(({ step }) => step),
      ['address', 'dns', 'tcp', 'tls'],
    );
  });
});

describe('the doctor, at DNS', () => {
  const kinds: readonly (readonly [code: string, text: RegExp])[] = [
    ['ENOTFOUND', /does not exist \(ENOTFOUND, NXDOMAIN/],
    ['ENODATA', /does not exist/],
    ['ETIMEOUT', /No name server answered in time/],
    ['EAI_AGAIN', /No name server can be reached/],
    ['ECONNREFUSED', /No name server can be reached/],
    ['ESERVFAIL', /The name server could not answer/],
  ];
  for (const [code, text] of kinds) {
    it(`tells what ${code} means`, async () => {
      const looked = await look({ host: 'csms.example' }, { resolveHost: failing(code) });
      assertFailure(looked, 'dns', text, /./);
      assert.match(looked.step('dns').technical, new RegExp(`host=csms.example code=${code}`));
    });
  }

  it('does not wait for a name server longer than the communication timeout', async () => {
    const looked = await look(
      { host: 'csms.example' },
      { resolveHost: () => new Promise(() => {}), communicationTimeoutMs: 30 },
    );
    assertFailure(looked, 'dns', /No name server answered in time .*TIMEOUT/, /port 53/);
  });

  it('has nothing to look up for an address', async () => {
    const { step } = await look({});
    assert.equal(step('dns').verdict, 'skipped');
  });
});

describe('the doctor, at TCP', () => {
  it('tells what a refused connection means (T-05)', async () => {
    assertFailure(
      await look({ port: 1 }),
      'tcp',
      /refused the connection \(ECONNREFUSED\): the machine is there/,
      /backend\.port/,
    );
  });

  it('names the addresses that do not answer when another one does', async () => {
    const backend = await servers.backend({ serve: accepted });
    const addresses = [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ];
    const { step } = await look({ host: 'a.example', port: backend.port }, { resolveHost: async () => addresses });
    assert.equal(step('tcp').verdict, 'ok');
    assert.match(step('tcp').text, /at 127\.0\.0\.1, port \d+\. Not all its addresses did: ::1:E\w+/);
  });

  it('tells what the proxy says', async () => {
    const proxy = createHttpServer();
    proxy.on('connect', (_request, socket) => void socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n'));
    const port = await servers.listen(proxy);
    const looked = await look({ host: 'csms.example', proxy: `127.0.0.1:${port}` });
    assertFailure(looked, 'proxy', /wants a password of its own \(HTTP_407\)/, /without one/);
    assert.equal(looked.step('tcp').verdict, 'ok');
    assert.match(looked.step('tcp').text, /The proxy takes connections/);
  });
});

describe('the doctor, at TLS', () => {
  it('names the missing root', async () => {
    const { port } = await servers.backend({ tls });
    const looked = await look({ ...secure, port, tlsRoots: [] });
    assertFailure(
      looked,
      'tls',
      /The root “Root A”, which signed “Middle B”, is missing/,
      /certificate of “Root A” to the file backend\.tlsCaFile/,
    );
    assert.match(looked.step('tls').technical, /trusted=false valid=true name=true .*missing="?CN=Root A/);
    assert.equal(looked.step('tls').certificates?.length, 2);
  });

  it('names the missing intermediate', async () => {
    const { port } = await servers.backend({ tls: { key: leaf.key, cert: leaf.pem } });
    assertFailure(
      await look({ ...secure, port }),
      'tls',
      /sends no certificate of the authority “Middle B”/,
      /the server must send its certificate too/,
    );
  });

  it('names a root that the server sends and nobody installed, with its fingerprint', async () => {
    const { port } = await servers.backend({ tls: { key: leaf.key, cert: `${leaf.pem}${middle.pem}${root.pem}` } });
    const looked = await look({ ...secure, port, tlsRoots: [] });
    assertFailure(
      looked,
      'tls',
      /The chain ends in the root “Root A”, which is not trusted here/,
      new RegExp(root.x509.fingerprint256),
    );
  });

  it('tells a certificate that is signed by itself', async () => {
    const own = authority.issue({ subject: '/CN=own', extensions: names });
    const { port } = await servers.backend({ tls: { key: own.key, cert: own.pem } });
    assertFailure(await look({ ...secure, port }), 'tls', /only certificate “own” is signed by itself/, /tlsCaFile/);
  });

  it('tells for which names the certificate is', async () => {
    const { port } = await servers.backend({ tls });
    const looked = await look({ ...secure, host: '127.0.0.1', port });
    assertFailure(looked, 'tls', /is for localhost, csms\.example, not for 127\.0\.0\.1/, /Enter one of these names/);
  });

  it('tells expired from not yet valid, and shows the clock', async () => {
    const { port } = await servers.backend({ tls });
    const at = (year: number, clockValid = true) => {
      const nowMs = Date.UTC(year, 0, 1);
      return { clock: { nowMs: () => nowMs, certificateTime: () => ({ nowMs, clockValid }) } };
    };
    const late = await look({ ...secure, port }, at(2090));
    assertFailure(late, 'tls', /“box” ended on 20\d\d-\d\d-\d\d\. The station’s clock shows 2090-01-01T/, /renew/);
    const early = await look({ ...secure, port }, at(2001));
    assertFailure(early, 'tls', /begins on .*The station’s clock shows 2001-01-01T00:00:00\.000Z/, /clock right/);
    const unset = await look({ ...secure, port }, at(2001, false));
    assert.equal(unset.step('tls').verdict, 'warning');
    assert.match(unset.step('tls').text, /The clock is not set/);
  });

  it('warns of a certificate that ends soon, and of a lowered verification', async () => {
    const soon = authority.issue({ issuer: root, subject: '/CN=soon', days: 10, extensions: names });
    const ending = await servers.backend({ tls: { key: soon.key, cert: soon.pem }, serve: accepted });
    const looked = await look({ ...secure, port: ending.port });
    assert.equal(looked.report.verdict, 'warning');
    assert.match(looked.step('tls').text, /ends in (9|10) days/);
    const { port } = await servers.backend({ tls, serve: accepted });
    const lowered = await look({ ...secure, port, host: '127.0.0.1', tlsVerification: 'skipHostName' });
    assert.equal(lowered.step('tls').verdict, 'warning');
    assert.match(lowered.step('tls').remedy ?? '', /tlsVerification to strict/);
  });

  it('recognises plain HTTP, another service, silence and an old TLS', async () => {
    const http = await servers.backend({});
    assertFailure(
      await look({ ...secure, port: http.port }),
      'tls',
      /speaks plain HTTP, not TLS/,
      /backend\.protocol to ws/,
    );
    const mail = await servers.listen(createServer((socket) => void socket.write('220 mail.example ESMTP\r\n')));
    assertFailure(await look({ ...secure, port: mail }), 'tls', /does not speak TLS/, /backend\.port/);
    const silent = await servers.listen(createServer(() => {}));
    assertFailure(
      await look({ ...secure, port: silent }, { communicationTimeoutMs: 200 }),
      'tls',
      /said nothing/,
      /backend\.port/,
    );
    const old = createTlsServer({ ...tls, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' });
    old.on('tlsClientError', () => {});
    assertFailure(
      await look({ ...secure, port: await servers.listen(old) }),
      'tls',
      /offers no TLS 1\.2/,
      /TLS 1\.2 or 1\.3/,
    );
    const strange = createTlsServer({ ...tls, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES256-SHA384' });
    strange.on('tlsClientError', () => {});
    assertFailure(
      await look({ ...secure, port: await servers.listen(strange) }),
      'tls',
      /no cipher suite in common/,
      /AES-GCM/,
    );
  });
});

describe('the doctor, at the upgrade', () => {
  const answers: readonly (readonly [status: string, text: RegExp, remedy: RegExp])[] = [
    ['200 OK', /ordinary page/, /backend\.path/],
    [
      '302 Found\r\nLocation: https://csms.example/new',
      /redirects are not followed\. It names https:\/\/csms\.example\/new/,
      /final address/,
    ],
    ['401 Unauthorized', /password is missing or wrong\. No password was sent/, /authorizationKey/],
    ['403 Forbidden', /forbids it/, /admit this identity/],
    ['404 Not Found', /path or the identity is not known/, /backend\.path/],
    ['426 Upgrade Required', /another protocol/, /proxy/],
    ['503 Service Unavailable', /no backend behind it/, /goes on trying/],
    ['500 Oops', /has a problem/, /goes on trying/],
    ['418 Teapot', /refuses the request/, /technical line/],
  ];
  for (const [status, text, remedy] of answers) {
    it(`tells what ${status.slice(0, 3)} means (T-05)`, async () => {
      const port = await servers.answering(`HTTP/1.1 ${status}\r\nServer: test/1\r\nContent-Length: 0\r\n\r\n`);
      const looked = await look({ port });
      assertFailure(looked, 'upgrade', text, remedy);
      assert.match(looked.step('upgrade').technical, new RegExp(`status=${status.slice(0, 3)} server=test/1`));
    });
  }

  it('says how long the password was that the server did not like, never what it is (fault 45)', async () => {
    const port = await servers.answering('HTTP/1.1 401 Unauthorized\r\n\r\n');
    const looked = await look({ port, password: Buffer.from('0123456789abcdef0123456789abcdef01234567') });
    assertFailure(
      looked,
      'upgrade',
      /A password of 40 bytes was sent/,
      /hex digits sent as text.*passwordEncoding to hex/,
    );
    assert.doesNotMatch(JSON.stringify(looked.report), /0123456789|MDEyMzQ1Njc4/);
  });

  it('recognises TLS at the port of a ws address', async () => {
    const { port } = await servers.backend({ tls });
    assertFailure(await look({ port }), 'upgrade', /speaks TLS, and the address begins with ws/, /protocol to wss/);
  });

  it('recognises a server that never answers, and one that speaks no HTTP', async () => {
    const silent = await servers.http(() => {});
    assertFailure(
      await look({ port: silent }, { communicationTimeoutMs: 300 }),
      'upgrade',
      /never answered the request/,
      /load balancer/,
    );
    const mail = await servers.listen(createServer((socket) => void socket.write('220 mail.example ESMTP\r\n')));
    assertFailure(await look({ port: mail }), 'upgrade', /did not answer in HTTP/, /backend\.port/);
  });

  it('recognises an extension that was not offered', async () => {
    const port = await servers.http((request, socket) => {
      const accept = acceptOf(request.headers['sec-websocket-key'] ?? '');
      const extension = 'Sec-WebSocket-Extensions: permessage-deflate\r\nSec-WebSocket-Protocol: ocpp1.6';
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${extension}\r\n\r\n`,
      );
    });
    assertFailure(
      await look({ port }),
      'upgrade',
      /extension “permessage-deflate”, which was not offered/,
      /backend\.compression/,
    );
  });
});

describe('the doctor, at the sub-protocol', () => {
  it('speaks no OCPP to a server that selects none (T-04, fault 1)', async () => {
    const backend = await servers.backend({ select: false });
    assertFailure(
      await look({ port: backend.port }),
      'subProtocol',
      /selected no sub-protocol; offered: ocpp1\.6/,
      /backend\.path/,
    );
    assert.deepEqual(backend.texts, []);
  });

  it('speaks no OCPP to a server that selects one which was not offered (T-04)', async () => {
    const backend = await servers.backend({ select: 'ocpp9' });
    assertFailure(
      await look({ port: backend.port }),
      'subProtocol',
      /selected the sub-protocol “ocpp9”, which was not offered/,
      /communicationType/,
    );
    assert.deepEqual(backend.texts, []);
  });
});

describe('the doctor, at BootNotification', () => {
  const time = (aheadMs = 0): string => new Date(Date.now() + aheadMs).toISOString();
  const call = (answer: (id: string) => unknown) => (text: string, socket: { send(text: string): void }) => {
    const [, id] = JSON.parse(text) as [number, string];
    socket.send(JSON.stringify(answer(id)));
  };

  it('tells Pending as a warning and Rejected as a failure', async () => {
    const pending = await servers.backend({
      serve: bootAnswer({ status: 'Pending', interval: 20, currentTime: time() }),
    });
    const looked = await look({ port: pending.port });
    assert.equal(looked.report.verdict, 'warning');
    assert.match(looked.step('boot').text, /Pending.*asked again in 20 s/);
    const rejected = await servers.backend({
      serve: bootAnswer({ status: 'Rejected', interval: 60, currentTime: time() }),
    });
    assertFailure(
      await look({ port: rejected.port }),
      'boot',
      /rejected the station; it may ask again in 60 s/,
      /identity/,
    );
  });

  it('tells how far the clocks are apart', async () => {
    const ahead = await servers.backend({
      serve: bootAnswer({ status: 'Accepted', interval: 60, currentTime: time(3_600_000) }),
    });
    const looked = await look({ port: ahead.port });
    assert.equal(looked.step('boot').verdict, 'warning');
    assert.match(looked.step('boot').text, /backend’s clock is 60 min ahead of the station’s/);
  });

  it('tells a CALLERROR, a bad answer, and no answer', async () => {
    const error = await servers.backend({ serve: call((id) => [4, id, 'InternalError', 'database', {}]) });
    assertFailure(await look({ port: error.port }), 'boot', /with the error InternalError: database/, /technical line/);
    const bad = await servers.backend({ serve: call((id) => [3, id, { status: 'Accepted' }]) });
    assertFailure(await look({ port: bad.port }), 'boot', /cannot be used: .*currentTime/, /schema/);
    const silent = await servers.backend({});
    assertFailure(
      await look({ port: silent.port }, { messageTimeoutMs: 100 }),
      'boot',
      /did not answer BootNotification within 0\.1 s/,
      /set up/,
    );
  });

  it('tells with which code the backend closed instead', async () => {
    const closing = await servers.backend({ serve: (_text, socket) => socket.close(1008, 'unknown station') });
    assertFailure(
      await look({ port: closing.port }),
      'boot',
      /closed the connection with 1008 \(unknown station\)/,
      /identity/,
    );
    const cutting = await servers.backend({ serve: (_text, socket) => socket.terminate() });
    assertFailure(await look({ port: cutting.port }), 'boot', /ended the connection without a word/, /identity/);
  });

  it('refuses what the backend asks meanwhile, and tells that it did', async () => {
    const answers: string[] = [];
    const backend = await servers.backend({
      serve: (text, socket) => {
        if (!text.startsWith('[2')) return void answers.push(text);
        socket.send('[2,"q1","GetConfiguration",{}]');
        accepted(text, socket);
      },
    });
    const { report } = await look({ port: backend.port });
    assert.equal(report.verdict, 'ok');
    assert.match(report.notes.join(), /the backend asked for GetConfiguration/);
    await backend.closed;
    assert.match(answers.join('\n'), /^\[4,"q1","SecurityError"[^\n]*$/);
  });
});
