import assert from 'node:assert/strict';

import { onStationEvent } from '@kerbside/station';

import { FakeInterfaces } from '../../fake/fake-interfaces.ts';
import { scenario } from '../../world/scenario.ts';
import type { ScenarioOptions } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, readKey, registered } from '../backend-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

/** A story with interfaces of its own. */
function bearerScenario(
  name: string,
  up: readonly string[],
  story: (world: World, interfaces: FakeInterfaces) => Promise<void>,
  options: Omit<ScenarioOptions, 'network'> = {},
): void {
  const network = new FakeInterfaces(...up);
  scenario(name, { only: 'virtual', ...options, network }, (world) => story(world, network));
}

/** The interface that each attempt went out by. */
function waysOut(world: World): readonly (string | null)[] {
  return world.wire.of('connect').map(({ request }) => request.source?.bearer.interface ?? null);
}

async function onInterface(world: World, name: string): Promise<void> {
  await world.until(`the link to be on ${name}`, () => world.status().bearer.interface === name, 3_600_000);
  await registered(world);
}

/** Polite closes and destroyed sockets so far. */
function ends(world: World): readonly string[] {
  return world.wire.events.flatMap(({ kind }) => (kind === 'close' || kind === 'destroy' ? [kind] : []));
}

bearerScenario(
  'backend.connectionType: auto takes Ethernet before WLAN before mobile, and moves at once when one is lost (row 1)',
  ['eth0', 'wlan0', 'wwan0'],
  async (world, interfaces) => {
    await startByCard(world, 1, 'CARD1');
    interfaces.set('eth0', false);
    await onInterface(world, 'wlan0');
    interfaces.set('wlan0', false);
    await onInterface(world, 'wwan0');
    assert.deepEqual(waysOut(world), ['eth0', 'wlan0', 'wwan0'], 'one attempt each');
    assert.deepEqual(ends(world), ['destroy', 'destroy'], 'nothing can be said over a bearer that is gone');
    await endByCard(world, 1, 'CARD1');
  },
);

for (const [wanted, expected] of [
  ['ethernet', 'eth0'],
  ['wlan', 'wlan0'],
  ['gsm', 'eth0'],
] as const) {
  bearerScenario(
    `backend.connectionType: ${wanted} is preferred, except that Ethernet beats mobile: ${expected} (row 1)`,
    ['wwan0', 'wlan0', 'eth0'],
    async (world) => {
      await changeKey(world, 'ConnectionType', wanted);
      await onInterface(world, expected);
      await world.pass(60_000);
      assert.equal(waysOut(world).at(-1), expected);
    },
  );
}

bearerScenario(
  'backend.connectionType: gsm is used before WLAN, and WLAN when it is down (row 1)',
  ['wlan0', 'wwan0'],
  async (world, interfaces) => {
    assert.deepEqual(waysOut(world), ['wwan0']);
    interfaces.set('wwan0', false);
    await onInterface(world, 'wlan0');
  },
  { defaults: { 'backend.connectionType': 'gsm' } },
);

bearerScenario(
  'backend.connectionType: none ends the link politely and opens no socket; only set on site (row 1)',
  ['eth0'],
  async (world) => {
    await changeKey(world, 'ConnectionType', 'none', 'Rejected');
    await world.configure({ 'backend.connectionType': 'none' });
    await world.until('the link to be ended', () => world.status().link.kind === 'disabled');
    assert.deepEqual(ends(world), ['close']);
    await world.pass(3_600_000);
    assert.equal(waysOut(world).length, 1);
    assert.deepEqual(world.status().notReady, [], 'a station without a network is ready');
    await world.configure({ 'backend.connectionType': 'auto' });
    await registered(world);
  },
);

bearerScenario(
  'backend.bearerHoldTime: a better bearer must be up for it, and the move waits for the CALL in flight (row 1)',
  ['wwan0'],
  async (world, interfaces) => {
    await changeKey(world, 'BearerHoldTime', '20');
    interfaces.set('eth0', true);
    await world.pass(15_000);
    interfaces.set('eth0', false);
    interfaces.set('eth0', true);
    await world.pass(19_000);
    assert.equal(waysOut(world).length, 1, 'a bearer that flickers is not better');
    world.backend.setRules([{ on: { action: 'Heartbeat', times: 1 }, do: { delay: { ms: 10_000 } } }]);
    const before = world.calls('Heartbeat').length;
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.until('the Heartbeat', () => world.calls('Heartbeat').length === before + 1);
    await world.pass(5_000);
    assert.equal(waysOut(world).length, 1, 'its answer is still out');
    await world.until('the move', () => waysOut(world).length === 2, 10_000);
    await onInterface(world, 'eth0');
    assert.deepEqual(ends(world), ['close'], 'one clean reconnect');
    assert.equal(world.calls('BootNotification').length, 1, 'and no new registration');
    assert.equal(world.calls('Heartbeat').length, before + 1, 'nothing is sent twice');
  },
);

/** Nothing of what goes out by the interface gets through; until the way back is called. */
function mute(world: World, name: string): () => void {
  const judge = (used: string | null): void =>
    world.backend.setRules(used === name ? [{ on: { action: '@connect' }, do: { refuseTcp: {} } }] : []);
  judge(world.status().bearer.interface);
  const stopListening = onStationEvent((event) => {
    if (event.type === 'bearer' && event.station === world.identity) judge(event.state.interface);
  });
  return () => {
    stopListening();
    world.backend.setRules([]);
  };
}

