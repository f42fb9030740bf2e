import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import type { IncomingMessage, Server as HttpServer } from 'node:http';
import type { AddressInfo, Server, Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import type { TlsOptions } from 'node:tls';

import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';

import { createSeededRandom } from '../core/random.ts';
import { createSystemTime } from '../core/system-time.ts';
import { ocpp16Dialect } from '../dialects/ocpp16/dialect.ts';
import type { LinkEndpoint } from '../link/link-state.ts';
import { createReach } from '../link/reach.ts';
import type { TcpDeps } from '../link/tcp-connect.ts';
import { createWsTransport } from '../link/ws-transport.ts';
import { doctorAlone } from './doctor-alone.ts';
import type { AloneDeps } from './doctor-alone.ts';
import type { DoctorReport, DoctorStep, DoctorStepId } from './doctor-report.ts';

/** For tests: servers on real sockets that are gone after the test. */
export class Servers {
  readonly #undo: (() => void)[] = [];

  close(): void {
    for (const undo of this.#undo.splice(0)) undo();
  }

  /** Listens on any free port of 127.0.0.1. */
  async listen(server: Server): Promise<number> {
    const sockets = new Set<Socket>();
    server.on('connection', (socket: Socket) => {
      sockets.add(socket);
      socket.on('error', () => {});
    });
    this.#undo.push(() => {
      server.close();
      for (const socket of sockets) socket.destroy();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  /** An HTTP server whose upgrades are answered by `upgrade`; with `tls` behind TLS. */
  async http(
    upgrade: (request: IncomingMessage, socket: Socket, head: Buffer) => void,
    tls?: TlsOptions,
  ): Promise<number> {
    const http: HttpServer = createHttpServer((_request, response) => response.writeHead(404).end());
    http.on('upgrade', (request, socket, head) => upgrade(request, socket as Socket, head));
    if (tls === undefined) return this.listen(http);
    const secured = createTlsServer(tls, (socket) => http.emit('connection', socket));
    secured.on('tlsClientError', () => {});
    return this.listen(secured);
  }

  /** Answers each upgrade with this text. */
  answering(text: string): Promise<number> {
    return this.http((_request, socket) => void socket.end(text));
  }

  /** A WebSocket backend; `serve` answers each text. */
  async backend(options: {
    readonly select?: string | false;
    readonly tls?: TlsOptions;
    readonly serve?: (text: string, socket: WebSocket) => void;
  }): Promise<{
    readonly port: number;
    readonly requests: IncomingMessage[];
    readonly texts: string[];
    /** The code of the first connection that ended. */
    readonly closed: Promise<number>;
  }> {
    const seen = { requests: [] as IncomingMessage[], texts: [] as string[] };
    const closed = Promise.withResolvers<number>();
    const { select = 'ocpp1.6', serve = () => {}, tls } = options;
    const wss = new WebSocketServer({ noServer: true, handleProtocols: () => select });
    wss.on('connection', (socket: WebSocket) => {
      socket.on('error', () => {});
      socket.on('close', (code) => closed.resolve(code));
      socket.on('message', (data: Buffer) => {
        seen.texts.push(data.toString('utf8'));
        serve(data.toString('utf8'), socket);
      });
    });
    const port = await this.http((request, socket, head) => {
      seen.requests.push(request);
      wss.handleUpgrade(request, socket, head, (client) => wss.emit('connection', client, request));
    }, tls);
    return { port, ...seen, closed: closed.promise };
  }
}

/** Answers BootNotification with this payload. */
export function bootAnswer(payload: unknown): (text: string, socket: WebSocket) => void {
  return (text, socket) => {
    const [type, id] = JSON.parse(text) as [number, string];
    if (type === 2) socket.send(JSON.stringify([3, id, payload]));
  };
}

/** What a look at an endpoint found. */
export interface Looked {
  readonly report: DoctorReport;
  readonly step: (id: DoctorStepId) => DoctorStep;
  /** The steps as they were told, with their verdicts. */
  readonly told: readonly string[];
}

/** The doctor on real sockets. */
export async function look(
  endpoint: Partial<LinkEndpoint>,
  change: Partial<AloneDeps> & {
    readonly resolveHost?: TcpDeps['resolveHost'];
    readonly communicationTimeoutMs?: number;
  } = {},
): Promise<Looked> {
  const { resolveHost, communicationTimeoutMs = 3000, ...deps } = change;
  const time = createSystemTime();
  const tcp = resolveHost === undefined ? { time } : { time, resolveHost };
  const told: string[] = [];
  const report = await doctorAlone({
    time,
    random: createSeededRandom('doctor'),
    transport: createWsTransport(tcp),
    reach: createReach(tcp),
    dialects: [ocpp16Dialect],
    settings: {
      endpoint: { ...plainEndpoint, ...endpoint },
      reason: '',
      communicationTimeoutMs,
      tcpWatchdogMs: 0,
      keepAliveMs: 0,
      backOff: { firstMinMs: 1, firstMaxMs: 1, baseMs: 1, capMs: 1, spreadMs: 1 },
      startSpreadMs: 0,
    },
    parts: [],
    identity: { vendor: 'V', model: 'M', ...nobody },
    messageTimeoutMs: 1000,
    clock: {
      nowMs: () => time.systemWallMs(),
      certificateTime: () => ({ nowMs: time.systemWallMs(), clockValid: true }),
    },
    onlyReach: null,
    notes: [],
    signal: new AbortController().signal,
    onStep: ({ step, verdict }) => told.push(`${step} ${verdict}`),
    ...deps,
  });
  const step = (id: DoctorStepId): DoctorStep => {
    const found = report.steps.find((one) => one.step === id);
    if (found === undefined) throw new Error(`there is no step ${id}`);
    return found;
  };
  return { report, step, told };
}

const nobody = {
  serialNumber: null,
  chargeBoxSerialNumber: null,
  firmwareVersion: null,
  meterType: null,
  meterSerialNumber: null,
  iccid: null,
  imsi: null,
} as const;

const plainEndpoint: LinkEndpoint = {
  protocol: 'ws',
  host: '127.0.0.1',
  port: 1,
  path: '/ocpp',
  identity: 'CP 1',
  subProtocols: ['ocpp1.6'],
  password: null,
  tlsVerification: 'strict',
  tlsRoots: [],
  tlsPublicRoots: false,
  proxy: null,
  compression: false,
};
