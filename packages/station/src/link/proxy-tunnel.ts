import { request } from 'node:http';
import type { Socket } from 'node:net';

import { codeOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { ConnectFailure } from './transport.ts';

/** The port of a proxy that is given without one (Squid's). */
const DEFAULT_PROXY_PORT = 3128;

/** Reads `HOST[:PORT]`, IPv6 in brackets. */
export function parseProxy(text: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:/@\s]+))(?::(\d{1,5}))?$/u.exec(text.trim());
  const host = match?.[1] ?? match?.[2];
  const port = match?.[3] === undefined ? DEFAULT_PROXY_PORT : Number(match[3]);
  if (host !== undefined && port >= 1 && port <= 65_535) return { host, port };
  throw new ConnectFailure({ stage: 'proxy', code: 'INVALID' }, `the proxy “${text}” is not of the form HOST[:PORT]`);
}

/** Asks the proxy at the other end of `socket` for a tunnel to `authority` (host:port); afterwards the socket is the tunnel. */
export function openTunnel(socket: Socket, authority: string, attempt: Attempt): Promise<void> {
  attempt.enter('proxy');
  return attempt.wait<void>((resolve, reject) => {
    const call = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority },
      createConnection: () => socket,
    });
    call.once('connect', (response, _socket, head: Buffer) => {
      const status = response.statusCode ?? 0;
      if (status < 200 || status > 299) return reject(refused(authority, `HTTP_${status}`));
      if (head.length > 0) socket.unshift(head);
      resolve();
    });
    call.once('response', (response) => reject(refused(authority, `HTTP_${response.statusCode ?? 0}`)));
    call.on('error', (error) => reject(refused(authority, codeOf(error), error)));
    call.end();
  });
}

function refused(authority: string, code: string, cause?: unknown): ConnectFailure {
  return new ConnectFailure({ stage: 'proxy', code }, `the proxy opened no tunnel to ${authority} (${code})`, {
    cause,
  });
}