const quickRedial = { 'backend.backoffFirst': 1, 'backend.backoffMinimum': 10, 'backend.backoffMaximum': 10 } as const;

bearerScenario(
  'backend.bearerFallback: five failed attempts try the next bearer, which is kept while the first is tried every ten minutes (row 1a)',
  ['eth0', 'wwan0'],
  async (world) => {
    const restore = mute(world, 'eth0');
    world.backend.disconnect(world.identity, { drop: true });
    await onInterface(world, 'wwan0');
    assert.deepEqual(waysOut(world), [...Array.from({ length: 6 }, () => 'eth0'), 'wwan0']);
    await world.pass(590_000);
    assert.equal(waysOut(world).length, 7, 'no move before ten minutes are over');
    await world.pass(60_000);
    assert.deepEqual(waysOut(world).slice(7), ['eth0', 'wwan0'], 'one attempt, then back');
    restore();
    await onInterface(world, 'eth0');
  },
  { defaults: { ...quickRedial, 'backend.backoffRandomRange': 0 } },
);

bearerScenario(
  'backend.bearerFallback: once per ten minutes one attempt goes out by the next bearer (row 1a)',
  ['eth0', 'wwan0'],
  async (world) => {
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
    world.backend.disconnect(world.identity, { drop: true });
    await world.pass(30 * 60_000);
    const tries = world.wire.of('connect').filter(({ request }) => request.source?.bearer.interface === 'wwan0');
    const gaps = tries.slice(1).map(({ atMs }, index) => (atMs - (tries[index]?.atMs ?? 0)) / 60_000);
    assert.equal(tries.length, 3);
    assert.ok(
      gaps.every((minutes) => minutes >= 10 && minutes < 11),
      gaps.join(),
    );
    world.backend.setRules([]);
    await registered(world);
  },
  { defaults: { ...quickRedial, 'backend.backoffRandomRange': 0 } },
);

bearerScenario(
  'backend.bearerFallback: off, and with a named bearer by default, the link stays (row 1a)',
  ['eth0', 'wwan0'],
  async (world) => {
    assert.equal((await readKey(world, 'BearerFallback'))?.['value'], 'false', 'the default with a named bearer');
    world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
    world.backend.disconnect(world.identity, { drop: true });
    await world.pass(30 * 60_000);
    assert.ok(!waysOut(world).includes('wwan0'));
    await world.configure({ 'backend.bearerFallback': 'true' });
    await world.until('an attempt over mobile', () => waysOut(world).includes('wwan0'), 60_000);
    world.backend.setRules([]);
    await registered(world);
  },
  { defaults: { ...quickRedial, 'backend.connectionType': 'ethernet' } },
);

bearerScenario(
  'backend.bearers: the patterns say which interface is which; one that none knows is the last resort (row 1)',
  ['lan1', 'modem2'],
  async (world, interfaces) => {
    assert.equal(world.status().bearer.name, 'other');
    await world.configure({ 'backend.bearers': 'gsm=modem*' });
    await onInterface(world, 'modem2');
    assert.equal(world.status().bearer.name, 'gsm');
    await world.configure({ 'backend.bearers': 'gsm=modem*; ethernet=lan1' });
    await onInterface(world, 'lan1');
    interfaces.set('lan1', false);
    await onInterface(world, 'modem2');
  },
);

bearerScenario(
  'backend.nameServers: each attempt is told those of its bearer, and none where none are set (row 1)',
  ['eth0', 'wwan0'],
  async (world, interfaces) => {
    await world.configure({ 'backend.nameServers': 'gsm=10.64.0.1, [fd00::53]:5353' });
    await registered(world);
    interfaces.set('eth0', false);
    await onInterface(world, 'wwan0');
    const asked = world.wire.of('connect').map(({ request }) => request.source?.nameServers.join(' '));
    assert.deepEqual([asked[0], asked.at(-1)], ['', '10.64.0.1 [fd00::53]:5353']);
  },
);

bearerScenario(
  'backend.activeBearer: the backend reads what is in use, and the keep-alive follows it (row 1, row 10)',
  ['eth0', 'wwan0'],
  async (world, interfaces) => {
    const read = async (): Promise<readonly unknown[]> => [
      await readKey(world, 'ActiveBearer'),
      (await readKey(world, 'WebSocketPingInterval'))?.['value'],
    ];
    assert.deepEqual(await read(), [{ key: 'ActiveBearer', readonly: true, value: 'ethernet' }, '25']);
    interfaces.set('eth0', false);
    await onInterface(world, 'wwan0');
    assert.deepEqual(await read(), [{ key: 'ActiveBearer', readonly: true, value: 'gsm' }, '50']);
    const openedMs = world.wire.of('opened').at(-1)?.atMs ?? 0;
    await world.pass(60_000);
    const [ping] = world.wire.of('ping').filter(({ atMs }) => atMs > openedMs);
    assert.ok((ping?.atMs ?? 0) - openedMs >= 45_000, 'mobile is pinged every 50 s');
    await changeKey(world, 'ActiveBearer', 'ethernet', 'Rejected');
  },
);
