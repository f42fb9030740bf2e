import { createServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer, ServerResponse } from 'node:http';
import type { Server as HttpsServer } from 'node:https';

import { getRequestListener } from '@hono/node-server';

import { KerbsideError, messageOf } from '../core/errors.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { ApiApp, ApiBindings } from './api.ts';
import type { AccessDesk } from './access/access-desk.ts';
import { createApi } from './api.ts';
import { limitBodyTime } from './body-time.ts';
import { isLoopback } from './host-header.ts';
import type { ApiHost } from './host-port.ts';
import { LiveViews } from './live/live-views.ts';
import type { LiveSource } from './live/live-source.ts';
import { listenLocally, localSocketPath } from './local-socket.ts';
import type { HttpsCertificate } from './tls/https-certificate.ts';
import { createSecureFront, showCertificate } from './tls/secure-front.ts';

type Server = HttpServer | HttpsServer;

/** What the server is made from. */
export interface ApiServerOptions {
  readonly host: ApiHost;
  readonly time: Time;
  readonly access: AccessDesk;
  /** The state of the process for Prometheus; `each`: with every station by itself. Absent: none is told. */
  readonly metrics?: (each: boolean) => Promise<string>;
  readonly live: LiveSource;
  /** `api.host` and `api.port`; port 0 takes any free one. */
  readonly address: string;
  readonly port: number;
  readonly dataFolder: string;
  /** With it the network side speaks HTTPS; absent: HTTP. */
  readonly https?: HttpsCertificate | undefined;
  /** What the network side waits for, and the local socket does not; never rejects. */
  readonly beforeNetwork?: Promise<unknown>;
  /** How long the headers of a request may take, in ms; 10 s unless it is said. */
  readonly headersTimeoutMs?: number;
  readonly onProblem: (problem: string) => void;
  /** Told whenever the server listens at a network address, also when it was busy at first. */
  readonly onListening: (url: string) => void;
}

/** A busy port may belong to a predecessor that is just ending. */
const RETRY_MS = 5_000;
const HEADERS_TIMEOUT_MS = 10_000;
/** The time of bodies is limited one by one: files may take longer. */
const REQUEST_TIMEOUT_MS = 0;
/** How often Node looks for connections whose headers do not come. */
const LOOK_MS = 2_000;
const MOST_CONNECTIONS = 256;

/** Serves the API over the network and over the local socket. What cannot be opened is told and never stops the station. */
export class ApiServer {
  readonly #options: ApiServerOptions;
  readonly #servers = new Set<Server>();
  /** Servers at addresses that are open for a while only. */
  readonly #also = new Map<string, Server>();
  readonly #live: LiveViews;
  #app: ApiApp | undefined;
  #cancelRetry: Cancel | undefined;
  #stopped = false;
  /** Where it listens; 0: nowhere yet. */
  #port = 0;

  constructor(options: ApiServerOptions) {
    this.#options = options;
    const { host, time, live } = options;
    this.#live = new LiveViews({ host, source: live, after: (delayMs, callback) => time.after(delayMs, callback) });
  }

  /** Opens both; resolves when each of them listens or was found to be busy. */
  async start(): Promise<void> {
    const { host, access, metrics, address, https, onProblem } = this.#options;
    https?.onChange((keyed) => {
      for (const server of [...this.#servers, ...this.#also.values()])
        if ('setSecureContext' in server) showCertificate(server, keyed);
    });
    this.#app = createApi({
      host,
      access,
      https: https ?? null,
      live: this.#live,
      ...(metrics === undefined ? {} : { metrics }),
      loopbackOnly: isLoopback(address),
      onDefect: (problem) => onProblem(`A request failed: ${problem}`),
    });
    const network = (this.#options.beforeNetwork ?? Promise.resolve()).then(() => this.#openNetwork(true));
    await Promise.all([this.#openLocal(), network]);
  }

  /** Stops listening and drops what is open. May be called twice. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRetry?.();
    this.#live.close();
    const servers = [...this.#servers, ...this.#also.values()];
    this.#servers.clear();
    this.#also.clear();
    await Promise.all(servers.map(close));
  }

  /**
   * Listens at these addresses of the machine too, at the same port, and at no other ones any more. What cannot be opened now is tried
   * again at the next call. Never rejects.
   */
  async listenAlsoAt(addresses: readonly string[]): Promise<void> {
    for (const [address, server] of this.#also) {
      if (addresses.includes(address)) continue;
      this.#also.delete(address);
      await close(server);
    }
    for (const address of addresses) {
      if (this.#also.has(address) || this.#stopped || this.#port === 0) continue;
      const server = this.#serve('tcp');
      this.#also.set(address, server);
      try {
        const url = await listen(server, address, this.#port);
        // It may have been given up meanwhile.
        if (this.#also.get(address) === server) this.#options.onListening(url);
        else await close(server);
      } catch {
        this.#also.delete(address);
      }
    }
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
    if (this.#stopped) return;
    const { address, port, onListening, onProblem, time } = this.#options;
    const server = this.#serve('tcp');
    try {
      onListening(await listen(server, address, port));
      this.#servers.add(server);
      this.#port = portOf(server, port);
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
    const { https, time } = this.#options;
    const secure = transport === 'tcp' && https !== undefined;
    const answer = getRequestListener(
      (request, { incoming }) => {
        const { remoteAddress: address = '', localAddress = '' } = incoming.socket;
        return this.#fetch(request, { transport, address, localAddress, secure });
      },
      { overrideGlobalObjects: false },
    );
    const listener = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
      limitBodyTime(incoming, outgoing, time);
      void answer(incoming, outgoing);
    };
    const headersTimeout = this.#options.headersTimeoutMs ?? HEADERS_TIMEOUT_MS;
    const connectionsCheckingInterval = Math.min(LOOK_MS, headersTimeout);
    const timeouts = { headersTimeout, requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval };
    const server = secure
      ? createSecureFront({ keyed: https.keyed, time, timeouts, listener })
      : createServer(timeouts, listener);
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
  const scheme = 'setSecureContext' in server ? 'https' : 'http';
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${portOf(server, port)}`;
}

function portOf(server: Server, wanted: number): number {
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : wanted;
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  server.closeAllConnections();
  await closed.promise;
}
