import assert from 'node:assert/strict';
import { test } from 'node:test';

import { systemNameServers } from './name-servers.ts';

type Files = Readonly<Record<string, string>>;

const stub = 'nameserver 127.0.0.53\noptions edns0\nsearch lan.example\n';

for (const { what, files, expected } of [
  {
    what: 'resolv.conf, with the last search line, without comments and wrong words',
    files: {
      '/etc/resolv.conf':
        '# made by hand\nnameserver 10.0.0.1 ; a comment\nnameserver x\nsearch a b\nsearch c.example\n',
    },
    expected: { servers: ['10.0.0.1'], search: ['c.example'] },
  },
  {
    what: 'the servers behind the stub of systemd-resolved',
    files: { '/etc/resolv.conf': stub, '/run/systemd/resolve/resolv.conf': 'nameserver 10.0.0.2\n' },
    expected: { servers: ['10.0.0.2'], search: ['lan.example'] },
  },
  {
    what: 'the stub itself when nothing is behind it',
    files: { '/etc/resolv.conf': stub },
    expected: { servers: ['127.0.0.53'], search: ['lan.example'] },
  },
  {
    what: 'the DHCP lease of the interface before the system’s',
    files: {
      '/etc/resolv.conf': stub,
      '/sys/class/net/wwan0/ifindex': '7\n',
      '/run/systemd/netif/leases/7': 'ADDRESS=10.64.0.5\nDNS=10.64.0.1 fd00::1\nDOMAINNAME=gsm.example\n',
    },
    expected: { servers: ['10.64.0.1', 'fd00::1'], search: ['gsm.example'] },
  },
  {
    what: 'what resolvconf keeps for the interface, with the search of the system',
    files: { '/etc/resolv.conf': stub, '/run/resolvconf/interface/wwan0*': 'nameserver 10.64.0.9\n' },
    expected: { servers: ['10.64.0.9'], search: ['lan.example'] },
  },
  { what: 'nothing where nothing is told', files: {}, expected: { servers: [], search: [] } },
] satisfies readonly { what: string; files: Files; expected: unknown }[]) {
  test(`the name servers of an interface: ${what}`, () => {
    assert.deepEqual(
      systemNameServers('wwan0', (path) => (files as Files)[path] ?? ''),
      expected,
    );
  });
}
