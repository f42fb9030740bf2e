import type { NetworkInterfaceInfo } from 'node:os';

import type { InterfaceAddress, InterfaceRoute, NetworkInterface } from './network.ts';

/** What Linux tells of its interfaces, as texts and as `os.networkInterfaces()` gives it. */
export interface NetworkFacts {
  /** /proc/net/dev: every interface. */
  readonly dev: string;
  /** /proc/net/route */
  readonly route: string;
  /** /proc/net/ipv6_route; '' without IPv6 */
  readonly ipv6Route: string;
  /** /proc/net/if_inet6; '' without IPv6 */
  readonly ifInet6: string;
  /** Addresses of interfaces that are switched on and have a carrier; others are not in it. */
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/** Route flags (linux/route.h, linux/ipv6_route.h). */
const RTF_UP = 0x1;
const RTF_REJECT = 0x200;
const RTF_LOCAL = 0x80000000;
/** Address flags (linux/if_addr.h): temporary, dad failed, deprecated, tentative. */
const UNUSABLE_IPV6 = 0x01 | 0x08 | 0x20 | 0x40;

/** Puts the facts together: all interfaces except loopback. */
export function interfacesOf(facts: NetworkFacts): readonly NetworkInterface[] {
  const routes = [...ipv4Routes(facts.route), ...ipv6Routes(facts.ipv6Route)];
  const unusable = unusableAddresses(facts.ifInet6);
  return interfaceNames(facts.dev).flatMap((name) => {
    const infos = facts.interfaces[name];
    if (name === 'lo' || infos?.some(({ internal }) => internal) === true) return [];
    const own = routes.filter((route) => route.interface === name).map(({ route }) => route);
    const addresses = (infos ?? []).flatMap((info) => sourceOf(info, unusable));
    return [{ name, running: infos !== undefined, addresses, routes: own }];
  });
}

function interfaceNames(dev: string): readonly string[] {
  return dev
    .split('\n')
    .slice(2)
    .flatMap((line) => /^\s*([^:\s]+):/.exec(line)?.[1] ?? [])
    .toSorted();
}

function sourceOf(info: NetworkInterfaceInfo, unusable: ReadonlySet<string>): readonly InterfaceAddress[] {
  if (info.family === 'IPv4') return info.address.startsWith('169.254.') ? [] : [{ family: 4, address: info.address }];
  const linkLocal = /^fe[89ab]/i.test(info.address);
  return linkLocal || unusable.has(canonicalIPv6(info.address)) ? [] : [{ family: 6, address: info.address }];
}

function unusableAddresses(ifInet6: string): ReadonlySet<string> {
  const rows = ifInet6.split('\n').map((line) => line.trim().split(/\s+/));
  const bad = rows.filter(([address, , , , flags]) => address?.length === 32 && (hex(flags) & UNUSABLE_IPV6) !== 0);
  return new Set(bad.map(([address = '']) => canonicalIPv6(fromHex(address))));
}

interface OwnedRoute {
  readonly interface: string;
  readonly route: InterfaceRoute;
}

/** Columns: interface, destination, gateway, flags, …, mask at 7; numbers in the byte order of the machine, least byte first. */
function ipv4Routes(text: string): readonly OwnedRoute[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', destination = '', gateway = '', flags = '', , , , mask = ''] = line.trim().split(/\s+/);
    if (mask.length !== 8 || (hex(flags) & RTF_UP) === 0 || (hex(flags) & RTF_REJECT) !== 0) return [];
    const prefix = hex(mask).toString(2).replaceAll('0', '').length;
    const route = { family: 4, network: dotted(destination), prefix, gateway: zeroIsNone(dotted(gateway)) } as const;
    return [{ interface: name, route }];
  });
}

/** Columns: destination, its prefix, source, its prefix, next hop, metric, counters, flags, interface. */
function ipv6Routes(text: string): readonly OwnedRoute[] {
  return text.split('\n').flatMap((line) => {
    const columns = line.trim().split(/\s+/);
    const [destination = '', prefix = '', , , nextHop = '', , , , flags = '', name = ''] = columns;
    const own = destination.startsWith('ff') || destination.startsWith('fe80');
    if (columns.length < 10 || own || (hex(flags) & RTF_UP) === 0) return [];
    if ((hex(flags) & RTF_REJECT) !== 0 || (hex(flags) & RTF_LOCAL) !== 0) return [];
    const gateway = zeroIsNone(canonicalIPv6(fromHex(nextHop)));
    const route = { family: 6, network: canonicalIPv6(fromHex(destination)), prefix: hex(prefix), gateway } as const;
    return [{ interface: name, route }];
  });
}

function hex(text: string | undefined): number {
  return Number.parseInt(text ?? '0', 16);
}

function dotted(word: string): string {
  const bytes = word.match(/../g) ?? [];
  return bytes.toReversed().map(hex).join('.');
}

function fromHex(address: string): string {
  return (address.match(/.{4}/g) ?? []).join(':');
}

function canonicalIPv6(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function zeroIsNone(address: string): string | null {
  return address === '0.0.0.0' || address === '::' ? null : address;
}
