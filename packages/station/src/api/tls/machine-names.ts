import { hostname, networkInterfaces } from 'node:os';

import type { InterfaceAddress } from '../access/local-peer.ts';

/** More are in no certificate: a machine with containers has hundreds. */
const MOST_NAMES = 40;

/** By what this machine may be called in a browser: its name, its name in the local network (mDNS), its addresses. */
export function machineNames(): readonly string[] {
  const name = hostname().toLowerCase();
  const isName = /^[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?$/.test(name);
  const names = isName ? [name, ...(name.includes('.') ? [] : [`${name}.local`])] : [];
  const addresses = Object.values(networkInterfaces())
    .flatMap((found) => found ?? [])
    .map(({ address }) => address)
    // An address of the link alone stands in no address of a browser.
    .filter((address) => !address.startsWith('fe80:'));
  return [...new Set([...names, 'localhost', '127.0.0.1', '::1', ...addresses])].slice(0, MOST_NAMES);
}

/** The addresses that an interface has now; none while there is no such interface. */
export function addressesOf(interfaceName: string): readonly InterfaceAddress[] {
  if (interfaceName === '') return [];
  const found = networkInterfaces()[interfaceName] ?? [];
  return found.map(({ address, cidr }) => ({ address, cidr: cidr ?? `${address}/128` }));
}
