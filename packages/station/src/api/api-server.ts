import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

import { getRequestListener } from '@hono/node-server';

import { KerbsideError, messageOf } from '../core/errors.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { ApiApp, ApiBindings } from './api.ts';
import type { AccessDesk } from './access/access-desk.ts';
import { createApi } from './api.ts';
import { isLoopback } from './host-header.ts';
import type { ApiHost } from './host-port.ts';
import { LiveViews } from './live/live-views.ts';
import type { LiveSource } from './live/live-source.ts';
import { listenLocally, localSocketPath } from './local-socket.ts';

/** What the server is made from. */
export interface ApiServerOptions {
  readonly host: ApiHost;
  readonly time: Time;
  readonly access: AccessDesk;
  readonly live: LiveSource;
  /** `api.host` and `api.port`; port 0 takes any free one. */
  readonly address: string;
  readonly port: number;
  readonly dataFolder: string;
  readonly onProblem: (problem: string) => void;
  /** Told whenever the server listens at a network address, also when it was busy at first. */
  readonly onListening: (url: string) => void;
}

/** A busy port may belong to a predecessor that is just ending. */
const RETRY_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const MOST_CONNECTIONS = 256;

/** Serves the API over the network and over the local socket. What cannot be opened is told and never stops the station. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #servers = new Set<Server>();
  readonly #live: LiveViews;
  #app: ApiApp | undefined;
  #cancelRetry: Cancel | undefined;
  #stopped = false;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    const { host, time, live } = options;
    this.#live = new LiveViews({ host, source: live, after: (delayMs, callback) => time.after(delayMs, callback) });
  }

  /** Opens both; resolves when each of them listens or was found to be busy. */
  async start(): Promise<void> {
    const { host, access, address, onProblem } = this.#options;
    this.#app = createApi({
      host,
      access,
      live: this.#live,
      loopbackOnly: isLoopback(address),
      onDefect: (problem) => onProblem(`A request failed: ${problem}`),
    });
    await Promise.all([this.#openLocal(), this.#openNetwork(true)]);
  }

  /** Stops listening and drops what is open. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#live.close();
    const servers = [...this.#servers];
    this.#servers.clear();
    await Promise.all(servers.map(close));
  }

  async #openLocal(): Promise<void> {
    const server = this.#serve('socket');
    try {
      await listenLocally(server, localSocketPath(this.#options.dataFolder));
      this.#servers.add(server);
    } catch (error) {
      this.#options.onProblem(`The command line cannot reach this daemon: ${messageOf(error)}`);
    }
  }

  async #openNetwork(first: boolean): Promise<void> {
    const { address, port, onListening, onProblem, time } = this.#options;
    const server = this.#serve('tcp');
    try {
      onListening(await listen(server, address, port));
      this.#servers.add(server);
      if (this.#stopped) await this.stop();
    } catch (error) {
      if (first)
        onProblem(
          `The API cannot listen at ${address}:${port} (${messageOf(error)}); this is tried again until it works.`,
        );
      if (this.#stopped) return;
      this.#cancelRetry = time.after(RETRY_MS, () => void this.#openNetwork(false));
    }
  }

  #serve(transport: ApiBindings['transport']): Server {
    const listener = getRequestListener(
      (request, { incoming }) =>
        this.#fetch(request, { transport, address: incoming.socket.remoteAddress ?? '', secure: false }),
      { overrideGlobalObjects: false },
    );
    const server = createServer(
      { headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: REQUEST_TIMEOUT_MS },
      (incoming: IncomingMessage, outgoing: ServerResponse) => void listener(incoming, outgoing),
    );
    server.maxConnections = MOST_CONNECTIONS;
    return server;
  }

  #fetch(request: Request, bindings: ApiBindings): Response | Promise<Response> {
    if (this.#app === undefined) throw new KerbsideError('internal.bug', 'The API was asked before its start.');
    return this.#app.fetch(request, bindings);
  }
}

async function listen(server: Server, address: string, port: number): Promise<string> {
  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ host: address, port }, listening.resolve);
  await listening.promise;
  server.off('error', listening.reject);
  const bound = server.address();
  const actual = typeof bound === 'object' && bound !== null ? bound.port : port;
  return `http://${address.includes(':') ? `[${address}]` : address}:${actual}`;
}

async function close(server: Server): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  server.closeAllConnections();
  await closed.promise;
}
