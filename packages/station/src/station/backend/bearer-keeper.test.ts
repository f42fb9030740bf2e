import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Network, NetworkInterface, PolicyRouting } from '../../bearers/network.ts';
import { systemNetwork } from '../../bearers/network.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { overridesOf } from '../../params/overrides.ts';
import { openParameters } from '../../params/parameters.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { BearerKeeper } from './bearer-keeper.ts';
import type { BearerState } from './bearer-keeper.ts';

function interfaceUp(name: string, subnet: string): NetworkInterface {
  return {
    name,
    running: true,
    addresses: [{ family: 4, address: `${subnet}.2` }],
    routes: [{ family: 4, network: '0.0.0.0', prefix: 0, gateway: `${subnet}.1` }],
  };
}

const eth0 = interfaceUp('eth0', '10.1.0');
const wwan0 = interfaceUp('wwan0', '10.2.0');

/** A network whose routes are made when the test says so. */
class SlowNetwork implements Network {
  readonly #made: ((routing: PolicyRouting) => void)[] = [];
  #tell: (interfaces: readonly NetworkInterface[]) => void = () => undefined;

  watch(listener: (interfaces: readonly NetworkInterface[]) => void): () => void {
    this.#tell = listener;
    return () => {
      this.#tell = () => undefined;
    };
  }

  show(...interfaces: readonly NetworkInterface[]): void {
    this.#tell(interfaces);
  }

  route(): Promise<PolicyRouting> {
    return new Promise((resolve) => {
      this.#made.push(resolve);
    });
  }

  async made(routing: PolicyRouting = { kind: 'installed' }): Promise<void> {
    for (const resolve of this.#made.splice(0)) resolve(routing);
    await Promise.resolve();
    await Promise.resolve();
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}

async function bench<N extends Network>(network: N, pinned: Parameters<typeof overridesOf>[0]['pinned'] = {}) {
  const time = new VirtualTime();
  const params = await openParameters({
    station: 's',
    store: createMemoryStore(),
    clock: { nowMs: () => 0 },
    time,
    overrides: overridesOf({ pinned: { 'backend.host': 'csms.example', ...pinned } }),
  });
  const used: string[] = [];
  const states: BearerState[] = [];
  const keeper = new BearerKeeper({
    time,
    params,
    network,
    calls: { hold: () => Promise.resolve(), resume: () => undefined },
    use: (bearer, change) => used.push(`${change} ${bearer?.interface ?? bearer?.name ?? 'nothing'}`),
    onState: (state) => states.push(state),
  });
  return { time, network, keeper, used, states };
}

test('the link gets a bearer when its routes are made, and hears of a loss at once', async () => {
  const { network, keeper, used, states } = await bench(new SlowNetwork());
  keeper.start();
  network.show(eth0, wwan0);
  assert.deepEqual(used, []);
  await network.made();
  assert.deepEqual(used, ['up eth0']);
  network.show(wwan0);
  assert.deepEqual(used, ['up eth0', 'lost nothing']);
  await network.made({ kind: 'system', reason: 'Operation not permitted' });
  assert.deepEqual(used, ['up eth0', 'lost nothing', 'up wwan0']);
  assert.deepEqual(states.at(-1), {
    name: 'gsm',
    interface: 'wwan0',
    address: '10.2.0.2',
    reason: 'ethernet (eth0) went down',
    policyRouting: 'the routing of the system decides: Operation not permitted',
  });
});

test('routes that come too late for their bearer are of no account', async () => {
  const { network, keeper, used } = await bench(new SlowNetwork());
  keeper.start();
  network.show(eth0);
  network.show(wwan0);
  await network.made();
  assert.deepEqual(used, ['lost nothing', 'up wwan0']);
});

test('an address that comes while a move is prepared does not stop the move', async () => {
  const { network, keeper, used, time } = await bench(new SlowNetwork());
  keeper.start();
  network.show(wwan0);
  await network.made();
  network.show(eth0, wwan0);
  await time.advance(5000);
  const routes = [...eth0.routes, { family: 6 as const, network: '::', prefix: 0, gateway: 'fe80::1' }];
  network.show({ ...eth0, routes, addresses: [...eth0.addresses, { family: 6, address: '2001:db8::2' }] }, wwan0);
  await network.made();
  assert.deepEqual(used, ['up wwan0', 'move eth0']);
});

test('a backend on the station itself needs no interface, and a proxy is what must be reached', async () => {
  for (const pinned of [{ 'backend.host': 'localhost' }, { 'backend.proxy': '[::1]:3128' }]) {
    const { keeper, used } = await bench(new SlowNetwork(), pinned);
    keeper.start();
    assert.deepEqual(used, ['up loopback']);
  }
});

test('what the driver said before the start counts, and after the stop nothing does', async () => {
  const { keeper, used, states } = await bench(systemNetwork);
  keeper.setDriver(false);
  keeper.start();
  assert.deepEqual(used, []);
  assert.match(states.at(-1)?.reason ?? '', /the hardware says/);
  keeper.setDriver(true);
  assert.deepEqual(used, ['up system']);
  keeper.stop();
  keeper.setDriver(false);
  assert.deepEqual(used, ['up system']);
});
