import { createServer, type IncomingMessage, type Server } from 'node:http';
import { createServer as createTlsServer, Server as TlsServer } from 'node:https';
import type { AddressInfo, Server as NetServer, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';

import { createSystemTime } from '@kerbside/station';
import rpc, { type RPCServer } from 'ocpp-rpc';

import { Backend } from '../backend.ts';
import { Csms, type CsmsOptions } from '../csms/csms.ts';
import { parseRules } from '../script/rule-parser.ts';
import type { Behaviour, Rule } from '../script/rule.ts';
import { TestkitError } from '../testkit-error.ts';
import { createSharedPort } from './shared-port.ts';
import { StrictLine } from './strict-line.ts';
import { admit } from './upgrade-admission.ts';

/** What a StrictBackend is made from. */
export interface StrictBackendOptions extends Partial<CsmsOptions> {
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Default 0: any free one. */
  readonly port?: number;
  /** Makes it wss. */
  readonly tls?: StrictTls;
  /** The password bytes that each identity must give; without an entry none is asked for. */
  readonly passwords?: Readonly<Record<string, string | Uint8Array>>;
  /** How often the server pings, in milliseconds; default 30,000, 0 for never. */
  readonly pingIntervalMs?: number;
}

/** The server's certificate, and who may connect. All PEM. */
export interface StrictTls {
  readonly key: string;
  readonly cert: string;
  /** Asks stations for a certificate of this authority (security profile 3). */
  readonly clientCa?: string;
  /** Stations without a certificate are let in too; a wrong one is refused all the same. */
  readonly clientMayBeBare?: boolean;
  /** Serves ws at the same port, so that a station can go over to TLS and back. */
  readonly plainToo?: boolean;
}

/** A backend on real sockets: the server of `ocpp-rpc` in strict mode, which validates everything that we send. */
export class StrictBackend extends Backend {
  readonly #options: StrictBackendOptions;
  /** The common names in the certificates with which stations came, in order. */
  readonly clientNames: string[] = [];
  readonly #passwords: Record<string, string | Uint8Array>;
  readonly #server: RPCServer;
  readonly #sockets = new Set<Socket>();
  /** What the rules want of an upgrade. */
  readonly #behaviours = new WeakMap<IncomingMessage, Behaviour>();
  #http: NetServer | undefined;
  #shown: Partial<StrictTls> | undefined;
  /** What serves TLS where one port is shared. */
  #secure: Server | undefined;
  #port: number;

  constructor(options: StrictBackendOptions = {}) {
    super(new Csms({ ...options, time: options.time ?? createSystemTime() }));
    this.#options = options;
    this.#passwords = { ...options.passwords };
    this.#port = options.port ?? 0;
    this.#server = new rpc.RPCServer({
      protocols: ['ocpp1.6'],
      strictMode: true,
      pingIntervalMs: options.pingIntervalMs ?? 30_000,
      // Pongs are ours to give, so that a rule can withhold them.
      wssOptions: { autoPong: false },
    });
  }

  /** The endpoint without identity; known after `start`. */
  get url(): string {
    return `${this.#options.tls === undefined ? 'ws' : 'wss'}://${this.#host}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  get #host(): string {
    return this.#options.host ?? '127.0.0.1';
  }

  /** Asks an identity for this password from now on. */
  setPassword(identity: string, password: string | Uint8Array): void {
    this.#passwords[identity] = password;
  }

  /** Asks an identity for no password any more. */
  forgetPassword(identity: string): void {
    delete this.#passwords[identity];
  }

  /** Shows another certificate from the next connection on. */
  showCertificate(certificate: Pick<StrictTls, 'key' | 'cert'>): void {
    const http = this.#http;
    if (http instanceof TlsServer) http.setSecureContext({ key: certificate.key, cert: certificate.cert });
    this.#show(certificate);
  }

  /** Knows the certificates of this authority, and no others, from the next connection on; only with `plainToo`. */
  knowClients(clientCa: string): void {
    this.#show({ clientCa });
  }

  #show(shown: Partial<StrictTls>): void {
    this.#shown = { ...this.#shown, ...shown };
    this.#secure = undefined;
  }

  /** Replaces the script. @throws TestkitError `rules.invalid`, also for what no server can do */
  override setRules(rules: readonly Rule[]): void {
    checkPossible(rules);
    super.setRules(rules);
  }

  override addRules(rules: readonly Rule[]): void {
    checkPossible(rules);
    super.addRules(rules);
  }

  async start(): Promise<void> {
    if (this.#http !== undefined) return;
    this.#server.auth((accept, reject, handshake) => {
      const behaviour = this.#behaviours.get(handshake.request) ?? {};
      admit({ accept, reject, handshake }, behaviour, this.#passwords[handshake.identity]);
    });
    this.#server.removeAllListeners('client');
    this.#server.on('client', (client) => {
      const { identity, request } = client.handshake;
      new StrictLine({ csms: this.csms, client, identity, socket: request.socket }).start();
    });
    await this.resume();
  }

  /** Refuses TCP connections from now on; open ones stay. */
  async suspend(): Promise<void> {
    const http = this.#http;
    this.#http = undefined;
    this.#secure = undefined;
    if (http !== undefined) await new Promise<void>((resolve) => void http.close(() => resolve()));
  }

  /** Listens again, on the same port. */
  async resume(): Promise<void> {
    if (this.#http !== undefined) return;
    const http = this.#createServer();
    this.#http = http;
    try {
      await new Promise<void>((resolve, reject) => {
        http.once('error', reject);
        http.listen(this.#port, this.#host, resolve);
      });
    } catch (cause) {
      this.#http = undefined;
      throw new TestkitError('backend.usage', `Cannot listen on ${this.#host}:${this.#port}: ${String(cause)}.`, {
        cause,
      });
    }
    this.#port = (http.address() as AddressInfo).port;
  }

  /** Ends all connections and stops listening. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await this.suspend();
  }

  #createServer(): NetServer {
    const { tls } = this.#options;
    const plain = this.#serving(createServer({ noDelay: true }, notFound));
    if (tls === undefined) return plain;
    const secure = (): Server => {
      this.#secure ??= this.#createSecure({ ...tls, ...this.#shown });
      return this.#secure;
    };
    return tls.plainToo === true ? createSharedPort({ plain: () => plain, secure }) : secure();
  }

  #createSecure(tls: StrictTls): Server {
    const { key, cert } = tls;
    const server = createTlsServer({ noDelay: true, key, cert, ...clientAuthentication(tls) }, notFound);
    server.on('secureConnection', (socket) => this.#meet(socket));
    return this.#serving(server);
  }

  /** Notes who came; a certificate that is not known is refused here where stations without one are let in. */
  #meet(socket: TLSSocket): void {
    const certificate = socket.getPeerX509Certificate();
    if (certificate === undefined) return;
    if (socket.authorized) this.clientNames.push(/^CN=(.*)$/m.exec(certificate.subject)?.[1] ?? '');
    else socket.destroy();
  }

  #serving(http: Server): Server {
    http.on('connection', (socket: Socket) => this.#track(socket));
    http.on('upgrade', (request: IncomingMessage, socket: Socket, head: Buffer) =>
      this.#upgrade(request, socket, head),
    );
    return http;
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket);
    // A station may vanish at any moment; the end of the socket is told by `close`.
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.#sockets.delete(socket));
  }

  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    const identity = identityOf(request.url ?? '/');
    if (identity === undefined) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n');
      return;
    }
    const subProtocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    const authorized = request.headers.authorization !== undefined;
    const attempt = {
      identity,
      url: request.url ?? '/',
      subProtocols: subProtocols.filter((name) => name !== ''),
      authorized,
    };
    this.csms.attempted(attempt);
    const behaviour = this.csms.rules.take({ action: '@connect', identity }) ?? {};
    if (behaviour.refuseTcp !== undefined) socket.resetAndDestroy();
    if (behaviour.refuseTcp !== undefined || behaviour.stall !== undefined) return;
    this.#behaviours.set(request, behaviour);
    void this.#server.handleUpgrade(request, socket, head);
  }
}

function notFound(_request: unknown, response: { writeHead(status: number): { end(): void } }): void {
  response.writeHead(404).end();
}

function clientAuthentication({ clientCa, clientMayBeBare }: StrictTls): {
  ca?: string;
  requestCert?: boolean;
  rejectUnauthorized?: boolean;
} {
  if (clientCa === undefined) return {};
  return { ca: clientCa, requestCert: true, rejectUnauthorized: clientMayBeBare !== true };
}

function identityOf(url: string): string | undefined {
  try {
    return decodeURIComponent(new URL(`http://localhost${url}`).pathname.split('/').at(-1) ?? '');
  } catch {
    return undefined;
  }
}

function checkPossible(rules: readonly Rule[]): void {
  parseRules(rules).forEach(({ do: { dnsFailure, stall } }, index) => {
    if (dnsFailure === undefined && (stall === undefined || stall.stage === 'upgrade')) return;
    throw new TestkitError('rules.invalid', `rules[${index}].do cannot be done by a real server; use the TCP proxy.`);
  });
}
