import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test, type TestContext } from 'node:test';

import { createFileTransfer, type FileUpload, type TransferOutcome } from '@kerbside/station';

import { startFtpPeer } from '../ftp/ftp-peer.ts';
import { startFtpsPeer } from '../ftp/ftps-peer.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { createStrictWorld } from '../world/strict-world.ts';
import { ask } from './backend-steps.ts';

interface Arrived {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: string;
}

const text = `${'a line of the log\n'.repeat(20_000)}the end`;

/** An HTTP server that answers each request with the next status, and notes what arrived. */
async function listen(
  context: TestContext,
  statuses: number[],
  certificate?: { readonly cert: string; readonly key: string },
): Promise<{ readonly port: number; readonly arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const take = async (request: IncomingMessage): Promise<number> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const { method = '', url = '', headers } = request;
    arrived.push({ method, url, authorization: headers.authorization, body: Buffer.concat(chunks).toString('utf8') });
    return statuses.shift() ?? 201;
  };
  const answer: Parameters<typeof createServer>[1] = (request, response) => {
    void take(request).then((status) => response.writeHead(status).end());
  };
  const server: Server = certificate === undefined ? createServer(answer) : createSecureServer(certificate, answer);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, arrived };
}

function upload(url: string, more: Partial<FileUpload> = {}, signal?: AbortSignal): Promise<TransferOutcome> {
  const bytes = Buffer.from(text);
  const content = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
  };
  const file = {
    url: new URL(url),
    roots: [],
    fileName: 'CP 1.log',
    contentType: 'text/plain',
    sizeBytes: bytes.length,
  };
  return createFileTransfer().upload({ ...file, content, ...more }, signal ?? AbortSignal.timeout(20_000));
}

test('a file goes by PUT to the folder that was named, whatever slash stood there, with the user of the address (F-03, F-06)', async (context) => {
  const { port, arrived } = await listen(context, []);
  const sent: number[] = [];
  for (const folder of ['', '/', '/logs', '/logs/']) {
    const onProgress = (bytes: number): void => void sent.push(bytes);
    assert.deepEqual(await upload(`http://us%40er:p%3Ass@127.0.0.1:${port}${folder}`, { onProgress }), {
      kind: 'done',
    });
  }
  assert.deepEqual(
    arrived.map(({ method, url }) => `${method} ${url}`),
    ['PUT /CP%201.log', 'PUT /CP%201.log', 'PUT /logs/CP%201.log', 'PUT /logs/CP%201.log'],
  );
  assert.ok(arrived.every(({ body }) => body === text));
  assert.equal(arrived[0]?.authorization, `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`);
  assert.equal(sent.at(-1), Buffer.byteLength(text));
});

test('an address with a query names the file itself; a server without PUT gets a POST (F-06)', async (context) => {
  const { port, arrived } = await listen(context, [201, 405, 200]);
  assert.equal((await upload(`http://127.0.0.1:${port}/put/here?signature=abc`)).kind, 'done');
  assert.equal((await upload(`http://127.0.0.1:${port}/form`)).kind, 'done');
  assert.deepEqual(
    arrived.map(({ method, url }) => `${method} ${url}`),
    ['PUT /put/here?signature=abc', 'PUT /form/CP%201.log', 'POST /form/CP%201.log'],
  );
});

test('what a server answers is told apart, and a server that is not there fails (F-07)', async (context) => {
  const { port } = await listen(context, [401, 403, 404, 500, 302]);
  const url = `http://127.0.0.1:${port}/`;
  const kinds = [];
  for (let each = 0; each < 5; each++) kinds.push((await upload(url)).kind);
  assert.deepEqual(kinds, ['denied', 'denied', 'failed', 'failed', 'failed']);
  assert.equal((await upload('http://127.0.0.1:1/')).kind, 'failed');
  assert.equal((await upload('ftp://127.0.0.1:1/')).kind, 'failed');
  assert.equal((await upload('sftp://127.0.0.1/')).kind, 'unsupported');
});

test('a server that takes nothing is left when it is given up (F-07)', async (context) => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  assert.equal((await upload(`http://127.0.0.1:${port}/`, {}, AbortSignal.timeout(300))).kind, 'failed');
});

test('a server with a certificate of an installed root is believed, any other is not (F-07)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const { port, arrived } = await listen(context, [], authority.issue({ commonName: 'files', hosts: ['localhost'] }));
  assert.equal((await upload(`https://localhost:${port}/`, { roots: [authority.cert] })).kind, 'done');
  assert.equal((await upload(`https://localhost:${port}/`)).kind, 'failed');
  const other = new CertificateAuthority(Date.now(), 'another');
  assert.equal((await upload(`https://localhost:${port}/`, { roots: [other.cert] })).kind, 'failed');
  assert.equal((await upload(`https://127.0.0.1:${port}/`, { roots: [authority.cert] })).kind, 'failed', 'wrong name');
  assert.equal(arrived.length, 1);
});

test('a file is stored at an FTP server of others, in folders that it makes; a wrong password is refused (F-03, F-06)', async (context) => {
  const peer = await startFtpPeer({ user: 'us@er', password: 'p:ss' });
  if (typeof peer === 'string') {
    context.skip(peer);
    return;
  }
  context.after(() => peer.stop());
  const at = `ftp://us%40er:p%3Ass@127.0.0.1:${peer.port}`;
  assert.deepEqual(await upload(`${at}/`), { kind: 'done' });
  assert.equal(peer.read('CP 1.log'), text);
  assert.deepEqual(await upload(`${at}/2026/my%20logs/`), { kind: 'done' });
  assert.equal(peer.read('2026/my logs/CP 1.log'), text);
  assert.equal((await upload(`ftp://us%40er:wrong@127.0.0.1:${peer.port}/`)).kind, 'denied');
});

test('a file is stored at an FTPS server of others, whose certificate is verified (F-03, F-07)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const peer = await startFtpsPeer(authority.issue({ commonName: 'files', hosts: ['localhost'] }));
  if (typeof peer === 'string') {
    context.skip(peer);
    return;
  }
  context.after(() => peer.stop());
  const url = `ftps://localhost:${peer.port}/up/`;
  assert.deepEqual(await upload(url, { roots: [authority.cert] }), { kind: 'done' });
  assert.equal(peer.read('up/CP 1.log'), text);
  const refused = await upload(url);
  assert.match('problem' in refused ? refused.problem : '', /certificate/);
});

test('GetLog brings the security log to a real server (S-16, TC_079)', async (context) => {
  const { port, arrived } = await listen(context, []);
  const world = await createStrictWorld({ files: createFileTransfer() });
  try {
    await world.until('the first event', () => world.calls('SecurityEventNotification').length > 0);
    const log = { remoteLocation: `http://127.0.0.1:${port}/logs` };
    const answer = await ask(world, 'GetLog', { logType: 'SecurityLog', requestId: 3, log });
    assert.equal(answer['status'], 'Accepted');
    await world.until('two statuses', () => world.calls('LogStatusNotification').length === 2);
    assert.deepEqual(
      world.calls('LogStatusNotification').map(({ payload }) => payload),
      [
        { status: 'Uploading', requestId: 3 },
        { status: 'Uploaded', requestId: 3 },
      ],
    );
    assert.equal(arrived[0]?.url, `/logs/${String(answer['filename'])}`);
    assert.match(arrived[0].body, /StartupOfTheDevice/);
  } finally {
    await world.end();
  }
});
