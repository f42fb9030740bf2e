import assert from 'node:assert/strict';
import type { RequestListener, ServerResponse } from 'node:http';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';

import { createFileTransfer, type FileDownload, type TransferOutcome } from '@kerbside/station';

import { serveFtp, serveHttp, serveSockets } from '../ftp/file-servers.ts';
import { startFtpPeer } from '../ftp/ftp-peer.ts';
import { startFtpsPeer } from '../ftp/ftps-peer.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';

const content = Buffer.from('a piece of software\n'.repeat(50_000));

type Fetched = TransferOutcome & { readonly bytes: Buffer };

async function download(url: string, more: Partial<FileDownload> = {}, signal?: AbortSignal): Promise<Fetched> {
  const pieces: Uint8Array[] = [];
  const write = async (piece: Uint8Array): Promise<void> => void pieces.push(Buffer.from(piece));
  const file = { url: new URL(url), roots: [], maxBytes: 10_000_000, write, ...more };
  const outcome = await createFileTransfer().download(file, signal ?? AbortSignal.timeout(20_000));
  return { ...outcome, bytes: Buffer.concat(pieces) };
}

function assertWhole(fetched: Fetched): void {
  assert.equal(fetched.kind, 'done', 'problem' in fetched ? fetched.problem : '');
  assert.ok(fetched.bytes.equals(content));
}

function problemOf(fetched: Fetched): string {
  return 'problem' in fetched ? fetched.problem : '';
}

/** Serves pages by their path. */
function pages(all: Readonly<Record<string, (response: ServerResponse) => void>>): RequestListener {
  return ({ url = '' }, response) => {
    const page = all[url];
    if (page === undefined) response.writeHead(404).end();
    else page(response);
  };
}

function redirect(status: number, location: string): (response: ServerResponse) => void {
  return (response) => response.writeHead(status, { location }).end();
}

test('a file comes by GET with its length, with the user of the address percent-decoded (F-03)', async (context) => {
  const seen: (string | undefined)[] = [];
  const { port } = await serveHttp(context, (request, response) => {
    seen.push(request.url, request.headers.authorization);
    response.writeHead(200, { 'content-length': content.length }).end(content);
  });
  const told: (readonly [number, number | null])[] = [];
  const onProgress = (bytes: number, total: number | null): void => void told.push([bytes, total]);
  assertWhole(await download(`http://us%40er:p%3Ass@127.0.0.1:${port}/a%20b/bild%C3%A4.bin?x=1`, { onProgress }));
  assert.deepEqual(seen, ['/a%20b/bild%C3%A4.bin?x=1', `Basic ${Buffer.from('us@er:p:ss').toString('base64')}`]);
  assert.deepEqual(told.at(-1), [content.length, content.length]);
});

test('a file in chunks of unknown length comes whole; one of an IPv6 address too (F-03)', async (context) => {
  const { port } = await serveHttp(context, (_request, response) => {
    response.write(content.subarray(0, 1_000));
    response.end(content.subarray(1_000));
  });
  assertWhole(await download(`http://127.0.0.1:${port}/`));
  const refused = await download('http://[::1]:1/');
  assert.equal(refused.kind, 'failed');
});

test('the next piece is only read when the one before was taken (F-03)', async (context) => {
  let sent = 0;
  const { port } = await serveHttp(context, (_request, response) => {
    const more = (): void => {
      if (sent >= 200 * 65_536) return void response.end();
      sent += 65_536;
      if (response.write(Buffer.alloc(65_536))) setImmediate(more);
      else response.once('drain', more);
    };
    more();
  });
  const given = new AbortController();
  const { promise: first, resolve } = Promise.withResolvers<undefined>();
  const write = (): Promise<void> => {
    resolve(undefined);
    return new Promise(() => undefined);
  };
  const file = { url: new URL(`http://127.0.0.1:${port}/`), roots: [], maxBytes: 1e9, write };
  void createFileTransfer().download(file, given.signal);
  await first;
  await pause(300);
  const afterwards = sent;
  await pause(300);
  given.abort();
  assert.equal(sent, afterwards, 'nothing moves while nobody takes it');
  assert.ok(sent < 200 * 65_536, String(sent));
});

