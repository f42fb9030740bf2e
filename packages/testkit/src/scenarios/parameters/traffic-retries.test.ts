import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, gapsInSeconds, happenedAfter } from '../backend-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

function timesOf(world: World, action: string): readonly number[] {
  return world.calls(action).map(({ atMs }) => atMs);
}

/** The backend refuses StartTransaction so many times. */
function refuseStarts(world: World, times: number): void {
  world.backend.setRules([{ on: { action: 'StartTransaction', times }, do: { callError: { code: 'InternalError' } } }]);
}

/** One short transaction whose Start the backend refuses until it is parked. */
async function parkedTransaction(world: World): Promise<void> {
  world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
  refuseStarts(world, 1_000_000);
  await startByCard(world, 1, 'CARD1');
  await world.pass(5_000);
  await endByCard(world, 1, 'CARD1');
  await world.until('the transaction to be parked', () => world.status().outbox.parked === 2);
}

const oneAttempt = { 'traffic.transactionMessageAttempts': 1, 'metering.sampleInterval': 0 } as const;
const resends = { books: { parkedResends: true } } as const;

scenario(
  'traffic.transactionMessageAttempts: after the last one the message is parked and the others go on (Q-03, Q-05)',
  { only: 'virtual', allow: resends, defaults: { 'traffic.transactionMessageRetryInterval': 1 } },
  async (world) => {
    await changeKey(world, 'TransactionMessageAttempts', '3');
    await parkedTransaction(world);
    assert.equal(timesOf(world, 'StartTransaction').length, 3);
    await world.pass(600_000);
    assert.equal(timesOf(world, 'StartTransaction').length, 3);
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('the parked messages to be sent again', () => world.status().outbox.parked === 0);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'traffic.transactionMessageRetryInterval: the wait grows by it with each refusal (Q-03)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'TransactionMessageRetryInterval', '7');
    refuseStarts(world, 4);
    await startByCard(world, 1, 'CARD1');
    await world.until('the fifth attempt', () => timesOf(world, 'StartTransaction').length === 5, 600_000);
    assert.deepEqual(gapsInSeconds(timesOf(world, 'StartTransaction')), [7, 14, 21, 28]);
    await delivered(world);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'traffic.transactionMessageRetryInterval: a refused StopTransaction goes again after it (Q-03)',
  { defaults: { 'metering.sampleInterval': 0 } },
  async (world) => {
    await changeKey(world, 'TransactionMessageRetryInterval', '4');
    await startByCard(world, 1, 'CARD1');
    world.backend.setRules([
      { on: { action: 'StopTransaction', times: 1 }, do: { callError: { code: 'InternalError' } } },
    ]);
    await endByCard(world, 1, 'CARD1');
    const [gap = 0] = gapsInSeconds(timesOf(world, 'StopTransaction'));
    happenedAfter(world, gap, 4, 'StopTransaction came again');
  },
);

scenario('traffic.retryIntervalMax: the wait grows up to it (Q-03)', { only: 'virtual' }, async (world) => {
  await changeKey(world, 'TransactionMessageRetryInterval', '10');
  await changeKey(world, 'TransactionMessageRetryIntervalMax', '25');
  refuseStarts(world, 4);
  await startByCard(world, 1, 'CARD1');
  await world.until('the fifth attempt', () => timesOf(world, 'StartTransaction').length === 5, 600_000);
  assert.deepEqual(gapsInSeconds(timesOf(world, 'StartTransaction')), [10, 20, 25, 25]);
  await delivered(world);
  await endByCard(world, 1, 'CARD1');
});

scenario(
  'traffic.meterValuesAttempts: so many attempts, with growing waits, before a value is given up (Q-03, Q-06)',
  { only: 'virtual', defaults: { 'traffic.transactionMessageRetryInterval': 1 } },
  async (world) => {
    await changeKey(world, 'MeterValuesAttempts', '4');
    world.backend.setRules([{ on: { action: 'MeterValues', times: 3 }, do: { callError: { code: 'InternalError' } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('four attempts', () => timesOf(world, 'MeterValues').length === 4);
    const payloads = world.calls('MeterValues').map(({ payload }) => JSON.stringify(payload));
    assert.equal(new Set(payloads).size, 1, 'the same value each time');
    assert.deepEqual(gapsInSeconds(timesOf(world, 'MeterValues')), [1, 2, 3]);
    await delivered(world);
    assert.equal(world.status().outbox.counters.parked, 0);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'traffic.meterValuesAttempts: with one, the next value follows at once (Q-03, Q-05)',
  { only: 'virtual', allow: resends },
  async (world) => {
    await changeKey(world, 'MeterValuesAttempts', '1');
    world.backend.checker.expect({ parkedResends: true });
    world.backend.setRules([{ on: { action: 'MeterValues', times: 1 }, do: { callError: { code: 'InternalError' } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('two messages', () => timesOf(world, 'MeterValues').length >= 2, 200_000);
    const times = world.calls('MeterValues').map(({ payload }) => JSON.stringify(payload));
    assert.notEqual(times[0], times[1], 'the next value');
    assert.equal(gapsInSeconds(timesOf(world, 'MeterValues'))[0], 60);
    assert.equal(world.status().outbox.counters.parked, 1);
    await world.pass(1_000);
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'traffic.parkedRetryInterval: parked messages are tried again after it, give or take a fifth (Q-03)',
  { only: 'virtual', allow: resends, defaults: oneAttempt },
  async (world) => {
    await changeKey(world, 'ParkedRetryInterval', '100');
    await parkedTransaction(world);
    await world.until('four more rounds', () => timesOf(world, 'StartTransaction').length === 6, 1_000_000);
    const [, ...gaps] = gapsInSeconds(timesOf(world, 'StartTransaction'));
    for (const gap of gaps) assert.ok(gap >= 79 && gap <= 121, `a round after ${gap} s`);
    world.backend.setRules([]);
    await world.until('the parked messages to be delivered', () => world.status().outbox.parked === 0, 200_000);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'traffic.parkedRetention: after so many days parked messages are given up (Q-03)',
  { only: 'virtual', allow: resends, defaults: { ...oneAttempt, 'traffic.parkedRetryInterval': 36_000 } },
  async (world) => {
    await changeKey(world, 'ParkedRetention', '1');
    await parkedTransaction(world);
    await world.pass(23 * 3_600_000);
    assert.equal(world.status().outbox.parked, 2);
    await world.pass(2.5 * 3_600_000);
    assert.equal(world.status().outbox.parked, 0);
    world.backend.setRules([]);
    const before = world.calls().length;
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.pass(1_000);
    assert.deepEqual(
      world
        .calls()
        .slice(before)
        .map(({ action }) => action),
      ['BootNotification'],
    );
    assert.deepEqual(await world.station.deadLetters(), []);
  },
);
