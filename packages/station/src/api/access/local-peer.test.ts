import assert from 'node:assert/strict';
import { it } from 'node:test';

import { isOnInterface } from './local-peer.ts';

const eth1 = [
  { address: '192.168.7.1', cidr: '192.168.7.1/24' },
  { address: 'fd00::1', cidr: 'fd00::1/64' },
];

for (const [who, address, localAddress, addresses, expected] of [
  ['the machine itself', '127.0.0.1', '127.0.0.1', [], true],
  ['the machine itself by IPv6', '::1', '::1', [], true],
  ['the machine itself as IPv6 wraps IPv4', '::ffff:127.0.0.1', '::ffff:127.0.0.1', [], true],
  ['a neighbour at the interface', '192.168.7.20', '192.168.7.1', eth1, true],
  ['a neighbour as IPv6 wraps IPv4', '::ffff:192.168.7.20', '::ffff:192.168.7.1', eth1, true],
  ['a neighbour by IPv6', 'fd00::20%eth1', 'fd00::1', eth1, true],
  ['somebody further away who came in at the interface', '192.168.8.20', '192.168.7.1', eth1, false],
  ['somebody with an address of the neighbours who came in elsewhere', '192.168.7.20', '10.0.0.1', eth1, false],
  ['a neighbour while no interface is named', '192.168.7.20', '192.168.7.1', [], false],
  ['somebody without an address', '', '', eth1, false],
] as const) {
  it(`${who} ${expected ? 'is' : 'is not'} at the interface`, () => {
    assert.equal(isOnInterface({ address, localAddress }, addresses), expected);
  });
}