test('a body shorter than announced has failed, and so has one that is too long, or that nobody can take (F-07)', async (context) => {
  const { port } = await serveHttp(
    context,
    pages({
      '/short': (response) => {
        response.writeHead(200, { 'content-length': content.length });
        response.write(content.subarray(0, 5_000), () => response.destroy());
      },
      '/whole': (response) => response.writeHead(200, { 'content-length': content.length }).end(content),
      '/chunks': (response) => response.end(content),
      '/packed': (response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(content),
      '/none': (response) => response.writeHead(204).end(),
    }),
  );
  const at = `http://127.0.0.1:${port}`;
  assert.equal((await download(`${at}/short`)).kind, 'failed');
  for (const path of ['/whole', '/chunks']) {
    const long = await download(`${at}${path}`, { maxBytes: 1_000 });
    assert.match(problemOf(long), /longer than 1000 bytes/);
    const full = await download(`${at}${path}`, { write: () => Promise.reject(new Error('the disk is full')) });
    assert.deepEqual([full.kind, problemOf(full)], ['failed', 'the disk is full']);
  }
  assert.equal((await download(`${at}/packed`)).kind, 'failed');
  assert.equal((await download(`${at}/none`)).kind, 'failed');
});

test('redirections are followed, up to five, and only where they are safe (F-03, F-07)', async (context) => {
  const whole = (response: ServerResponse): unknown => response.end(content);
  const other = await serveHttp(context, (request, response) => {
    if (request.headers.authorization === undefined) whole(response);
    else response.writeHead(400).end();
  });
  const seen: (string | undefined)[] = [];
  const table = pages({
    '/301': redirect(301, '/end'),
    '/302': redirect(302, 'end'),
    '/303': redirect(303, '/end'),
    '/307': redirect(307, '/end'),
    '/308': redirect(308, '/301'),
    '/away': redirect(302, `http://localhost:${other.port}/file`),
    '/round': redirect(302, '/round'),
    '/ftp': redirect(302, 'ftp://127.0.0.1/'),
    '/file': redirect(302, 'file:///etc/passwd'),
    '/broken': redirect(302, 'http://'),
    '/none': (response) => response.writeHead(302).end(),
    '/end': (response) => void whole(response),
  });
  const { port } = await serveHttp(context, (request, response) => {
    seen.push(request.headers.authorization);
    table(request, response);
  });
  const at = `http://user:secret@127.0.0.1:${port}`;
  for (const path of ['/301', '/302', '/303', '/307', '/308']) assertWhole(await download(`${at}${path}`));
  assert.ok(
    seen.every((authorization) => authorization !== undefined),
    'the same server gets the user again',
  );
  assertWhole(await download(`${at}/away`));
  for (const path of ['/round', '/ftp', '/file', '/broken', '/none'])
    assert.equal((await download(`${at}${path}`)).kind, 'failed', path);
  const before = seen.length;
  await download(`${at}/round`);
  assert.equal(seen.length - before, 6);
});

test('nothing leads from https to http, and a certificate of nobody known is refused (F-07)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const plain = await serveHttp(context, (_request, response) => response.end(content));
  const { port } = await serveHttp(
    context,
    pages({
      '/file': (response) => response.end(content),
      '/down': redirect(302, `http://127.0.0.1:${plain.port}/`),
    }),
    authority.issue({ commonName: 'files', hosts: ['localhost'] }),
  );
  const up = await serveHttp(context, redirectAll(`https://localhost:${port}/file`));
  const roots = [authority.cert];
  assertWhole(await download(`https://localhost:${port}/file`, { roots }));
  assertWhole(await download(`http://127.0.0.1:${up.port}/`, { roots }));
  assert.match(problemOf(await download(`https://localhost:${port}/down`, { roots })), /redirects/);
  assert.equal((await download(`https://localhost:${port}/file`)).kind, 'failed');
  assert.equal((await download(`https://127.0.0.1:${port}/file`, { roots })).kind, 'failed', 'wrong name');
  assert.equal((await download(`https://127.0.0.1:${plain.port}/`, { roots })).kind, 'failed', 'no TLS there');
});

function redirectAll(location: string): RequestListener {
  return (_request, response) => response.writeHead(302, { location }).end();
}

test('what a server answers is told apart; what is no server fails (F-07)', async (context) => {
  const statuses = [401, 403, 407, 404, 410, 500, 503, 206];
  const { port } = await serveHttp(context, (_request, response) => response.writeHead(statuses.shift() ?? 500).end());
  const kinds: string[] = [];
  for (let each = 0; each < 8; each++) kinds.push((await download(`http://127.0.0.1:${port}/`)).kind);
  assert.deepEqual(kinds, ['denied', 'denied', 'denied', ...Array.from({ length: 5 }, () => 'failed')]);
  const noise = await serveSockets(context, (socket) => socket.end('this is no HTTP\r\n\r\n'));
  assert.equal((await download(`http://127.0.0.1:${noise.port}/`)).kind, 'failed');
  assert.equal((await download(`ftp://127.0.0.1:${noise.port}/a`)).kind, 'failed');
  assert.equal((await download('http://127.0.0.1:1/')).kind, 'failed');
  assert.equal((await download('http://no-such-host.invalid/')).kind, 'failed');
  for (const url of ['sftp://127.0.0.1/a', 'file:///etc/passwd', 'data:text/plain,x'])
    assert.equal((await download(url)).kind, 'unsupported', url);
});

