import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { after } from 'node:test';

import { scenario } from '../../world/scenario.ts';
import { ask, readKey, registered } from '../backend-steps.ts';

/** An HTTP proxy that notes what it is asked for, and the first words that pass it. */
class NotingProxy {
  readonly asked: string[] = [];
  readonly upgrades: string[] = [];
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();

  async start(): Promise<void> {
    this.#server.on('connect', ({ url = '' }, client: Socket) => this.#tunnel(url, client));
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
  }

  get address(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #tunnel(target: string, client: Socket): void {
    this.asked.push(target);
    const { hostname, port } = new URL(`http://${target}`);
    const backend = connect(Number(port), hostname, () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      client.once('data', (data: Buffer) => this.upgrades.push(data.toString('latin1')));
      client.pipe(backend).pipe(client);
    });
    for (const socket of [client, backend]) {
      this.#sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.#sockets.delete(socket));
    }
  }
}

const proxy = new NotingProxy();
await proxy.start();
after(() => proxy.close());

scenario('backend.proxy: the proxy is asked for the backend, and all passes it', { only: 'strict' }, async (world) => {
  const before = proxy.asked.length;
  await world.configure({ 'backend.proxy': proxy.address });
  await world.pass(1_000);
  assert.equal(proxy.asked.length, before, 'it waits for its application');
  await world.station.applyEndpoint(false);
  await world.until('a connection through the proxy', () => world.backend.attempts.length === 2);
  await registered(world);
  const { host } = new URL(world.wire.of('connect')[0]?.request.url ?? '');
  assert.deepEqual(proxy.asked.slice(before), [host]);
});

scenario(
  'backend.compression: on, the upgrade offers permessage-deflate (T-25)',
  { only: 'strict', defaults: { 'backend.proxy': proxy.address } },
  async (world) => {
    const before = proxy.upgrades.length - 1;
    await ask(world, 'ChangeConfiguration', { key: 'WebSocketCompression', value: 'true' });
    await world.until('a new connection', () => proxy.upgrades.length === before + 2);
    await registered(world);
    assert.equal((await readKey(world, 'WebSocketCompression'))?.['value'], 'true');
    const offered = proxy.upgrades
      .slice(before)
      .map((text) => /^sec-websocket-extensions: *(.*)$/im.exec(text)?.[1] ?? '');
    assert.deepEqual(
      offered.map((text) => text.includes('permessage-deflate')),
      [false, true],
    );
  },
);
