import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test, type TestContext } from 'node:test';

import { createSystemTime } from '../core/system-time.ts';
import type { Destroyable } from './attempt.ts';
import { resolveHost } from './resolve-host.ts';
import type { ConnectSource } from './transport.ts';

const time = createSystemTime();
const headerBytes = 12;

/** A name server on loopback; `zone` gives the addresses by name, for A and AAAA; a name that is null is never answered. */
async function nameServer(
  t: TestContext,
  zone: Readonly<Record<string, readonly string[] | null>>,
): Promise<{ readonly source: ConnectSource; readonly asked: readonly string[] }> {
  const socket = createSocket('udp4');
  const asked: string[] = [];
  socket.on('message', (query, { address, port }) => {
    const { name, type, end } = questionOf(query);
    asked.push(`${type} ${name}`);
    const known = zone[`${type} ${name}`];
    if (known === null) return;
    const exists = Object.keys(zone).some((key) => key.endsWith(` ${name}`));
    socket.send(answerTo(query.subarray(0, end), known ?? [], exists), port, address);
  });
  await new Promise<void>((resolve) => {
    socket.bind(0, '127.0.0.1', resolve);
  });
  t.after(() => socket.close());
  const { port } = socket.address();
  const bearer = { name: 'ethernet', interface: 'lo', ipv4: '127.0.0.1', ipv6: '::1' } as const;
  return { source: { bearer, nameServers: [`127.0.0.1:${port}`] }, asked };
}

function questionOf(query: Buffer): { readonly name: string; readonly type: string; readonly end: number } {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join('.').toLowerCase(), type: query.readUInt16BE(at + 1) === 28 ? 'AAAA' : 'A', end: at + 5 };
}

function answerTo(query: Buffer, addresses: readonly string[], exists: boolean): Buffer {
  const header = Buffer.from(query.subarray(0, headerBytes));
  header.writeUInt16BE(exists ? 0x8180 : 0x8183, 2);
  header.writeUInt16BE(addresses.length, 6);
  header.fill(0, 8, headerBytes);
  const records = addresses.map((address) => {
    const data = address.includes(':')
      ? Buffer.from(
          address
            .split(':')
            .map((word) => word.padStart(4, '0'))
            .join(''),
          'hex',
        )
      : Buffer.from(address.split('.').map(Number));
    const head = Buffer.from([0xc0, headerBytes, 0, data.length === 16 ? 28 : 1, 0, 1, 0, 0, 0, 0, 0, data.length]);
    return Buffer.concat([head, data]);
  });
  return Buffer.concat([header, query.subarray(headerBytes), ...records]);
}

/** Resolves, and gives the attempt's resources back at the end. */
async function addressesOf(
  t: TestContext,
  host: string,
  source: ConnectSource | undefined,
): Promise<readonly string[]> {
  const owned: Destroyable[] = [];
  t.after(() => owned.forEach((resource) => resource.destroy()));
  const found = await resolveHost(host, source, { time, own: (resource) => owned.push(resource) });
  return found.map(({ address }) => address);
}

test('both families are asked for at the servers of the bearer, IPv6 first', async (t) => {
  const { source } = await nameServer(t, { 'A csms.test': ['10.0.0.5'], 'AAAA csms.test': ['fd00:0:0:0:0:0:0:5'] });
  assert.deepEqual(await addressesOf(t, 'csms.test', source), ['fd00::5', '10.0.0.5']);
});

test('only the families that the bearer has are asked for', async (t) => {
  const { source, asked } = await nameServer(t, {
    'A csms.test': ['10.0.0.5'],
    'AAAA csms.test': ['fd00:0:0:0:0:0:0:5'],
  });
  assert.deepEqual(await addressesOf(t, 'csms.test', { ...source, bearer: { ...source.bearer, ipv6: null } }), [
    '10.0.0.5',
  ]);
  assert.deepEqual(asked, ['A csms.test']);
});

test('a server that is silent about IPv6 does not hold the IPv4 answer up', async (t) => {
  const { source } = await nameServer(t, { 'A csms.test': ['10.0.0.5'], 'AAAA csms.test': null });
  const begunMs = performance.now();
  assert.deepEqual(await addressesOf(t, 'csms.test', source), ['10.0.0.5']);
  assert.ok(performance.now() - begunMs < 1500);
});

test('a name that nobody knows is ENOTFOUND', async (t) => {
  const { source } = await nameServer(t, {});
  await assert.rejects(addressesOf(t, 'nobody.test', source), { code: 'ENOTFOUND' });
});

test('what waits for a silent server ends with the attempt', async (t) => {
  const { source } = await nameServer(t, { 'A csms.test': null, 'AAAA csms.test': null });
  const owned: Destroyable[] = [];
  const resolving = resolveHost('csms.test', source, { time, own: (resource) => owned.push(resource) });
  for (const resource of owned) resource.destroy();
  await assert.rejects(resolving, { code: 'ECANCELLED' });
});

test('names of the hosts file need no server, and without a bearer the system resolves', async (t) => {
  const { source, asked } = await nameServer(t, {});
  const own = await addressesOf(t, 'localhost', source);
  assert.ok(own.includes('127.0.0.1') || own.includes('::1'), own.join());
  assert.deepEqual(asked, []);
  const system = await addressesOf(t, 'localhost', undefined);
  assert.ok(system.includes('127.0.0.1') || system.includes('::1'), system.join());
});
