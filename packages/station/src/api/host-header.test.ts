import assert from 'node:assert/strict';
import { it } from 'node:test';

import { namesLoopback } from './host-header.ts';

for (const [host, localAddress, expected] of [
  ['localhost', '127.0.0.1', true],
  ['LOCALHOST:8080', '127.0.0.1', true],
  ['[::1]:8080', '::1', true],
  ['127.0.0.9', '127.0.0.9', true],
  ['attacker.example', '127.0.0.1', false],
  ['127.0.0.1.attacker.example', '127.0.0.1', false],
  ['192.168.7.1:8080', '192.168.7.1', true],
  ['192.168.7.1', '::ffff:192.168.7.1', true],
  ['[fd00::1]:8080', 'fd00::1', true],
  ['192.168.7.2', '192.168.7.1', false],
  ['attacker.example', '192.168.7.1', false],
  ['', '', false],
  [undefined, '127.0.0.1', false],
] as const) {
  it(`${host ?? 'no name'} at ${localAddress} ${expected ? 'names' : 'does not name'} this machine`, () => {
    assert.equal(namesLoopback(host, localAddress), expected);
  });
}