test('an abort ends a transfer at once, wherever it stands (F-07)', async (context) => {
  const silent = await serveSockets(context, () => undefined);
  const headers = await serveHttp(context, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).flushHeaders();
  });
  const half = await serveHttp(context, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 }).write('half of it');
  });
  const login = await serveFtp(context, { PASS: 'hang' });
  const passive = await serveFtp(context, { EPSV: 'hang' });
  const urls = [
    ...[silent, headers, half].map(({ port }) => `http://127.0.0.1:${port}/`),
    `https://127.0.0.1:${silent.port}/`,
    ...[silent, login, passive].map(({ port }) => `ftp://127.0.0.1:${port}/a`),
    `ftps://127.0.0.1:${silent.port}/a`,
  ];
  for (const url of urls) {
    const beganMs = performance.now();
    assert.equal((await download(url, {}, AbortSignal.timeout(150))).kind, 'failed', url);
    assert.ok(performance.now() - beganMs < 1_500, url);
    assert.equal((await download(url, {}, AbortSignal.abort())).kind, 'failed', url);
  }
});

test('a file comes from an FTP server of others, whatever its name is (F-03)', async (context) => {
  const peer = await startFtpPeer({ user: 'us@er', password: 'p:ss' });
  if (typeof peer === 'string') return context.skip(peer);
  context.after(() => peer.stop());
  peer.write('a b/bildä.bin', content);
  const at = `ftp://us%40er:p%3Ass@127.0.0.1:${peer.port}`;
  for (const path of [
    '/a%20b/bild%C3%A4.bin',
    '//a%20b//bild%C3%A4.bin',
    '/a%20b/bild%C3%A4.bin;type=i',
    '/a b/bildä.bin',
  ])
    assertWhole(await download(`${at}${path}`));
  assert.equal((await download(`${at}/a%20b/none.bin`)).kind, 'failed');
  assert.equal((await download(`${at}/`)).kind, 'failed');
  assert.equal((await download(`${at}/a%ZZ`)).kind, 'failed');
  assert.match(problemOf(await download(`${at}/a%20b/bild%C3%A4.bin`, { maxBytes: 1_000 })), /longer than 1000/);
  assert.equal((await download(`ftp://us%40er:wrong@127.0.0.1:${peer.port}/a`)).kind, 'denied');
});

test('a path cannot carry a command to an FTP server (F-07)', async (context) => {
  const peer = await startFtpPeer({ user: 'u', password: 'p' });
  if (typeof peer === 'string') return context.skip(peer);
  context.after(() => peer.stop());
  peer.write('keep.bin', content);
  assert.equal((await download(`ftp://u:p@127.0.0.1:${peer.port}/x%0D%0ADELE%20keep.bin`)).kind, 'failed');
  assertWhole(await download(`ftp://u:p@127.0.0.1:${peer.port}/keep.bin`));
});

test('a file comes from an FTPS server of others, whose certificate is verified (F-03, F-07)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const peer = await startFtpsPeer(authority.issue({ commonName: 'files', hosts: ['localhost'] }));
  if (typeof peer === 'string') return context.skip(peer);
  context.after(() => peer.stop());
  peer.write('up/image.bin', content);
  assertWhole(await download(`ftps://localhost:${peer.port}/up/image.bin`, { roots: [authority.cert] }));
  assert.match(problemOf(await download(`ftps://localhost:${peer.port}/up/image.bin`)), /certificate/);
});

test('what an FTP server refuses is told apart (F-07)', async (context) => {
  const rows: readonly (readonly [replies: Readonly<Record<string, string>>, kind: string])[] = [
    [{ PASS: '530 no' }, 'denied'],
    [{ EPSV: '425 no', PASV: '425 no' }, 'failed'],
    [{ EPSV: '421 going down' }, 'failed'],
    [{ TYPE: 'cut' }, 'failed'],
    [{ PASV: '227 nonsense', EPSV: '229 nonsense' }, 'failed'],
  ];
  for (const [replies, kind] of rows) {
    const { port } = await serveFtp(context, replies);
    assert.equal((await download(`ftp://127.0.0.1:${port}/a`)).kind, kind, JSON.stringify(replies));
  }
});
