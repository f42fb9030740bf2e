import { lookup as systemLookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';

import type { Cancel, Time } from '../core/time.ts';
import { codeOf } from './attempt.ts';
import type { Attempt } from './attempt.ts';
import { ConnectFailure } from './transport.ts';

/** How long one address may be silent before the next is tried beside it (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 250;

/** One address of a host. */
export interface HostAddress {
  readonly address: string;
  readonly family: number;
}

/** Resolves a host name to all its addresses. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

/** What connecting needs of the world. */
export interface TcpDeps {
  readonly time: Time;
  readonly resolveHost?: ResolveHost;
}

/**
 * Opens a TCP connection to the first address that answers (RFC 8305): a slow address is not given up when the next is tried,
 * as Node's own attempt would do, since a mobile network may need more than a second.
 */
export async function connectTcp(
  target: { host: string; port: number },
  deps: TcpDeps,
  attempt: Attempt,
): Promise<Socket> {
  const addresses =
    isIP(target.host) === 0 ? await resolve(target.host, deps, attempt) : [{ address: target.host, family: 0 }];
  attempt.enter('tcp');
  return attempt.wait<Socket>((resolvePromise, reject) => {
    race(alternateFamilies(addresses), target, deps.time, attempt, resolvePromise, reject);
  });
}

function resolve(host: string, deps: TcpDeps, attempt: Attempt): Promise<readonly HostAddress[]> {
  const resolveHost = deps.resolveHost ?? lookupAll;
  return attempt.wait<readonly HostAddress[]>((found, reject) => {
    const failed = (code: string, cause?: unknown): void =>
      reject(new ConnectFailure({ stage: 'dns', code }, `the name ${host} was not found (${code})`, { cause }));
    resolveHost(host).then(
      (addresses) => (addresses.length === 0 ? failed('ENODATA') : found(addresses)),
      (thrown: unknown) => failed(codeOf(thrown), thrown),
    );
  });
}

function lookupAll(host: string): Promise<readonly HostAddress[]> {
  return systemLookup(host, { all: true, verbatim: true });
}

/** IPv6 and IPv4 by turns, beginning with the family that the resolver put first (RFC 8305 §4). */
function alternateFamilies(addresses: readonly HostAddress[]): HostAddress[] {
  const first = addresses.filter(({ family }) => family === addresses[0]?.family);
  const second = addresses.filter(({ family }) => family !== addresses[0]?.family);
  const turns = Array.from({ length: Math.max(first.length, second.length) }, (_, turn) => [first[turn], second[turn]]);
  return turns.flat().filter((address) => address !== undefined);
}

function race(
  addresses: readonly HostAddress[],
  target: { host: string; port: number },
  time: Time,
  attempt: Attempt,
  win: (socket: Socket) => void,
  lose: (failure: ConnectFailure) => void,
): void {
  const running = new Set<Socket>();
  const waiting = [...addresses];
  let cancel: Cancel | undefined;
  attempt.own({ destroy: () => cancel?.() });
  const next = (): void => {
    cancel?.();
    const address = waiting.shift();
    if (address === undefined) return;
    const socket = attempt.own(open(address, target.port));
    running.add(socket);
    if (waiting.length > 0) cancel = time.after(NEXT_ADDRESS_MS, next);
    socket.once('connect', () => {
      cancel?.();
      running.delete(socket);
      for (const slower of running) slower.destroy();
      running.clear();
      win(socket);
    });
    socket.once('error', (error) => {
      if (!running.delete(socket)) return;
      if (waiting.length > 0) return next();
      if (running.size === 0) lose(refused(error, address, target));
    });
  };
  next();
}

function open(address: HostAddress, port: number): Socket {
  const socket = connect({ host: address.address, port, noDelay: true, autoSelectFamily: false });
  // Between two stages nobody else listens, and an error without a listener would end the process.
  socket.on('error', () => {});
  return socket;
}

function refused(error: Error, address: HostAddress, target: { host: string; port: number }): ConnectFailure {
  const code = codeOf(error);
  const where = address.address === target.host ? target.host : `${target.host} (${address.address})`;
  return new ConnectFailure({ stage: 'tcp', code }, `no TCP connection to ${where}, port ${target.port} (${code})`, {
    cause: error,
  });
}
