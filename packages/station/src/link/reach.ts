import type { Socket } from 'node:net';
import { connect } from 'node:tls';

import { Attempt } from './attempt.ts';
import { openCarrier, openTcp, placeOf } from './carrier.ts';
import type { TcpDeps } from './tcp-connect.ts';
import { TlsConnector } from './tls-connect.ts';
import type { ConnectRequest } from './transport.ts';

/** Looks how far one gets towards a backend without opening a WebSocket: nothing of it can disturb a station (T-24). */
export interface Reach {
  /** DNS, TCP, proxy and TLS as an attempt makes them, and then the end. Rejects with `ConnectFailure` only. */
  reach(request: ConnectRequest, signal: AbortSignal): Promise<void>;
  /**
   * What the server speaks on a fresh connection, after an attempt failed: whether a plain request for `/` gets an answer of HTTP,
   * or whether a TLS handshake succeeds. Sends no identity and no password. Never rejects.
   */
  speaks(language: 'http' | 'tls', request: ConnectRequest, signal: AbortSignal): Promise<boolean>;
}

/** The real one. */
export function createReach(deps: TcpDeps): Reach {
  const tls = new TlsConnector();
  return {
    reach: async (request, signal) => {
      const attempt = new Attempt(signal, request);
      try {
        await openCarrier(request, deps, tls, attempt);
      } catch (thrown) {
        throw attempt.failureOf(thrown);
      } finally {
        attempt.destroy();
      }
    },
    speaks: async (language, request, signal) => {
      const attempt = new Attempt(signal, {});
      try {
        const tcp = await openTcp(request, deps, attempt);
        const ask = language === 'http' ? answersHttp : shakesHands;
        return await ask(tcp, placeOf(request), attempt);
      } catch {
        return false;
      } finally {
        attempt.destroy();
      }
    },
  };
}

type Place = ReturnType<typeof placeOf>;

function answersHttp(tcp: Socket, { authority }: Place, attempt: Attempt): Promise<boolean> {
  return attempt.wait((resolve) => {
    tcp.once('data', (chunk: Buffer) => resolve(chunk.subarray(0, 5).toString('latin1') === 'HTTP/'));
    tcp.once('close', () => resolve(false));
    tcp.write(`GET / HTTP/1.1\r\nHost: ${authority}\r\nConnection: close\r\n\r\n`);
  });
}

/** Whoever it is: only that TLS is spoken counts, nothing is said over the connection. */
function shakesHands(tcp: Socket, _place: Place, attempt: Attempt): Promise<boolean> {
  return attempt.wait((resolve) => {
    const socket = attempt.own(connect({ socket: tcp, rejectUnauthorized: false }));
    socket.on('error', () => resolve(false));
    socket.once('close', () => resolve(false));
    socket.once('secureConnect', () => resolve(true));
  });
}
