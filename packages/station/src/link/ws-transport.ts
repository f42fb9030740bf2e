import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';

import { WebSocket } from 'ws';

import { Attempt } from './attempt.ts';
import { openCarrier } from './carrier.ts';
import type { ConnectFinding } from './connect-finding.ts';
import type { TcpDeps } from './tcp-connect.ts';
import { clientRefusal, TlsConnector } from './tls-connect.ts';
import { ConnectFailure } from './transport.ts';
import type { Connection, ConnectRequest, Transport } from './transport.ts';
import { WsConnection } from './ws-connection.ts';
import type { Carrier } from './ws-connection.ts';

/** How long `ws` waits for the end of a connection that it closes itself (1002, 1003, 1009). */
const CLOSE_TIMEOUT_MS = 3000;

/** The real transport: `ws` over TCP and TLS connections that are made here, stage by stage. Shared by all stations. */
export function createWsTransport(deps: TcpDeps): Transport {
  const tls = new TlsConnector();
  return {
    connect: async (request, signal) => {
      const attempt = new Attempt(signal, request);
      try {
        return await open(request, deps, tls, attempt);
      } catch (thrown) {
        attempt.destroy();
        throw attempt.failureOf(thrown);
      }
    },
  };
}

async function open(request: ConnectRequest, deps: TcpDeps, tls: TlsConnector, attempt: Attempt): Promise<Connection> {
  const carrier = await openCarrier(request, deps, tls, attempt);
  attempt.enter('upgrade');
  return upgrade(request, carrier, attempt);
}

function upgrade(request: ConnectRequest, carrier: Carrier, attempt: Attempt): Promise<Connection> {
  return attempt.wait<Connection>((resolve, reject) => {
    const socket = new WebSocket(request.url, [...request.subProtocols], optionsOf(request, carrier.stream));
    attempt.own({ destroy: () => socket.terminate() });
    let status = 0;
    socket.once('upgrade', (response: IncomingMessage) => {
      status = 101;
      attempt.tell(answered(response));
      const selected = response.headers['sec-websocket-protocol'] ?? null;
      if (selected === null || !request.subProtocols.includes(selected)) reject(foreignSubProtocol(selected, request));
    });
    socket.once('unexpected-response', (_call: unknown, response: IncomingMessage) => {
      attempt.tell(answered(response));
      reject(unwelcome(response.statusCode ?? 0, response.statusMessage ?? ''));
    });
    const failed = (error: Error): void => {
      const refusal = clientRefusal(error);
      if (refusal !== undefined) return reject(refusal);
      const text = `the answer to the WebSocket upgrade cannot be used: ${error.message}`;
      reject(new ConnectFailure({ stage: 'upgrade', status }, text, { cause: error }));
    };
    socket.on('error', failed);
    socket.once('open', () => {
      // At once: a message that came along with the upgrade is told before any promise goes on.
      resolve(new WsConnection({ socket, ...carrier }));
      // The socket lives for months: it must not hold the attempt.
      socket.removeAllListeners('unexpected-response').off('error', failed);
    });
  });
}

function answered({ statusCode, statusMessage, headers }: IncomingMessage): ConnectFinding {
  const { server } = headers as { readonly server?: string };
  return {
    kind: 'answered',
    status: statusCode ?? 0,
    statusText: statusMessage ?? '',
    server: server ?? null,
    location: headers.location ?? null,
    subProtocol: headers['sec-websocket-protocol'] ?? null,
    extensions: headers['sec-websocket-extensions'] ?? null,
  };
}

function optionsOf(request: ConnectRequest, stream: Socket): WebSocket.ClientOptions & { closeTimeout: number } {
  return {
    createConnection: () => stream,
    headers: request.authorization === undefined ? {} : { authorization: request.authorization },
    perMessageDeflate: request.compression,
    maxPayload: request.maxPayloadBytes,
    followRedirects: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
}

function foreignSubProtocol(selected: string | null, request: ConnectRequest): ConnectFailure {
  const offered = request.subProtocols.join(', ');
  const what = selected === null ? 'selected no sub-protocol' : `selected the sub-protocol “${selected}”`;
  return new ConnectFailure({ stage: 'subProtocol', selected }, `the backend ${what}; offered: ${offered}`);
}

/** What the HTTP status of a refused upgrade means for the people who set the station up. */
const statusHints: readonly { readonly from: number; readonly to: number; readonly hint: string }[] = [
  { from: 300, to: 399, hint: 'redirects are not followed; enter the final address' },
  { from: 401, to: 401, hint: 'the password is missing or wrong' },
  { from: 403, to: 403, hint: 'the backend does not admit this station' },
  { from: 404, to: 404, hint: 'the path or the identity is not known there' },
  { from: 500, to: 599, hint: 'the backend has a problem' },
];

function unwelcome(status: number, text: string): ConnectFailure {
  const hint = statusHints.find(({ from, to }) => status >= from && status <= to)?.hint;
  const why = hint === undefined ? '' : `: ${hint}`;
  return new ConnectFailure({ stage: 'upgrade', status }, `the backend answered ${`${status} ${text}`.trim()}${why}`);
}
