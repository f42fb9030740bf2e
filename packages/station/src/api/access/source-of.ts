import { isIPv6 } from 'node:net';

import { plainAddress } from './local-peer.ts';

/**
 * As whom an address counts where guesses are counted: IPv4 by itself, IPv6 by its network of 64 bits, in which anybody has as many
 * addresses as they like (RFC 4291 §2.5.4).
 */
export function sourceOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [head = '', tail] = plain.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0');
  const groups = [...before, ...zeros, ...after].slice(0, 4);
  return `${groups.map((group) => group.replace(/^0+(?=.)/, '')).join(':')}::/64`;
}
