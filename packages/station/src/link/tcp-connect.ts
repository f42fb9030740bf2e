import { connect, isIP } from 'node:net';
import type { Socket } from 'node:net';

import { bearerText } from '../bearers/bearer.ts';
import type { Cancel, Time } from '../core/time.ts';
import { codeOf } from './attempt.ts';
import type { Attempt, Destroyable } from './attempt.ts';
import { resolveHost as resolveOver } from './resolve-host.ts';
import type { HostAddress } from './resolve-host.ts';
import type { ConnectFinding } from './connect-finding.ts';
import { ConnectFailure } from './transport.ts';
import type { ConnectSource } from './transport.ts';

/** How long one address may be silent before the next is tried beside it (RFC 8305 §5). */
const NEXT_ADDRESS_MS = 250;

/** Resolves a host name to all its addresses. */
export type ResolveHost = (host: string) => Promise<readonly HostAddress[]>;

/** Where to connect to, and the bearer to go out by. */
export interface TcpTarget {
  readonly host: string;
  readonly port: number;
  readonly source?: ConnectSource | undefined;
}

/** What connecting needs of the world. */
export interface TcpDeps {
  readonly time: Time;
  readonly resolveHost?: ResolveHost;
}

/**
 * Opens a TCP connection to the first address that answers (RFC 8305): a slow address is not given up when the next is tried,
 * as Node's own attempt would do, since a mobile network may need more than a second.
 */
export async function connectTcp(target: TcpTarget, deps: TcpDeps, attempt: Attempt): Promise<Socket> {
  const given = isIP(target.host);
  const addresses = given === 0 ? await resolve(target, deps, attempt) : [{ address: target.host, family: given }];
  attempt.enter('tcp');
  const usable = addresses.filter((address) => sourceFor(address, target) !== null);
  if (usable.length === 0) throw noSource(target);
  return attempt.wait<Socket>((resolvePromise, reject) => {
    race(alternateFamilies(usable), target, deps.time, attempt, resolvePromise, reject);
  });
}

/** The address to bind to; undefined: the system chooses; null: the bearer has none of that family. */
function sourceFor({ family }: HostAddress, { source }: TcpTarget): string | null | undefined {
  if (source === undefined || source.bearer.interface === null) return undefined;
  return family === 6 ? source.bearer.ipv6 : source.bearer.ipv4;
}

function noSource({ host, source }: TcpTarget): ConnectFailure {
  const over = source === undefined ? '' : bearerText(source.bearer);
  const text = `${host} has no address of the family that ${over} has`;
  return new ConnectFailure({ stage: 'tcp', code: 'EADDRNOTAVAIL' }, text);
}

function resolve({ host, source }: TcpTarget, deps: TcpDeps, attempt: Attempt): Promise<readonly HostAddress[]> {
  const own = (resource: Destroyable): Destroyable => attempt.own(resource);
  const resolveHost = deps.resolveHost ?? ((name) => resolveOver(name, source, { time: deps.time, own }));
  return attempt.wait<readonly HostAddress[]>((found, reject) => {
    const failed = (code: string, cause?: unknown): void =>
      reject(new ConnectFailure({ stage: 'dns', code }, `the name ${host} was not found (${code})`, { cause }));
    resolveHost(host).then(
      (addresses) => {
        if (addresses.length === 0) return failed('ENODATA');
        attempt.tell({ kind: 'addresses', host, addresses: addresses.map(({ address }) => address) });
        found(addresses);
      },
      (thrown: unknown) => failed(codeOf(thrown), thrown),
    );
  });
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
  target: TcpTarget,
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
    const socket = attempt.own(open(address, target));
    running.add(socket);
    if (waiting.length > 0) cancel = time.after(NEXT_ADDRESS_MS, next);
    const failed = (error: Error): void => {
      if (!running.delete(socket)) return;
      attempt.tell({ kind: 'addressFailed', address: address.address, code: codeOf(error) });
      if (waiting.length > 0) return next();
      if (running.size === 0) lose(refused(error, address, target));
    };
    socket.once('connect', () => {
      cancel?.();
      running.delete(socket);
      // The socket lives for months: it must not hold the attempt.
      socket.off('error', failed);
      for (const slower of running) slower.destroy();
      running.clear();
      attempt.tell(connectedTo(address.address, target.port, socket));
      win(socket);
    });
    socket.once('error', failed);
  };
  next();
}

function open(address: HostAddress, target: TcpTarget): Socket {
  const localAddress = sourceFor(address, target);
  const socket = connect({
    host: address.address,
    port: target.port,
    noDelay: true,
    autoSelectFamily: false,
    ...(typeof localAddress === 'string' ? { localAddress } : {}),
  });
  // Between two stages nobody else listens, and an error without a listener would end the process.
  socket.on('error', ignore);
  return socket;
}

function ignore(): void {
  // Whoever has the socket next hears of its end.
}

function connectedTo(address: string, port: number, { localAddress }: Socket): ConnectFinding {
  return { kind: 'connected', address, port, localAddress: localAddress ?? '' };
}

function refused(error: Error, address: HostAddress, target: TcpTarget): ConnectFailure {
  const code = codeOf(error);
  const where = address.address === target.host ? target.host : `${target.host} (${address.address})`;
  return new ConnectFailure({ stage: 'tcp', code }, `no TCP connection to ${where}, port ${target.port} (${code})`, {
    cause: error,
  });
}
