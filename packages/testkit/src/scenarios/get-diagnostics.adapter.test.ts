import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';

import { createFileTransfer } from '@kerbside/station';

import { serveFtp, serveHttp, serveSockets } from '../ftp/file-servers.ts';
import { startFtpPeer } from '../ftp/ftp-peer.ts';
import { startFtpsPeer } from '../ftp/ftps-peer.ts';
import { CertificateAuthority } from '../tls/certificate-authority.ts';
import { createStrictWorld } from '../world/strict-world.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { diagnosticsTold, getDiagnostics } from './diagnostics-steps.ts';
import { unzipped } from './unzipped.ts';

/** A registered station whose files really leave it. */
async function play(story: (world: World) => Promise<void>): Promise<void> {
  const world = await createStrictWorld({ files: createFileTransfer() });
  try {
    await world.until('registration', () => world.status().registration === 'accepted');
    await story(world);
  } finally {
    await world.end();
  }
}

/** Asks for diagnostics; gives the file name, and how to wait for the two statuses that follow. */
async function asked(
  world: World,
  location: string,
): Promise<{ name: string; told: () => Promise<readonly string[]> }> {
  const before = diagnosticsTold(world).length;
  const { fileName } = await getDiagnostics(world, { location });
  const told = async (): Promise<readonly string[]> => {
    await world.until('two statuses', () => diagnosticsTold(world).length >= before + 2);
    return diagnosticsTold(world).slice(before);
  };
  return { name: String(fileName), told };
}

async function assertTold(world: World, location: string, final: 'Uploaded' | 'UploadFailed'): Promise<string> {
  const { name, told } = await asked(world, location);
  assert.deepEqual(await told(), ['Uploading', final], location);
  return name;
}

interface Arrived {
  readonly url: string;
  readonly bytes: Buffer;
}

/** An HTTP server that takes files. */
async function fileServer(
  context: TestContext,
  certificate?: { readonly cert: string; readonly key: string },
): Promise<{ readonly port: number; readonly arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const { port } = await serveHttp(
    context,
    (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        arrived.push({ url: request.url ?? '', bytes: Buffer.concat(pieces) });
        response.writeHead(201).end();
      });
    },
    certificate,
  );
  return { port, arrived };
}

test('diagnostics arrive by HTTP whatever slash stood there, each time that they are asked for (F-03, F-05, F-06, TC_045_1, fault 53)', async (context) => {
  const { port, arrived } = await fileServer(context);
  await play(async (world) => {
    for (const folder of ['', '/', '/in', '/in/', '/in//', '/with%20space']) {
      const name = await assertTold(world, `http://127.0.0.1:${port}${folder}`, 'Uploaded');
      const { url, bytes } = arrived.at(-1) ?? { url: '', bytes: Buffer.alloc(0) };
      assert.equal(url, `${folder.replace(/\/+$/, '')}/${name}`);
      assert.match(unzipped(bytes).get('messages.txt') ?? '', /BootNotification/);
    }
    assert.equal(arrived.length, 6);
  });
});

test('diagnostics arrive by HTTPS only at a server whose certificate is believed (F-03, F-05, F-07)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const { port, arrived } = await fileServer(context, authority.issue({ commonName: 'files', hosts: ['localhost'] }));
  await play(async (world) => {
    await assertTold(world, `https://localhost:${port}/`, 'UploadFailed');
    const installed = await ask(world, 'InstallCertificate', {
      certificateType: 'CentralSystemRootCertificate',
      certificate: authority.cert,
    });
    assert.equal(installed['status'], 'Accepted');
    const name = await assertTold(world, `https://localhost:${port}/in/`, 'Uploaded');
    assert.deepEqual(
      arrived.map(({ url }) => url),
      [`/in/${name}`],
    );
  });
});

test('diagnostics and a log arrive at FTP servers of others (F-03, F-05, F-06, S-16)', async (context) => {
  const peer = await startFtpPeer({ user: 'us@er', password: 'p:ss' });
  if (typeof peer === 'string') return context.skip(peer);
  context.after(() => peer.stop());
  await play(async (world) => {
    const at = `ftp://us%40er:p%3Ass@127.0.0.1:${peer.port}`;
    for (const folder of ['', '/', '/in/', '/with%20space/bild%C3%A4;type=i']) {
      const name = await assertTold(world, `${at}${folder}`, 'Uploaded');
      const path = decodeURIComponent(folder.replace(';type=i', ''));
      assert.match(peer.read(`${path}/${name}`), /^PK/, folder);
    }
    await assertTold(world, `ftp://us%40er:wrong@127.0.0.1:${peer.port}/`, 'UploadFailed');
    const log = { remoteLocation: `${at}/logs/` };
    const answer = await ask(world, 'GetLog', { logType: 'SecurityLog', requestId: 3, log });
    await world.until('two statuses', () => world.calls('LogStatusNotification').length === 2);
    assert.deepEqual(
      world.calls('LogStatusNotification').map(({ payload }) => payload['status']),
      ['Uploading', 'Uploaded'],
    );
    assert.match(peer.read(`logs/${String(answer['filename'])}`), /StartupOfTheDevice/);
  });
});

