import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { test } from 'node:test';

import {
  createMemoryStore,
  createSeededRandom,
  createSimulator,
  createSystemTime,
  createWsTransport,
  Host,
  overridesOf,
} from '@kerbside/station';
import { WebSocketServer, type WebSocket } from 'ws';

const time = createSystemTime({ speed: 20 });
const bootAccepted = JSON.stringify({ status: 'Accepted', currentTime: new Date().toISOString(), interval: 300 });

/** A station that dials this port. */
function stationAt(port: number): Host {
  const store = createMemoryStore();
  const defaults = {
    'backend.communicationType': 'ocpp1.6',
    'backend.identity': 'FRAMES',
    'backend.protocol': 'ws',
    'backend.host': '127.0.0.1',
    'backend.port': port,
  } as const;
  return new Host({
    store,
    time,
    random: createSeededRandom('frames'),
    transport: createWsTransport({ time }),
    stations: [
      {
        name: 'FRAMES',
        overrides: overridesOf({ defaults }),
        driver: createSimulator({ time, random: createSeededRandom('frames hardware') }),
      },
    ],
    version: 'test',
  });
}

/** A backend whose frames are made by hand, and a station that talks to it. */
async function withBackend(story: (backend: HandMadeBackend) => Promise<void>): Promise<void> {
  const backend = new HandMadeBackend();
  await backend.start();
  const host = stationAt(backend.port);
  await host.start();
  try {
    await story(backend);
  } finally {
    await host.stop();
    await backend.stop();
  }
}

class HandMadeBackend {
  readonly heard: { readonly text: string; readonly isBinary: boolean }[] = [];
  readonly closings: number[] = [];
  readonly #server = new WebSocketServer({ port: 0, host: '127.0.0.1', handleProtocols: () => 'ocpp1.6' });
  #socket: WebSocket | undefined;
  #wake: () => void = () => undefined;

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get socket(): WebSocket {
    assert.ok(this.#socket !== undefined);
    return this.#socket;
  }

  async start(): Promise<void> {
    this.#server.on('connection', (socket) => {
      this.#socket = socket;
      socket.on('message', (data: Buffer, isBinary: boolean) => {
        this.heard.push({ text: data.toString('utf8'), isBinary });
        this.#wake();
      });
      socket.on('close', (code) => {
        this.closings.push(code);
        this.#wake();
      });
      this.#wake();
    });
    await new Promise<void>((resolve) => void this.#server.once('listening', resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.#server.clients) socket.terminate();
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
  }

  async until(condition: () => boolean): Promise<void> {
    while (!condition()) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  /** Sends a text in as many frames as given. */
  sendIn(parts: readonly string[]): void {
    for (const [index, part] of parts.entries()) this.socket.send(part, { fin: index === parts.length - 1 });
  }

  /** The call of an action that came last, read. */
  call(action: string): readonly unknown[] | undefined {
    return this.heard
      .map(({ text }) => JSON.parse(text) as readonly unknown[])
      .findLast(([type, , name]) => type === 2 && name === action);
  }
}

test(
  'an answer in fragments, torn inside a character too, is put together; a binary frame ends the connection with 1003, and another follows (T-07)',
  { timeout: 60_000 },
  async () => {
    await withBackend(async (backend) => {
      await backend.until(() => backend.call('BootNotification') !== undefined);
      const id = String(backend.call('BootNotification')?.[1]);
      const text = `[3,"${id}",${bootAccepted}]`;
      backend.sendIn([text.slice(0, 5), text.slice(5, 40), '', text.slice(40)]);
      await backend.until(() => backend.call('StatusNotification') !== undefined);
      const call = Buffer.from('[2,"ä","DataTransfer",{"vendorId":"ä"}]');
      const torn = call.indexOf(0xa4);
      backend.socket.send(call.subarray(0, torn), { fin: false, binary: false });
      backend.socket.send(call.subarray(torn), { fin: true, binary: false });
      await backend.until(() =>
        backend.heard.some(({ text: said }) => said === '[3,"ä",{"status":"UnknownVendorId"}]'),
      );
      assert.ok(
        backend.heard.every(({ isBinary }) => !isBinary),
        'the station sends text frames only',
      );
      const before = backend.socket;
      backend.socket.send(Buffer.from('[2,"b","ClearCache",{}]'), { binary: true });
      await backend.until(() => backend.closings.length === 1 && backend.socket !== before);
      assert.deepEqual(backend.closings, [1003]);
    });
  },
);

test(
  'a ping each second gets its pong, also while the backend leaves all calls unanswered (T-21, fault 6)',
  { timeout: 60_000 },
  async () => {
    await withBackend(async (backend) => {
      await backend.until(() => backend.call('BootNotification') !== undefined);
      for (let turn = 0; turn < 5; turn++) {
        const sentMs = performance.now();
        await new Promise<void>((resolve) => {
          backend.socket.once('pong', () => resolve());
          backend.socket.ping(`turn ${turn}`);
        });
        assert.ok(performance.now() - sentMs < 1_000);
      }
    });
  },
);

test(
  'the upgrade is a proper HTTP request, with everything that RFC 6455 asks for and nothing twice (T-03, fault 1, fault 2)',
  { timeout: 60_000 },
  async () => {
    const received = Promise.withResolvers<string>();
    const server = createServer((socket) => {
      let text = '';
      socket.setEncoding('latin1').on('data', (part: string) => {
        text += part;
        if (!text.includes('\r\n\r\n')) return;
        received.resolve(text);
        socket.destroy();
      });
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const host = stationAt(port);
    await host.start();
    const request = await received.promise;
    await host.stop();
    await new Promise<void>((resolve) => void server.close(() => resolve()));
    const [line, ...rest] = request.split('\r\n');
    assert.equal(line, 'GET /FRAMES HTTP/1.1');
    assert.deepEqual(rest.slice(-2), ['', ''], 'nothing follows the empty line');
    const headers = rest.slice(0, -2).map((text) => /^([!#$%&'*+.^_`|~\w-]+): (.*)$/.exec(text)?.slice(1) ?? []);
    const names = headers.map(([name = '']) => name.toLowerCase());
    assert.equal(new Set(names).size, names.length, `no header twice: ${names.join()}`);
    const of = (name: string): string | undefined => headers[names.indexOf(name)]?.[1];
    assert.equal(of('host'), `127.0.0.1:${port}`);
    assert.equal(of('upgrade')?.toLowerCase(), 'websocket');
    assert.equal(of('connection')?.toLowerCase(), 'upgrade');
    assert.equal(of('sec-websocket-version'), '13');
    assert.equal(of('sec-websocket-protocol'), 'ocpp1.6');
    assert.equal(Buffer.from(of('sec-websocket-key') ?? '', 'base64').length, 16);
    assert.deepEqual(
      ['authorization', 'content-length', 'transfer-encoding', 'sec-websocket-extensions'].filter((name) =>
        names.includes(name),
      ),
      [],
    );
  },
);
