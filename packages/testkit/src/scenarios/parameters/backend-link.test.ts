import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { changeKey, delivered, gapsInSeconds, happenedAfter, registered, reset } from '../backend-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

function attemptTimes(world: World): readonly number[] {
  return world.wire.of('connect').map(({ atMs }) => atMs);
}

/** Time passes until so many attempts were made. */
async function attempts(world: World, count: number): Promise<void> {
  await world.until(`attempt ${count}`, () => attemptTimes(world).length >= count, 3_600_000);
}

/** The backend is gone: the link is torn down, and no attempt gets through. Gives the waits between the attempts that follow. */
async function waitsAtDeadBackend(world: World, count: number): Promise<readonly number[]> {
  world.backend.setRules([{ on: { action: '@connect' }, do: { refuseTcp: {} } }]);
  const lostMs = world.time.monotonicMs();
  world.backend.disconnect(world.identity, { drop: true });
  await attempts(world, count + 1);
  const waits = gapsInSeconds([lostMs, ...attemptTimes(world).slice(1, count + 1)]);
  world.backend.setRules([]);
  await registered(world);
  return waits;
}

for (const stage of ['dns', 'tcp', 'upgrade'] as const) {
  scenario(
    `backend.communicationTimeout: an attempt that stalls at ${stage} is given up after it`,
    { only: 'virtual' },
    async (world) => {
      await changeKey(world, 'BackendConnectionTimeout', '7');
      world.backend.setRules([{ on: { action: '@connect', times: 1 }, do: { stall: { stage } } }]);
      world.backend.disconnect(world.identity, { drop: true });
      await world.until('the attempt to be given up', () => world.wire.of('givenUp').length === 1);
      const [, stalled] = attemptTimes(world);
      happenedAfter(
        world,
        ((world.wire.of('givenUp')[0]?.atMs ?? 0) - (stalled ?? 0)) / 1000,
        7,
        'the attempt was given up',
      );
      await registered(world);
    },
  );
}

scenario(
  'backend.communicationTimeout: a stalled upgrade is given up, also when the change comes meanwhile (T-05)',
  {},
  async (world) => {
    world.backend.setRules([{ on: { action: '@connect', times: 1 }, do: { stall: { stage: 'upgrade' } } }]);
    world.backend.disconnect(world.identity, { drop: true });
    await attempts(world, 2);
    await world.pass(2_000);
    await world.configure({ 'backend.communicationTimeout': '6' });
    await world.until('the attempt to be given up', () => world.wire.of('givenUp').length === 1);
    const [, stalledMs = 0] = attemptTimes(world);
    happenedAfter(world, ((world.wire.of('givenUp')[0]?.atMs ?? 0) - stalledMs) / 1000, 6, 'the attempt was given up');
    await registered(world);
  },
);

