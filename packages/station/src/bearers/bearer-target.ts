import { BlockList, isIP } from 'node:net';

import type { InterfaceRoute } from './network.ts';

/** What has to be reached, as far as it matters for the choice. */
export type BearerTarget =
  /** On the station itself: needs no bearer. */
  | { readonly kind: 'loopback' }
  /** A route that covers the address will do. */
  | { readonly kind: 'address'; readonly family: 4 | 6; readonly address: string }
  /** Needs a default route. */
  | { readonly kind: 'name' };

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Reads the host of the backend, or of the proxy before it. */
export function bearerTargetOf(host: string): BearerTarget {
  const bare = host.replace(/^\[(.*)\]$/u, '$1').toLowerCase();
  const family = isIP(bare);
  if (family === 0) return /^(?:.*\.)?localhost\.?$/u.test(bare) ? { kind: 'loopback' } : { kind: 'name' };
  if (loopback.check(bare, family === 4 ? 'ipv4' : 'ipv6')) return { kind: 'loopback' };
  return { kind: 'address', family: family === 4 ? 4 : 6, address: bare };
}

/** Whether a route leads to the target. */
export function leadsTo(route: InterfaceRoute, target: BearerTarget): boolean {
  if (target.kind === 'loopback') return false;
  if (target.kind === 'name') return route.prefix === 0;
  if (route.family !== target.family) return false;
  if (route.prefix === 0) return true;
  const family = route.family === 4 ? 'ipv4' : 'ipv6';
  const covered = new BlockList();
  covered.addSubnet(route.network, route.prefix, family);
  return covered.check(target.address, family);
}
