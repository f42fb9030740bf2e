import {
  createServer as createHttpServer,
  type IncomingMessage,
  type RequestListener,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer, type Server } from 'node:https';
import type { Socket } from 'node:net';

import type { Time } from '../../core/time.ts';
import type { KeyedCertificate } from './own-certificate.ts';

/** What a port that speaks HTTPS is made from. */
export interface SecureFrontOptions {
  readonly keyed: KeyedCertificate;
  readonly time: Pick<Time, 'after'>;
  readonly timeouts: Readonly<Record<'headersTimeout' | 'requestTimeout' | 'connectionsCheckingInterval', number>>;
  readonly listener: RequestListener;
}

/** The first byte of a TLS handshake record (RFC 8446 §5.1); no request of HTTP begins with it. */
const handshake = 0x16;
/** So long a connection may take to say what it is, to shake hands, and to be sent elsewhere. */
const OPENING_MS = 10_000;

/**
 * A server of HTTPS that sends whoever comes with plain HTTP to the same port over to HTTPS: the first byte tells them apart.
 */
export function createSecureFront({ keyed, time, timeouts, listener }: SecureFrontOptions): Server {
  const server = createHttpsServer({ ...timeouts, ...contextOf(keyed), handshakeTimeout: OPENING_MS }, listener);
  const plain = createHttpServer(redirect);
  const handshakes = server.listeners('connection').filter((one) => typeof one === 'function');
  server.removeAllListeners('connection');
  const open = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    const cancel = time.after(OPENING_MS, () => socket.destroy());
    socket.once('close', cancel);
    socket.on('error', () => socket.destroy());
    socket.once('data', (first: Buffer) => {
      socket.pause();
      socket.unshift(first);
      if (first[0] === handshake) {
        cancel();
        // It reads by itself what came already.
        for (const begin of handshakes) begin.call(server, socket);
      } else {
        plain.emit('connection', socket);
        socket.resume();
      }
    });
  });
  const closeRequests = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    closeRequests();
    // Node does not know of those that have not shaken hands yet.
    for (const socket of open) socket.destroy();
  };
  return server;
}

/** Shows another certificate from the next connection on. */
export function showCertificate(server: Server, keyed: KeyedCertificate): void {
  server.setSecureContext(contextOf(keyed));
}

function contextOf({ certificate, key }: KeyedCertificate): {
  readonly cert: string;
  readonly key: string;
  readonly minVersion: 'TLSv1.2';
} {
  return { cert: certificate, key, minVersion: 'TLSv1.2' };
}

/** Only a name and a port, and only printing characters: nothing of a request gets into the answer as it came. */
function redirect({ headers, url = '/' }: IncomingMessage, response: ServerResponse): void {
  const { host = '' } = headers;
  const isHost = /^(\[[0-9a-f:.]+\]|[\w.-]{1,253})(:\d{1,5})?$/i.test(host);
  const isPath = /^\/(?!\/)[\x21-\x7e]*$/.test(url);
  response.setHeader('Connection', 'close');
  response.setHeader('Cache-Control', 'no-store');
  if (isHost) response.writeHead(308, { Location: `https://${host}${isPath ? url : '/'}` }).end();
  else response.writeHead(400).end();
}
