import { lookup as systemLookup, Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';

import type { Bearer } from '../bearers/bearer.ts';
import type { Time } from '../core/time.ts';
import { codeOf } from './attempt.ts';
import type { Destroyable } from './attempt.ts';
import { isLoopback, systemNameServers } from './name-servers.ts';
import type { NameServers } from './name-servers.ts';
import type { ConnectSource } from './transport.ts';

/** One address of a host. */
export interface HostAddress {
  readonly address: string;
  /** 4, 6, or 0 for what was given as an address. */
  readonly family: number;
}

/** One question waits so long for an answer; a repetition twice as long. */
const FIRST_WAIT_MS = 2000;
const QUESTIONS = 4;
/** How long the answer for one family waits for that of the other (RFC 8305 §3). */
const OTHER_FAMILY_MS = 250;

/** What resolving needs. */
export interface ResolveDeps {
  readonly time: Time;
  /** Whatever can be ended with the attempt. */
  readonly own: (resource: Destroyable) => unknown;
}

/**
 * All addresses of a name. Over a bound bearer the questions go out by it, to its own name servers, after `/etc/hosts`
 * (parameters.md row 1); otherwise the system resolves. Rejects with a code such as ENOTFOUND or ETIMEOUT.
 */
export function resolveHost(
  host: string,
  source: ConnectSource | undefined,
  deps: ResolveDeps,
): Promise<readonly HostAddress[]> {
  // Names of multicast DNS are known to the system only (RFC 6762 §3).
  if (source === undefined || source.bearer.interface === null || /\.local\.?$/iu.test(host))
    return systemAddresses(host);
  const { bearer } = source;
  const known = hostsFileAddresses(host).filter(({ family }) => (family === 4 ? bearer.ipv4 : bearer.ipv6) !== null);
  if (known.length > 0) return Promise.resolve(known);
  const own = systemNameServers(bearer.interface ?? '');
  const asked = source.nameServers.length > 0 ? { ...own, servers: source.nameServers } : own;
  return askAll(namesToAsk(host, asked.search), bearer, asked, deps);
}

function systemAddresses(host: string): Promise<readonly HostAddress[]> {
  return systemLookup(host, { all: true, verbatim: true });
}

/** hosts(5): an address, then its names. */
function hostsFileAddresses(host: string): readonly HostAddress[] {
  const wanted = host.toLowerCase();
  return readHostsFile()
    .split('\n')
    .flatMap((line) => {
      const [address = '', ...names] = line.replace(/#.*$/u, '').trim().split(/\s+/u);
      const family = isIP(address);
      return family !== 0 && names.some((name) => name.toLowerCase() === wanted) ? [{ address, family }] : [];
    });
}

function readHostsFile(): string {
  try {
    return readFileSync('/etc/hosts', 'utf8');
  } catch {
    // No such file: no such names.
    return '';
  }
}

/** Short names are completed first, others last; a dot at the end forbids it (resolv.conf(5), ndots:1). */
function namesToAsk(host: string, search: readonly string[]): readonly string[] {
  if (host.endsWith('.')) return [host];
  const completed = search.map((domain) => `${host}.${domain}`);
  return host.includes('.') ? [host, ...completed] : [...completed, host];
}

async function askAll(
  names: readonly string[],
  bearer: Bearer,
  servers: NameServers,
  deps: ResolveDeps,
): Promise<readonly HostAddress[]> {
  const resolver = resolverOf(bearer, servers);
  deps.own({ destroy: () => resolver.cancel() });
  let reason: unknown;
  for (const name of names) {
    try {
      return await askBothFamilies(name, bearer, resolver, deps.time);
    } catch (thrown) {
      reason ??= thrown;
      if (!['ENOTFOUND', 'ENODATA'].includes(codeOf(thrown))) throw thrown;
    }
  }
  throw reason;
}

function resolverOf(bearer: Bearer, { servers }: NameServers): Resolver {
  const resolver = new Resolver({ timeout: FIRST_WAIT_MS, tries: QUESTIONS });
  const isIPv6 = (server: string): boolean => server.startsWith('[') || isIP(server) === 6;
  const reachable = servers.filter((server) => (isIPv6(server) ? bearer.ipv6 : bearer.ipv4) !== null);
  const asked = reachable.length > 0 ? reachable : servers;
  if (asked.length > 0) resolver.setServers([...asked]);
  // A server on the machine itself is not reached from the address of an interface; it chooses its own way.
  if (asked.every(isLoopback)) return resolver;
  if (bearer.ipv6 === null) resolver.setLocalAddress(bearer.ipv4 ?? '0.0.0.0');
  else resolver.setLocalAddress(bearer.ipv4 ?? '0.0.0.0', bearer.ipv6);
  return resolver;
}

/** Asks for the families that the bearer has; IPv6 first. An answer waits only shortly for the other one. */
function askBothFamilies(
  name: string,
  { ipv4, ipv6 }: Bearer,
  resolver: Resolver,
  time: Time,
): Promise<readonly HostAddress[]> {
  const ask = async (family: 4 | 6): Promise<readonly HostAddress[]> => {
    const addresses = await (family === 6 ? resolver.resolve6(name) : resolver.resolve4(name));
    return addresses.map((address) => ({ address, family }));
  };
  const asked = [...(ipv6 === null ? [] : [ask(6)]), ...(ipv4 === null ? [] : [ask(4)])];
  return new Promise((resolve, reject) => {
    const found: (readonly HostAddress[])[] = asked.map(() => []);
    const reasons: unknown[] = [];
    let open = asked.length;
    const conclude = (): void => {
      const all = found.flat();
      if (all.length > 0) resolve(all);
      else if (open === 0) reject(worstOf(reasons));
    };
    const settled = (): void => {
      open -= 1;
      if (open === 0) conclude();
      else if (found.flat().length > 0) time.after(OTHER_FAMILY_MS, conclude);
    };
    asked.forEach((answer, index) => {
      answer
        .then(
          (addresses) => (found[index] = addresses),
          (thrown: unknown) => reasons.push(thrown),
        )
        .then(settled, reject);
    });
  });
}

/** A name that exists without addresses of one family says less than a server that did not answer. */
function worstOf(reasons: readonly unknown[]): unknown {
  return reasons.find((reason) => codeOf(reason) !== 'ENODATA') ?? reasons[0];
}
