import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect, createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { after, afterEach, describe, test } from 'node:test';

import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { systemBearer } from '../bearers/bearer.ts';
import { createSeededRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { Link } from './link.ts';
import type { LinkClosed } from './link.ts';
import { AUTHORITY, TestAuthority } from './test-authority.ts';
import { ConnectFailure } from './transport.ts';
import type { Connection, ConnectRequest, ConnectStage, TlsRequest } from './transport.ts';
import { createWsTransport } from './ws-transport.ts';

const transport = createWsTransport({ time: createSystemTime() });
const authority = new TestAuthority();
const root = authority.issue({ subject: '/CN=Root', days: 3650, extensions: AUTHORITY });
const server = authority.issue({
  issuer: root,
  subject: '/CN=box',
  extensions: ['subjectAltName=DNS:localhost,IP:127.0.0.1'],
});
after(() => authority.close());

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function listen(instance: Server): Promise<number> {
  const sockets = new Set<Socket>();
  instance.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  open.push(() => {
    instance.close();
    for (const socket of sockets) socket.destroy();
  });
  instance.listen(0, '127.0.0.1');
  await once(instance, 'listening');
  return (instance.address() as AddressInfo).port;
}

interface Backend {
  readonly port: number;
  readonly requests: IncomingMessage[];
  readonly sockets: WebSocket[];
  readonly wss: WebSocketServer;
}

/** A WebSocket backend that selects `ocpp1.6` if offered; `upgrade` may answer in its own way instead. */
async function backend(
  options: { tls?: TlsOptions; select?: string | false; upgrade?: (socket: Socket) => void } = {},
): Promise<Backend> {
  const requests: IncomingMessage[] = [];
  const sockets: WebSocket[] = [];
  const select = options.select ?? 'ocpp1.6';
  const wss = new WebSocketServer({ noServer: true, handleProtocols: () => select, perMessageDeflate: true });
  wss.on('connection', (socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  const http = createHttpServer();
  http.on('upgrade', (request, socket, head) => {
    requests.push(request);
    if (options.upgrade !== undefined) options.upgrade(socket as Socket);
    else wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request));
  });
  if (options.tls === undefined) return { port: await listen(http), requests, sockets, wss };
  const tls = createTlsServer(options.tls, (socket) => http.emit('connection', socket));
  tls.on('tlsClientError', () => {});
  return { port: await listen(tls), requests, sockets, wss };
}

function requestTo(port: number, change: Partial<ConnectRequest> = {}): ConnectRequest {
  return {
    url: `ws://127.0.0.1:${port}/ocpp/CP1`,
    subProtocols: ['ocpp1.6'],
    compression: false,
    maxPayloadBytes: 1_048_576,
    ...change,
  };
}

function secure(port: number, change: Partial<TlsRequest> = {}, host = 'localhost'): ConnectRequest {
  const tls: TlsRequest = {
    verification: 'strict',
    roots: [root.pem],
    publicRoots: false,
    nowMs: Date.now(),
    ...change,
  };
  return requestTo(port, { url: `wss://${host}:${port}/ocpp/CP1`, tls });
}

function dial(request: ConnectRequest, timeoutMs = 2000): Promise<Connection> {
  return transport.connect(request, AbortSignal.timeout(timeoutMs));
}

async function failureOf(request: ConnectRequest, timeoutMs?: number): Promise<ConnectFailure> {
  try {
    (await dial(request, timeoutMs)).destroy();
  } catch (thrown) {
    assert.ok(thrown instanceof ConnectFailure);
    return thrown;
  }
  return assert.fail('it connected');
}

/** Listens to a connection and waits for what is told. */
class Ear {
  readonly texts: string[] = [];
  readonly closings: { code: number; reason: string }[] = [];
  activities = 0;
  pongs = 0;
  #wake: () => void = () => {};

  constructor(connection: Connection) {
    connection.listen({
      text: (text) => this.#hear(() => this.texts.push(text)),
      pong: () => this.#hear(() => (this.pongs += 1)),
      activity: () => this.#hear(() => (this.activities += 1)),
      closed: (code, reason) => this.#hear(() => this.closings.push({ code, reason })),
    });
  }

  async until(condition: (ear: Ear) => boolean): Promise<void> {
    const deadline = AbortSignal.timeout(3000);
    while (!condition(this)) {
      assert.equal(deadline.aborted, false, 'nothing was told');
      await Promise.race([new Promise<void>((resolve) => (this.#wake = resolve)), once(deadline, 'abort')]);
    }
  }

  #hear(note: () => void): void {
    note();
    this.#wake();
  }
}

describe('an open connection', () => {
  test('carries identity, sub-protocols and password in the upgrade, and texts and pings both ways (T-03, T-21)', async () => {
    const peer = await backend();
    const stages: ConnectStage[] = [];
    const url = `ws://127.0.0.1:${peer.port}/ocpp/S%C3%A4ule%207?k=v`;
    const subProtocols = ['ocpp2.0.1', 'ocpp1.6'];
    const authorization = 'Basic AAEC';
    const connection = await dial(
      requestTo(peer.port, { url, subProtocols, authorization, onStage: (stage) => stages.push(stage) }),
    );
    const ear = new Ear(connection);
    const [upgrade] = peer.requests;
    assert.equal(upgrade?.url, '/ocpp/S%C3%A4ule%207?k=v');
    assert.equal(upgrade?.headers.authorization, authorization);
    assert.equal(upgrade?.headers['sec-websocket-protocol'], 'ocpp2.0.1,ocpp1.6');
    assert.equal(upgrade?.headers['sec-websocket-extensions'], undefined);
    assert.equal(upgrade?.headers.host, `127.0.0.1:${peer.port}`);
    assert.equal(connection.subProtocol, 'ocpp1.6');
    assert.deepEqual(stages, ['dns', 'tcp', 'upgrade']);

    const [client] = peer.sockets;
    assert.ok(client !== undefined);
    client.on('message', (data: Buffer) => client.send(`echo ${data.toString('utf8')}`));
    connection.send('[2,"ä"]');
    await ear.until(({ texts }) => texts.length === 1);
    assert.deepEqual(ear.texts, ['echo [2,"ä"]']);

    connection.ping();
    await ear.until(({ pongs }) => pongs === 1);
    const before = ear.activities;
    client.ping();
    await once(client, 'pong');
    assert.ok(ear.activities > before, 'a ping of the backend is activity');

    connection.close(1000, 'ü'.repeat(200));
    await ear.until(({ closings }) => closings.length > 0);
    assert.equal(ear.closings[0]?.code, 1000);
    connection.send('[2]');
    connection.ping();
    connection.close(1000, 'twice');
    connection.destroy();
  });

  test('keeps what arrives with the upgrade until somebody listens', async () => {
    const peer = await backend();
    peer.wss.on('connection', (client) => {
      client.send('[2,"early"]');
      client.close(1012, 'restart');
    });
    const connection = await dial(requestTo(peer.port));
    await new Promise((resolve) => setTimeout(resolve, 30));
    const ear = new Ear(connection);
    assert.deepEqual(ear.texts, ['[2,"early"]']);
    assert.deepEqual(ear.closings, [{ code: 1012, reason: 'restart' }]);
  });

  test('takes a message of 1 MiB and closes with 1009 at one byte more', async () => {
    const peer = await backend();
    const ear = new Ear(await dial(requestTo(peer.port)));
    peer.sockets[0]?.send('x'.repeat(1_048_576));
    await ear.until(({ texts }) => texts.length === 1);
    const closed = once(peer.sockets[0] ?? peer.wss, 'close');
    peer.sockets[0]?.send('x'.repeat(1_048_577));
    await ear.until(({ closings }) => closings.length > 0);
    assert.equal(ear.closings[0]?.code, 1009);
    assert.equal((await closed)[0], 1009);
    assert.equal(ear.texts.length, 1);
  });

  test('closes with 1003 at a binary frame (T-07)', async () => {
    const peer = await backend();
    const ear = new Ear(await dial(requestTo(peer.port)));
    const closed = once(peer.sockets[0] ?? peer.wss, 'close');
    peer.sockets[0]?.send(Buffer.from('[2]'));
    peer.sockets[0]?.send('[2]');
    await ear.until(({ closings }) => closings.length > 0);
    assert.equal(ear.closings[0]?.code, 1003);
    assert.equal((await closed)[0], 1003);
    assert.deepEqual(ear.texts, []);
  });

  test('is torn down with a reset, so that nothing unsent arrives later', async () => {
    for (const tls of [undefined, { key: server.key, cert: server.pem }]) {
      const peer = await backend(tls === undefined ? {} : { tls });
      const connection = await dial(tls === undefined ? requestTo(peer.port) : secure(peer.port));
      const ear = new Ear(connection);
      const closed = once(peer.sockets[0] ?? peer.wss, 'close');
      connection.destroy();
      connection.destroy();
      await ear.until(({ closings }) => closings.length > 0);
      assert.equal(ear.closings[0]?.code, 1006);
      assert.equal((await closed)[0], 1006);
      assert.equal(ear.closings.length, 1);
    }
  });

  test('survives being torn down over TLS with much unsent, again and again', async () => {
    const peer = await backend({ tls: { key: server.key, cert: server.pem } });
    peer.wss.on('connection', (client) => client.pause());
    for (let round = 0; round < 20; round += 1) {
      const connection = await dial(secure(peer.port));
      const ear = new Ear(connection);
      connection.send('x'.repeat(round * 50_000));
      if (round % 3 === 0) connection.close(1000, 'end');
      connection.destroy();
      connection.send('x');
      connection.ping();
      connection.close(1000, 'end');
      await ear.until(({ closings }) => closings.length > 0);
    }
  });

  test('shows no activity over a link that stopped forwarding, and can be destroyed', async () => {
    const peer = await backend();
    const pairs: Socket[][] = [];
    const wire = createTcpServer((near) => {
      const far = connect(peer.port, '127.0.0.1');
      far.on('error', () => {});
      near.pipe(far).pipe(near);
      pairs.push([near, far]);
    });
    const connection = await dial(requestTo(await listen(wire)));
    const ear = new Ear(connection);
    connection.ping();
    await ear.until(({ pongs }) => pongs === 1);
    for (const socket of pairs.flat()) socket.unpipe().pause();
    const { activities } = ear;
    connection.ping();
    peer.sockets[0]?.send('[2]');
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.deepEqual([ear.activities, ear.pongs, ear.closings.length], [activities, 1, 0]);
    connection.destroy();
    await ear.until(({ closings }) => closings.length > 0);
    for (const socket of pairs.flat()) socket.destroy();
  });

  test('offers compression only when asked (T-25)', async () => {
    const peer = await backend();
    const ear = new Ear(await dial(requestTo(peer.port, { compression: true })));
    assert.match(peer.requests[0]?.headers['sec-websocket-extensions'] ?? '', /permessage-deflate/);
    peer.sockets[0]?.send(`"${'x'.repeat(5000)}"`);
    await ear.until(({ texts }) => texts[0]?.length === 5002);
  });
});

describe('a failed attempt', () => {
  const answers: readonly { name: string; answer: string; status: number; says: RegExp }[] = [
    { name: '401', answer: 'HTTP/1.1 401 Unauthorized\r\n\r\n', status: 401, says: /401 Unauthorized: the password/ },
    { name: '403', answer: 'HTTP/1.1 403 Forbidden\r\n\r\n', status: 403, says: /does not admit/ },
    { name: '404', answer: 'HTTP/1.1 404 Not Found\r\n\r\n', status: 404, says: /path or the identity/ },
    { name: '503', answer: 'HTTP/1.1 503 Busy\r\n\r\n', status: 503, says: /503 Busy: the backend has a problem/ },
    {
      name: 'a redirect',
      answer: 'HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n',
      status: 302,
      says: /not followed/,
    },
    { name: 'an answer that is no HTTP', answer: 'SSH-2.0-OpenSSH\r\n', status: 0, says: /cannot be used/ },
    {
      name: 'a broken upgrade',
      answer: 'HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ocpp1.6\r\n\r\n',
      status: 101,
      says: /Sec-WebSocket-Accept/,
    },
  ];
  for (const { name, answer, status, says } of answers) {
    test(`keeps the status of ${name}`, async () => {
      const peer = await backend({ upgrade: (socket) => socket.end(answer) });
      const failure = await failureOf(requestTo(peer.port));
      assert.deepEqual(failure.detail, { stage: 'upgrade', status });
      assert.match(failure.message, says);
    });
  }

  test('leaves a backend that hangs up', async () => {
    const peer = await backend({ upgrade: (socket) => socket.destroy() });
    assert.deepEqual((await failureOf(requestTo(peer.port))).detail, { stage: 'upgrade', status: 0 });
  });

  test('leaves a backend that selects no sub-protocol or a foreign one (T-04)', async () => {
    for (const select of [false, 'ocpp2.0.1'] as const) {
      const peer = await backend({ select });
      const failure = await failureOf(requestTo(peer.port));
      assert.deepEqual(failure.detail, { stage: 'subProtocol', selected: select === false ? null : select });
      assert.match(failure.message, /offered: ocpp1\.6/);
    }
  });

  test('leaves a backend that names an extension which was not offered (T-25)', async () => {
    const accept =
      'HTTP/1.1 101 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Protocol: ocpp1.6\r\n';
    const peer = await backend({
      upgrade: (socket) => socket.end(`${accept}Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n`),
    });
    assert.equal((await failureOf(requestTo(peer.port))).detail.stage, 'upgrade');
  });

  test('names the stage of a refused TCP connection and of an unknown name', async () => {
    const port = await listen(createTcpServer());
    for (const close of open.splice(0)) close();
    assert.deepEqual((await failureOf(requestTo(port))).detail, { stage: 'tcp', code: 'ECONNREFUSED' });
    const nameless = createWsTransport({
      time: createSystemTime(),
      resolveHost: () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' })),
    });
    const url = 'ws://nowhere.example/CP1';
    await assert.rejects(nameless.connect(requestTo(port, { url }), AbortSignal.timeout(1000)), {
      detail: { stage: 'dns', code: 'ENOTFOUND' },
    });
  });

  test('tries every address of a name, and waits for a slow one beside the others', async () => {
    const peer = await backend();
    const many = createWsTransport({
      time: createSystemTime(),
      resolveHost: () =>
        Promise.resolve(['127.0.0.2', '127.0.0.3', '127.0.0.1'].map((address) => ({ address, family: 4 }))),
    });
    const url = `ws://csms.example:${peer.port}/CP1`;
    const connection = await many.connect(requestTo(peer.port, { url }), AbortSignal.timeout(2000));
    assert.equal(peer.requests[0]?.headers.host, `csms.example:${peer.port}`);
    connection.destroy();
  });

  const stalls: readonly { during: ConnectStage; make: (port: number) => ConnectRequest }[] = [
    { during: 'tls', make: (port) => secure(port) },
    { during: 'upgrade', make: (port) => requestTo(port) },
    { during: 'proxy', make: (port) => requestTo(port, { proxy: `127.0.0.1:${port}` }) },
  ];
  for (const { during, make } of stalls) {
    test(`is ended in the stage ${during} by its signal, and nothing is left open`, async () => {
      let ended: Promise<unknown> | undefined;
      const stall = createTcpServer((socket) => {
        socket.resume();
        ended = once(socket, 'close');
      });
      const failure = await failureOf(make(await listen(stall)), 60);
      assert.deepEqual(failure.detail, { stage: 'timeout', during });
      await ended;
    });
  }

  test('is ended while a name is looked up and before it began', async () => {
    const mute = createWsTransport({ time: createSystemTime(), resolveHost: () => new Promise(() => {}) });
    const url = 'ws://slow.example/CP1';
    const during = { detail: { stage: 'timeout', during: 'dns' } };
    await assert.rejects(mute.connect(requestTo(1, { url }), AbortSignal.timeout(20)), during);
    await assert.rejects(mute.connect(requestTo(1, { url }), AbortSignal.abort()), during);
  });
});

/** A proxy that opens tunnels, or gives one and the same answer. */
async function proxy(answer?: string): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const http = createHttpServer();
  http.on('connect', (call, near) => {
    asked.push(call.url ?? '');
    if (answer !== undefined) return void near.end(answer);
    const far = connect(Number(call.url?.split(':').at(-1)), '127.0.0.1', () => {
      near.write('HTTP/1.1 200 Connection established\r\n\r\n');
      near.pipe(far).pipe(near);
    });
    far.on('error', () => {});
    near.on('error', () => {});
  });
  return { port: await listen(http), asked };
}

describe('a proxy', () => {
  test('is asked for a tunnel, for ws and wss, and gets no password', async () => {
    for (const tls of [undefined, { key: server.key, cert: server.pem }]) {
      const peer = await backend(tls === undefined ? {} : { tls });
      const between = await proxy();
      const stages: ConnectStage[] = [];
      const base = tls === undefined ? requestTo(peer.port) : secure(peer.port);
      const through = {
        ...base,
        proxy: `127.0.0.1:${between.port}`,
        authorization: 'Basic AA',
        onStage: (stage: ConnectStage) => stages.push(stage),
      };
      const connection = await dial(through);
      const ear = new Ear(connection);
      assert.deepEqual(between.asked, [`${tls === undefined ? '127.0.0.1' : 'localhost'}:${peer.port}`]);
      assert.deepEqual(stages, ['dns', 'tcp', 'proxy', ...(tls === undefined ? [] : ['tls']), 'upgrade']);
      connection.ping();
      await ear.until(({ pongs }) => pongs === 1);
      connection.destroy();
    }
  });

  test('that refuses or is written wrongly is named', async () => {
    const { port } = await proxy('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    const refused = await failureOf(requestTo(1, { proxy: `127.0.0.1:${port}` }));
    assert.deepEqual(refused.detail, { stage: 'proxy', code: 'HTTP_407' });
    const wrong = await failureOf(requestTo(1, { proxy: 'http://proxy:3128' }));
    assert.deepEqual(wrong.detail, { stage: 'proxy', code: 'INVALID' });
    assert.match(wrong.message, /HOST\[:PORT\]/);
  });
});

describe('TLS', () => {
  const ours: TlsOptions = { key: server.key, cert: server.pem };

  test('connects with the trusted root, by name and by address', async () => {
    const peer = await backend({ tls: ours });
    for (const host of ['localhost', '127.0.0.1']) {
      const connection = await dial(secure(peer.port, {}, host));
      assert.deepEqual(connection.tlsWarnings, []);
      assert.ok(connection.tlsValidity !== undefined);
      const ear = new Ear(connection);
      connection.ping();
      await ear.until(({ pongs }) => pongs === 1);
      connection.destroy();
    }
  });

  test('sends the server name, TLS 1.2 at least, and only the suites of the whitepaper', async () => {
    let hello = Buffer.alloc(0);
    const port = await listen(
      createTcpServer((socket) => {
        socket.once('data', (data) => {
          hello = data;
          socket.destroy();
        });
      }),
    );
    assert.equal((await failureOf(secure(port))).detail.stage, 'tls');
    assert.ok(hello.includes('localhost'));
    const sessionLength = hello[43] ?? 0;
    const suites = hello.subarray(46 + sessionLength, 46 + sessionLength + hello.readUInt16BE(44 + sessionLength));
    const offered = Array.from({ length: suites.length / 2 }, (_, index) =>
      suites.readUInt16BE(index * 2).toString(16),
    );
    const wanted = ['1302', '1303', '1301', 'c02b', 'c02c', 'c02f', 'c030', '9c', '9d'];
    assert.deepEqual(
      offered.filter((suite) => suite !== 'ff'),
      wanted,
    );
  });

  test('no byte of HTTP leaves before the verdict', async () => {
    const peer = await backend({ tls: ours });
    const plain: Buffer[] = [];
    const tls = createTlsServer(ours, (socket) => socket.on('data', (data) => plain.push(data)));
    const port = await listen(tls);
    const failure = await failureOf({ ...secure(port, { roots: [] }), authorization: 'Basic secret' });
    assert.ok(failure.detail.stage === 'tls' && failure.detail.code === 'CERTIFICATE_REFUSED');
    assert.deepEqual(
      { ...failure.detail.verdict, explanation: '' },
      { trusted: false, valid: true, nameMatches: true, explanation: '' },
    );
    assert.match(failure.message, /“Root” is unknown/);
    assert.deepEqual(plain, []);
    assert.equal(peer.requests.length, 0);
  });

  test('a lesser level connects and warns', async () => {
    const peer = await backend({ tls: ours });
    const connection = await dial(secure(peer.port, { roots: [], verification: 'encryptOnly' }));
    assert.match(connection.tlsWarnings.join(' '), /encryptOnly.*“Root” is unknown/);
    connection.destroy();
  });

  test('shows a client certificate when it has one', async () => {
    const client = authority.issue({ issuer: root, subject: '/CN=CP1', extensions: ['extendedKeyUsage=clientAuth'] });
    const peer = await backend({ tls: { ...ours, ca: root.pem, requestCert: true, rejectUnauthorized: true } });
    const connection = await dial(
      secure(peer.port, { clientCertificate: { certificate: client.pem, key: client.key } }),
    );
    connection.destroy();
    assert.notEqual((await failureOf(secure(peer.port))).detail.stage, 'timeout');
  });

  test('names an old TLS version, a lack of common suites and a server without TLS', async () => {
    const old = await backend({
      tls: { ...ours, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'ALL@SECLEVEL=0' },
    });
    assert.deepEqual((await failureOf(secure(old.port))).detail, { stage: 'tls', code: 'TLS_VERSION' });
    const odd = await backend({ tls: { ...ours, maxVersion: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-CHACHA20-POLY1305' } });
    assert.deepEqual((await failureOf(secure(odd.port))).detail, { stage: 'tls', code: 'TLS_CIPHER' });
    const plain = await backend();
    assert.deepEqual((await failureOf(secure(plain.port))).detail, { stage: 'tls', code: 'TLS_NOT_SPOKEN' });
  });
});

describe('the link on real sockets', () => {
  test('notices that the wire went dead, comes back over a new socket, and holds one at a time', async () => {
    const peer = await backend();
    const wires: { near: Socket; far: Socket }[] = [];
    const port = await listen(
      createTcpServer((near) => {
        const far = connect(peer.port, '127.0.0.1');
        far.on('error', () => {});
        near.on('close', () => far.destroy());
        near.pipe(far).pipe(near);
        wires.push({ near, far });
      }),
    );
    const time = createSystemTime({ speed: 20 });
    const closings: LinkClosed[] = [];
    const openings: (() => void)[] = [];
    const nextOpening = (): Promise<void> => new Promise((resolve) => openings.push(resolve));
    const link = new Link({
      time,
      random: createSeededRandom('CP1'),
      transport: createWsTransport({ time }),
      nowMs: () => time.systemWallMs(),
      settings: () => ({
        endpoint: {
          protocol: 'ws',
          host: '127.0.0.1',
          port,
          path: 'ocpp',
          identity: 'Säule 7',
          subProtocols: ['ocpp1.6'],
          password: null,
          tlsVerification: 'strict',
          tlsRoots: [],
          tlsPublicRoots: false,
          proxy: null,
          compression: false,
        },
        reason: '',
        communicationTimeoutMs: 20_000,
        tcpWatchdogMs: 60_000,
        keepAliveMs: 2000,
        startSpreadMs: 0,
        backOff: { firstMinMs: 1000, firstMaxMs: 1000, baseMs: 1000, capMs: 1000, spreadMs: 0 },
      }),
      listener: {
        opened: () => openings.shift()?.(),
        text: () => {},
        closed: (info) => closings.push(info),
        stateChanged: () => {},
        attemptFailed: (failure) => assert.fail(failure.message),
        silence: () => assert.fail('no pattern after one connection'),
        warning: (text) => assert.fail(text),
      },
    });
    const first = nextOpening();
    link.start();
    link.setBearer(systemBearer, 'up', 'the bearer came up');
    await first;
    assert.equal(peer.requests[0]?.url, '/ocpp/S%C3%A4ule%207');
    const second = nextOpening();
    wires[0]?.near.unpipe().pause();
    wires[0]?.far.unpipe().pause();
    await second;
    assert.deepEqual(closings, [{ code: 1006, reason: '', detector: 'pong' }]);
    assert.equal(wires.length, 2);
    await link.stop();
    assert.equal(closings.length, 2);
    assert.equal(closings[1]?.code, 1001);
    for (const { near } of wires) near.destroy();
  });
});
