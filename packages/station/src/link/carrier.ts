import type { Socket } from 'node:net';

import type { Attempt } from './attempt.ts';
import { openTunnel, parseProxy } from './proxy-tunnel.ts';
import { connectTcp } from './tcp-connect.ts';
import type { TcpDeps } from './tcp-connect.ts';
import type { TlsConnector } from './tls-connect.ts';
import type { ConnectRequest } from './transport.ts';
import type { Carrier } from './ws-connection.ts';

/** DNS, TCP, proxy and TLS: what the WebSocket stands on. */
export async function openCarrier(
  request: ConnectRequest,
  deps: TcpDeps,
  tls: TlsConnector,
  attempt: Attempt,
): Promise<Carrier> {
  const tcp = await openTcp(request, deps, attempt);
  const { host } = placeOf(request);
  const secured = request.tls === undefined ? undefined : await tls.secure(tcp, host, request.tls, attempt);
  return { tcp, stream: secured?.socket ?? tcp, judgement: secured?.judgement };
}

/** DNS, TCP and proxy: a way on which nothing was said to the backend yet. */
export async function openTcp(request: ConnectRequest, deps: TcpDeps, attempt: Attempt): Promise<Socket> {
  const { host, port, authority } = placeOf(request);
  const proxy = request.proxy === undefined ? undefined : parseProxy(request.proxy);
  attempt.enter('dns');
  const tcp = await connectTcp({ ...(proxy ?? { host, port }), source: request.source }, deps, attempt);
  if (proxy !== undefined) await openTunnel(tcp, authority, attempt);
  return tcp;
}

/** Host without brackets, port, and both as they stand in a CONNECT request. */
export function placeOf(request: Pick<ConnectRequest, 'url'>): { host: string; port: number; authority: string } {
  const url = new URL(request.url);
  const fallback = url.protocol === 'wss:' ? 443 : 80;
  const port = url.port === '' ? fallback : Number(url.port);
  return { host: url.hostname.replace(/^\[(.*)\]$/u, '$1'), port, authority: `${url.hostname}:${port}` };
}