scenario(
  'backend.messageTimeout: an unanswered StartTransaction is over after it, and goes again (T-10, Q-03)',
  { only: 'virtual', defaults: { 'traffic.transactionMessageRetryInterval': 0 } },
  async (world) => {
    await changeKey(world, 'MessageTimeout', '7');
    world.backend.checker.expect({ callTimeoutMs: 7_000 });
    world.backend.setRules([{ on: { action: 'StartTransaction', times: 2 }, do: { noAnswer: { booked: false } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the third StartTransaction', () => world.calls('StartTransaction').length === 3);
    assert.deepEqual(gapsInSeconds(world.calls('StartTransaction').map(({ atMs }) => atMs)), [7, 7]);
    await delivered(world);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'backend.tcpWatchdogTimeout: a silent socket is destroyed after it, with the keep-alive off',
  {},
  async (world) => {
    await changeKey(world, 'WebSocketPingInterval', '0');
    await changeKey(world, 'TcpWatchdogTimeout', '12');
    const silentMs = world.time.monotonicMs();
    world.backend.halfOpen(world.identity);
    await world.until('the socket to be destroyed', () => world.wire.of('destroy').length === 1);
    const [{ atMs } = { atMs: 0 }] = world.wire.of('destroy');
    happenedAfter(world, (atMs - silentMs) / 1000, 12, 'the socket was destroyed');
    assert.equal(world.wire.of('close').length, 0, 'no polite close to a peer that may be gone');
    assert.equal(world.wire.of('ping').length, 0);
    await registered(world);
    assert.equal(attemptTimes(world).length, 2);
  },
);

scenario('backend.tcpWatchdogTimeout: off, a silent socket stays', { only: 'virtual' }, async (world) => {
  await changeKey(world, 'WebSocketPingInterval', '0');
  await changeKey(world, 'HeartbeatInterval', '0');
  await changeKey(world, 'TcpWatchdogTimeout', '0');
  world.backend.halfOpen(world.identity);
  await world.pass(3_600_000);
  assert.equal(world.wire.of('destroy').length, 0);
  assert.equal(attemptTimes(world).length, 1);
});

scenario('backend.keepAliveInterval: pings follow a live change without a reconnect (T-21)', {}, async (world) => {
  await changeKey(world, 'WebSocketPingInterval', '5');
  const changedMs = world.time.monotonicMs();
  await world.pass(21_000);
  const pings = world.wire.of('ping').map(({ atMs }) => atMs);
  const [shortest, longest] = world.kind === 'virtual' ? [4.5, 5] : [2, 15];
  for (const gap of gapsInSeconds([changedMs, ...pings]))
    assert.ok(gap >= shortest && gap <= longest, `a ping after ${gap} s`);
  assert.ok(pings.length >= 2, `${pings.length} pings`);
  await changeKey(world, 'WebSocketPingInterval', '0');
  const before = world.wire.of('ping').length;
  await world.pass(21_000);
  assert.equal(world.wire.of('ping').length, before, 'switched off');
  assert.equal(attemptTimes(world).length, 1);
});

scenario(
  'backend.keepAliveInterval: a missing pong is a dead link (T-21, T-23, fault 4, fault 5)',
  {},
  async (world) => {
    world.backend.halfOpen(world.identity);
    await world.configure({ 'backend.keepAliveInterval': '8' });
    const changedMs = world.time.monotonicMs();
    await world.until('the socket to be destroyed', () => world.wire.of('destroy').length === 1);
    const pinged = (world.wire.of('ping')[0]?.atMs ?? 0) - changedMs;
    const destroyed = (world.wire.of('destroy')[0]?.atMs ?? 0) - changedMs;
    assert.ok(pinged >= 7_150, `pinged after ${pinged} ms`);
    happenedAfter(world, (destroyed - pinged) / 1000, 8, 'after the ping the socket was destroyed');
    await registered(world);
  },
);

scenario('backend.heartbeatInterval: heartbeats follow a live change (H-01)', {}, async (world) => {
  await changeKey(world, 'HeartbeatInterval', '6');
  await world.pass(20_000);
  const beats = world.calls('Heartbeat').map(({ atMs }) => atMs);
  assert.ok(beats.length >= 2, `${beats.length} heartbeats`);
  for (const gap of gapsInSeconds(beats)) happenedAfter(world, gap, 6, 'the next heartbeat came');
  await changeKey(world, 'HeartbeatInterval', '0');
  await world.pass(1_000);
  const before = world.calls('Heartbeat').length;
  await world.pass(20_000);
  assert.equal(world.calls('Heartbeat').length, before, 'switched off');
});

scenario('backend.backoffFirst: the first redial comes within it (T-06)', { only: 'virtual' }, async (world) => {
  await changeKey(world, 'RetryBackOffFirst', '1');
  const [quick] = await waitsAtDeadBackend(world, 1);
  assert.equal(quick, 1, 'at the least');
  await changeKey(world, 'RetryBackOffFirst', '600');
  const waits: number[] = [];
  for (let loss = 0; loss < 8; loss++) {
    await world.pass(61_000);
    const lostMs = world.time.monotonicMs();
    world.backend.disconnect(world.identity, { drop: true });
    await attempts(world, attemptTimes(world).length + 1);
    waits.push((world.time.monotonicMs() - lostMs) / 1000);
    await registered(world);
  }
  assert.ok(
    waits.every((wait) => wait >= 1 && wait <= 600),
    waits.join(),
  );
  assert.ok(
    Math.max(...waits) > 100 && new Set(waits).size === waits.length,
    `by chance, up to 600 s: ${waits.join()}`,
  );
});

const plain = { 'backend.backoffFirst': 1, 'backend.backoffRandomRange': 0 } as const;

scenario(
  'backend.backoffMinimum: the waits double from it (T-06)',
  { only: 'virtual', defaults: plain },
  async (world) => {
    await changeKey(world, 'RetryBackOffWaitMinimum', '3');
    assert.deepEqual(await waitsAtDeadBackend(world, 6), [1, 3, 6, 12, 24, 48]);
  },
);

scenario(
  'backend.backoffMaximum: the waits grow up to it (T-06)',
  { only: 'virtual', defaults: plain },
  async (world) => {
    await changeKey(world, 'RetryBackOffWaitMaximum', '25');
    assert.deepEqual(await waitsAtDeadBackend(world, 6), [1, 10, 20, 25, 25, 25]);
  },
);

scenario(
  'backend.backoffRandomRange: chance adds up to it to each wait (T-06)',
  { only: 'virtual', defaults: { ...plain, 'backend.backoffMinimum': 3, 'backend.backoffMaximum': 3 } },
  async (world) => {
    await changeKey(world, 'RetryBackOffRandomRange', '100');
    const [, ...waits] = await waitsAtDeadBackend(world, 9);
    assert.ok(
      waits.every((wait) => wait >= 3 && wait <= 103),
      waits.join(),
    );
    assert.ok(Math.max(...waits) > 33, 'more than the default could add');
    assert.equal(new Set(waits).size, waits.length);
  },
);

scenario(
  'backend.startSpread: after power-up the first attempt comes by chance within it',
  { only: 'virtual' },
  async (world) => {
    assert.deepEqual(attemptTimes(world), [0]);
    await changeKey(world, 'StartSpread', '300', 'RebootRequired');
    await world.pass(60_000);
    assert.equal(attemptTimes(world).length, 1, 'it waits for the restart');
    await reset(world);
    const upMs = world.time.monotonicMs();
    await world.until('the first attempt', () => attemptTimes(world).length === 2, 400_000);
    const wait = ((attemptTimes(world)[1] ?? 0) - upMs) / 1000;
    assert.ok(wait > 1 && wait <= 300, `the first attempt came after ${wait} s`);
    await registered(world);
  },
);