test('diagnostics arrive at an FTPS server of others (F-03, F-05)', async (context) => {
  const authority = new CertificateAuthority(Date.now());
  const peer = await startFtpsPeer(authority.issue({ commonName: 'files', hosts: ['localhost'] }));
  if (typeof peer === 'string') return context.skip(peer);
  context.after(() => peer.stop());
  await play(async (world) => {
    await assertTold(world, `ftps://localhost:${peer.port}/up/`, 'UploadFailed');
    const certificate = { certificateType: 'CentralSystemRootCertificate', certificate: authority.cert };
    assert.equal((await ask(world, 'InstallCertificate', certificate))['status'], 'Accepted');
    const name = await assertTold(world, `ftps://localhost:${peer.port}/up/`, 'Uploaded');
    assert.match(peer.read(`up/${name}`), /^PK/);
  });
});

test('whatever a server does wrong is told once, and harms nothing (F-05, F-07, TC_045_2, fault 53)', async (context) => {
  const answers = [401, 403, 404, 500, 302];
  const refusing = await serveHttp(context, (request, response) => {
    request.resume();
    request.on('end', () => response.writeHead(answers.shift() ?? 500).end());
  });
  const early = await serveHttp(context, (_request, response) => response.writeHead(413).end());
  const reset = await serveHttp(
    context,
    (request) => void request.once('data', () => request.socket.resetAndDestroy()),
  );
  const noise = await serveSockets(context, (socket) => socket.end('220 this is no HTTP\r\n'));
  const ftp: (readonly [string, string])[] = [
    ['STOR', '550 no'],
    ['STOR', '553 bad name'],
    ['CWD', '421 going down'],
    ['PASS', '530 no'],
    ['EPSV', 'cut'],
  ];
  const ftpServers = await Promise.all(ftp.map(([command, reply]) => serveFtp(context, { [command]: reply })));
  await play(async (world) => {
    const urls = [
      ...[...answers].map(() => `http://127.0.0.1:${refusing.port}/in/`),
      `http://127.0.0.1:${early.port}/`,
      `http://127.0.0.1:${reset.port}/`,
      `http://127.0.0.1:${noise.port}/`,
      `https://127.0.0.1:${noise.port}/`,
      'http://127.0.0.1:1/',
      'ftp://127.0.0.1:1/in',
      'http://no-such-host.invalid/',
      'sftp://127.0.0.1/in',
      'mailto:somebody@example.com',
      ...ftpServers.map(({ port }) => `ftp://u:p@127.0.0.1:${port}/in/`),
    ];
    for (const url of urls) await assertTold(world, url, 'UploadFailed');
    assert.equal(diagnosticsTold(world).length, urls.length * 2);
  });
});

test('while a server stalls, at whatever step, every other CALL is answered before the server is given up (G-05, F-05, F-07)', async (context) => {
  const open: { destroy(): void }[] = [];
  const silent = await serveSockets(context, (socket) => void open.push(socket));
  const half = await serveHttp(context, (request) => {
    open.push(request.socket);
    request.once('data', () => request.pause());
  });
  const unanswered = await serveHttp(context, (request) => {
    open.push(request.socket);
    request.resume();
  });
  const login = await serveFtp(context, { PASS: 'hang' });
  const passive = await serveFtp(context, { EPSV: 'hang' });
  const urls = [
    ...[silent, half, unanswered].map(({ port }) => `http://127.0.0.1:${port}/`),
    `https://127.0.0.1:${silent.port}/`,
    ...[silent, login, passive].map(({ port }) => `ftp://127.0.0.1:${port}/`),
  ];
  await play(async (world) => {
    // Each request ends the one before, which is told.
    let told = 0;
    for (const url of urls) {
      await getDiagnostics(world, { location: url });
      told += told === 0 ? 1 : 2;
      await world.until('Uploading', () => diagnosticsTold(world).length >= told);
      for (const [action, payload] of [
        ['GetConfiguration', { key: ['HeartbeatInterval'] }],
        ['TriggerMessage', { requestedMessage: 'Heartbeat' }],
        ['GetLocalListVersion', {}],
      ] as const) {
        await ask(world, action, payload);
      }
      assert.equal(diagnosticsTold(world).length, told, `the answers waited until ${url} was given up`);
    }
    // The last is still under way.
    await world.until('the last', () => diagnosticsTold(world).length === urls.length * 2 - 1);
    assert.deepEqual(
      diagnosticsTold(world),
      urls.flatMap((_url, index) => (index === 0 ? ['Uploading'] : ['UploadFailed', 'Uploading'])),
    );
  });
  for (const socket of open) socket.destroy();
});
