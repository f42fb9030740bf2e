import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

import { createSystemTime, type Time } from '@kerbside/station';

import type { FaultyNetwork } from '../faulty-network.ts';
import { ProxyPipe, type PipeRules } from './proxy-pipe.ts';

/** Where a proxy stands. */
export interface TcpProxyOptions {
  readonly targetPort: number;
  /** Default 127.0.0.1. */
  readonly targetHost?: string;
  /** Where it listens; default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  readonly time?: Time;
}

interface Pair {
  readonly sockets: readonly Socket[];
  readonly pipes: readonly ProxyPipe[];
}

/** A small TCP proxy for faults below the WebSocket: delay, throttle, half-open, reset, refused. */
export class TcpProxy implements FaultyNetwork {
  latencyMs = 0;
  /** Each way; 0 for no limit. */
  bytesPerSecond = 0;
  readonly #options: TcpProxyOptions;
  readonly #rules: PipeRules;
  readonly #pairs = new Set<Pair>();
  #server: Server | undefined;
  #port: number;
  #trouble: 'none' | 'cut' | 'held' = 'none';

  constructor(options: TcpProxyOptions) {
    this.#options = options;
    this.#port = options.port ?? 0;
    const time = options.time ?? createSystemTime();
    this.#rules = { time, latencyMs: () => this.latencyMs, bytesPerSecond: () => this.bytesPerSecond };
  }

  /** Where it listens; known after `start`. */
  get port(): number {
    return this.#port;
  }

  /** How many connections go through it. */
  get openConnections(): number {
    return this.#pairs.size;
  }

  async start(): Promise<void> {
    if (this.#server !== undefined) return;
    const server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
    this.#server = server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, this.#options.host ?? '127.0.0.1', resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    this.reset();
    await this.#stopListening();
  }

  cut(): void {
    this.#trouble = 'cut';
    for (const pipe of this.#pipes()) pipe.cut();
  }

  hold(): void {
    this.#trouble = 'held';
    for (const pipe of this.#pipes()) pipe.hold();
  }

  release(): void {
    this.#trouble = 'none';
    for (const pipe of this.#pipes()) pipe.release();
  }

  reset(): void {
    for (const { sockets, pipes } of this.#pairs) {
      for (const pipe of pipes) pipe.stop();
      for (const socket of sockets) socket.resetAndDestroy();
    }
    this.#pairs.clear();
  }

  async refuse(): Promise<void> {
    await this.#stopListening();
  }

  async restore(): Promise<void> {
    this.#trouble = 'none';
    await this.start();
  }

  async #stopListening(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    // Its callback would wait for the open connections, which are to stay.
    server?.close();
    await Promise.resolve();
  }

  #pipes(): readonly ProxyPipe[] {
    return [...this.#pairs].flatMap(({ pipes }) => pipes);
  }

  #accept(client: Socket): void {
    const { targetPort, targetHost = '127.0.0.1' } = this.#options;
    const target = connect({ host: targetHost, port: targetPort, noDelay: true });
    const pipes = [new ProxyPipe(client, target, this.#rules), new ProxyPipe(target, client, this.#rules)];
    const pair: Pair = { sockets: [client, target], pipes };
    this.#pairs.add(pair);
    if (this.#trouble === 'cut') for (const pipe of pipes) pipe.cut();
    if (this.#trouble === 'held') for (const pipe of pipes) pipe.hold();
    for (const socket of pair.sockets) {
      // What went wrong is told by `close`.
      socket.on('error', () => socket.destroy());
      socket.once('close', (hadError) => this.#closed(pair, socket, hadError));
    }
  }

  /** One end is gone; the other learns it, unless the way between them is cut. */
  #closed(pair: Pair, gone: Socket, hadError: boolean): void {
    if (!this.#pairs.has(pair)) return;
    if (pair.pipes.some((pipe) => pipe.isCut) && pair.sockets.some((socket) => !socket.destroyed)) return;
    this.#pairs.delete(pair);
    for (const socket of pair.sockets) {
      if (socket === gone) continue;
      if (hadError) socket.resetAndDestroy();
      else socket.end();
    }
  }
}
