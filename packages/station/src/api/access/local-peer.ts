import { BlockList, isIPv6 } from 'node:net';

import { isLoopback } from '../host-header.ts';

/** The two ends of a connection. */
export interface Peer {
  /** Who asks. */
  readonly address: string;
  /** Where the connection came in. */
  readonly localAddress: string;
}

/** An address of an interface of this machine, with its network as `192.0.2.1/24`. */
export interface InterfaceAddress {
  readonly address: string;
  readonly cidr: string;
}

/**
 * Whether somebody asks from this machine, or from the network behind an interface with these addresses: both ends count, because
 * Linux takes a packet for one interface from another too.
 */
export function isOnInterface(peer: Peer, addresses: readonly InterfaceAddress[]): boolean {
  const from = plainAddress(peer.address);
  const to = plainAddress(peer.localAddress);
  if (isLoopback(from)) return true;
  return addresses.some(({ address, cidr }) => plainAddress(address) === to && isWithin(from, cidr));
}

/** An address as Node tells it, without the zone of IPv6 and without the wrapping of IPv4. */
export function plainAddress(address: string): string {
  const [withoutZone = ''] = address.split('%', 1);
  return withoutZone.replace(/^::ffff:(?=\d+\.)/i, '').toLowerCase();
}

function isWithin(address: string, cidr: string): boolean {
  const [network = '', prefix = ''] = cidr.split('/');
  const family = isIPv6(network) ? 'ipv6' : 'ipv4';
  if (address === '' || (family === 'ipv6') !== isIPv6(address)) return false;
  const list = new BlockList();
  list.addSubnet(plainAddress(network), Number(prefix), family);
  return list.check(address, family);
}
