import assert from 'node:assert/strict';
import type { NetworkInterfaceInfo } from 'node:os';
import { test } from 'node:test';

import { interfacesOf } from './proc-net.ts';
import type { NetworkFacts } from './proc-net.ts';

const dev = `Inter-|   Receive                                                |  Transmit
 face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
    lo:     540       6    0    0    0     0          0         0      540       6    0    0    0     0       0          0
  eth0: 8650000   39000    0    0    0     0          0         0  2050000   24000    0    0    0     0       0          0
  ppp0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0
`;
const route = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	0101000A	0003	0	0	100	00000000	0	0	0
eth0	0001000A	00000000	0001	0	0	0	00FFFFFF	0	0	0
ppp0	00000000	00000000	0001	0	0	700	00000000	0	0	0
*	0000A8C0	00000000	0201	0	0	0	0000FFFF	0	0	0
`;
const ipv6Route = `20010db8000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000002 00000000 00000003     eth0
20010db8000000000000000000000002 80 00000000000000000000000000000000 00 00000000000000000000000000000000 00000000 00000003 00000000 80200001     eth0
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
`;
const ifInet6 = `20010db8000000000000000000000002 02 40 00 80     eth0
20010db800000000aaaaaaaaaaaaaaaa 02 40 00 01     eth0
20010db800000000bbbbbbbbbbbbbbbb 02 40 00 40     eth0
`;

function info(family: 'IPv4' | 'IPv6', address: string): NetworkInterfaceInfo {
  const rest = { address, mac: '00:00:00:00:00:00', internal: false, cidr: null };
  return family === 'IPv4'
    ? { ...rest, family, netmask: '255.255.255.0' }
    : { ...rest, family, netmask: 'ffff::', scopeid: 0 };
}

const facts: NetworkFacts = {
  dev,
  route,
  ipv6Route,
  ifInet6,
  interfaces: {
    eth0: [
      info('IPv4', '10.0.1.2'),
      info('IPv6', 'fe80::1'),
      info('IPv6', '2001:db8::2'),
      info('IPv6', '2001:db8::aaaa:aaaa:aaaa:aaaa'),
      info('IPv6', '2001:db8::bbbb:bbbb:bbbb:bbbb'),
    ],
  },
};

test('addresses that can be a source, and routes that lead somewhere, by interface', () => {
  assert.deepEqual(interfacesOf(facts), [
    {
      name: 'eth0',
      running: true,
      addresses: [
        { family: 4, address: '10.0.1.2' },
        { family: 6, address: '2001:db8::2' },
      ],
      routes: [
        { family: 4, network: '0.0.0.0', prefix: 0, gateway: '10.0.1.1' },
        { family: 4, network: '10.0.1.0', prefix: 24, gateway: null },
        { family: 6, network: '2001:db8::', prefix: 64, gateway: null },
        { family: 6, network: '::', prefix: 0, gateway: 'fe80::1' },
      ],
    },
    {
      name: 'ppp0',
      running: false,
      addresses: [],
      routes: [{ family: 4, network: '0.0.0.0', prefix: 0, gateway: null }],
    },
  ]);
});

test('a machine without IPv6, or one that tells nothing, has what it tells', () => {
  const [eth0] = interfacesOf({ ...facts, ipv6Route: '', ifInet6: '' });
  assert.equal(
    eth0?.routes.every(({ family }) => family === 4),
    true,
  );
  assert.deepEqual(interfacesOf({ dev: '', route: '', ipv6Route: '', ifInet6: '', interfaces: {} }), []);
});

test('an address that nobody gave (169.254) is none', () => {
  const [eth0] = interfacesOf({ ...facts, interfaces: { eth0: [info('IPv4', '169.254.7.7')] } });
  assert.deepEqual([eth0?.running, eth0?.addresses], [true, []]);
});
