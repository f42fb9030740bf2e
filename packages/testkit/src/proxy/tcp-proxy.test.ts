import assert from 'node:assert/strict';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { once } from 'node:events';
import { performance } from 'node:perf_hooks';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { TcpProxy } from './tcp-proxy.ts';

interface World {
  readonly proxy: TcpProxy;
  readonly open: () => Socket;
}

/** An echo server behind a proxy. */
async function begin(context: TestContext): Promise<World> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => socket.destroy());
    socket.pipe(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy = new TcpProxy({ targetPort: (server.address() as AddressInfo).port });
  await proxy.start();
  context.after(async () => {
    await proxy.close();
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const open = (): Socket => {
    const socket = connect(proxy.port, '127.0.0.1');
    sockets.push(socket);
    return socket;
  };
  return { proxy, open };
}

async function echo(socket: Socket, text: string): Promise<number> {
  const beganMs = performance.now();
  socket.write(text);
  let length = 0;
  while (length < text.length) length += (await once(socket, 'data'))[0].length;
  return performance.now() - beganMs;
}

test('bytes pass, at once or late', async (context) => {
  const { proxy, open } = await begin(context);
  const socket = open();
  assert.ok((await echo(socket, 'a')) < 1000);
  proxy.latencyMs = 60;
  assert.ok((await echo(socket, 'b')) >= 115);
});

test('a throttle lets bytes trickle', async (context) => {
  const { proxy, open } = await begin(context);
  proxy.bytesPerSecond = 2000;
  assert.ok((await echo(open(), 'x'.repeat(300))) >= 90);
});

test('after a cut nothing passes and nobody is told; a restored proxy takes new connections', async (context) => {
  const { proxy, open } = await begin(context);
  const socket = open();
  await echo(socket, 'a');
  proxy.cut();
  socket.write('b');
  const heard = await Promise.race([once(socket, 'data'), once(socket, 'close'), sleep(80, 'nothing')]);
  assert.equal(heard, 'nothing');
  await proxy.restore();
  socket.write('c');
  assert.equal(await Promise.race([once(socket, 'data'), sleep(80, 'nothing')]), 'nothing');
  await echo(open(), 'd');
});

test('held bytes pass after the release', async (context) => {
  const { proxy, open } = await begin(context);
  const socket = open();
  await echo(socket, 'a');
  proxy.hold();
  const echoed = echo(socket, 'bc');
  assert.equal(await Promise.race([echoed, sleep(60, 'nothing')]), 'nothing');
  proxy.release();
  await echoed;
});

test('a reset ends connections, a refusing proxy takes none until restored', async (context) => {
  const { proxy, open } = await begin(context);
  const socket = open();
  await echo(socket, 'a');
  const ended = once(socket, 'error');
  proxy.reset();
  assert.equal((await ended)[0].code, 'ECONNRESET');
  await proxy.refuse();
  assert.equal((await once(open(), 'error'))[0].code, 'ECONNREFUSED');
  await proxy.restore();
  await echo(open(), 'b');
});

test('a polite end passes to the other side', async (context) => {
  const { proxy, open } = await begin(context);
  const socket = open();
  await echo(socket, 'a');
  socket.end();
  await once(socket, 'close');
  await sleep(20);
  assert.equal(proxy.openConnections, 0);
});
