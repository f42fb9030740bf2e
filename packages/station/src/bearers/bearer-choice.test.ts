import assert from 'node:assert/strict';
import { test } from 'node:test';

import { usableBearers, whyNoneIsUp } from './bearer-choice.ts';
import type { BearerRules } from './bearer-choice.ts';
import { bearerTargetOf } from './bearer-target.ts';
import { factoryRules, interfaceUp } from './test-interfaces.ts';

const all = ['wwan0', 'wlan0', 'eth0'].map((name) => interfaceUp(name));

function namesOf(interfaces: typeof all, change: Partial<BearerRules> = {}): readonly string[] {
  return usableBearers(interfaces, { ...factoryRules, ...change }).map(({ name }) => name);
}

for (const { connectionType, order } of [
  { connectionType: 'auto', order: ['ethernet', 'wlan', 'gsm'] },
  { connectionType: 'ethernet', order: ['ethernet', 'wlan', 'gsm'] },
  { connectionType: 'wlan', order: ['wlan', 'ethernet', 'gsm'] },
  { connectionType: 'gsm', order: ['ethernet', 'gsm', 'wlan'] },
  { connectionType: 'none', order: [] },
] as const) {
  test(`the order of connection type ${connectionType} is ${order.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(namesOf(all, { connectionType }), order);
  });
}

test('a bearer is up with carrier, address and a route to the backend', () => {
  const up = interfaceUp('eth0');
  for (const broken of [{ running: false }, { addresses: [] }, { routes: up.routes.slice(0, 1) }]) {
    assert.deepEqual(namesOf([{ ...up, ...broken }]), []);
  }
  assert.deepEqual(namesOf([up]), ['ethernet']);
});

test('what keeps a bearer from being up is said by interface', () => {
  const up = interfaceUp('eth0');
  const told = whyNoneIsUp(
    [
      { ...up, running: false },
      { ...interfaceUp('wlan0'), addresses: [] },
      { ...interfaceUp('wwan0'), routes: [] },
    ],
    factoryRules,
  );
  assert.equal(told, 'no bearer is up: eth0 has no carrier, wlan0 has no address, wwan0 has no route to the backend');
});

test('a backend with an address needs a route that covers it, of its own family', () => {
  const closed = { ...interfaceUp('eth0'), routes: interfaceUp('eth0').routes.slice(0, 1) };
  assert.deepEqual(namesOf([closed], { target: bearerTargetOf('10.1.0.77') }), ['ethernet']);
  assert.deepEqual(namesOf([closed], { target: bearerTargetOf('10.2.0.77') }), []);
  assert.deepEqual(namesOf([interfaceUp('eth0')], { target: bearerTargetOf('2001:db8::5') }), []);
});

test('a backend on the station itself needs no bearer', () => {
  for (const host of ['localhost', 'csms.localhost', '127.0.0.1', '127.5.5.5', '::1', '[::1]'])
    assert.deepEqual(namesOf([], { target: bearerTargetOf(host) }), ['loopback']);
  for (const host of ['localhost.example.com', 'mylocalhost', '128.0.0.1', '::2'])
    assert.deepEqual(namesOf([], { target: bearerTargetOf(host) }), [], host);
});

test('where interfaces cannot be told apart the routing of the system decides, except with connection type none', () => {
  assert.deepEqual(
    usableBearers(null, factoryRules).map(({ name }) => name),
    ['system'],
  );
  assert.deepEqual(usableBearers(null, { ...factoryRules, connectionType: 'none' }), []);
});

test('interfaces of unknown names count only when the patterns know none', () => {
  assert.deepEqual(namesOf([interfaceUp('br0')]), ['other']);
  assert.deepEqual(namesOf([interfaceUp('br0'), { ...interfaceUp('eth0'), running: false }]), []);
  assert.deepEqual(namesOf([interfaceUp('eth0')], { patterns: { gsm: ['eth*'] } }), ['gsm']);
  assert.deepEqual(namesOf([interfaceUp('eth0.100')], { patterns: { gsm: ['eth0.*'] } }), ['gsm']);
  assert.deepEqual(namesOf([interfaceUp('eth01')], { patterns: { gsm: ['eth0.'] } }), ['other'], 'a dot is a dot');
});

test('an interface with several addresses keeps the one in use', () => {
  const addresses = ['10.1.0.2', '10.1.0.3'].map((address) => ({ family: 4 as const, address }));
  const several = { ...interfaceUp('eth0'), addresses };
  const [first] = usableBearers([several], factoryRules);
  assert.equal(first?.ipv4, '10.1.0.2');
  const used = { name: 'ethernet', interface: 'eth0', ipv4: '10.1.0.3', ipv6: null } as const;
  assert.equal(usableBearers([several], factoryRules, used)[0]?.ipv4, '10.1.0.3');
});
