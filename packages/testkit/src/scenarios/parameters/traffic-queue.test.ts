import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { changeKey, delivered, gapsInSeconds } from '../backend-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

const manySamples = { 'authorization.allowOfflineTxForUnknownId': true, 'metering.sampleInterval': 1 } as const;

/** A transaction without backend, with a sample each second; the link comes back when it is over. */
async function offlineTransaction(world: World, seconds: number): Promise<void> {
  await world.cutLink();
  await startByCard(world, 1, 'CARD1');
  await world.pass(seconds * 1000);
  await endByCard(world, 1, 'CARD1');
  await world.restoreLink();
  await delivered(world);
}

function sampleTimes(world: World): readonly number[] {
  const [transaction] = world.backend.ledger.transactions();
  return (transaction?.meterValues ?? []).flatMap(({ readings }) =>
    readings.map((reading) => Date.parse(String(reading['timestamp']))),
  );
}

scenario(
  'traffic.queueSize: a full queue thins meter values evenly, and keeps Start, Stop, first and last value (Q-02)',
  { only: 'virtual', defaults: manySamples },
  async (world) => {
    await changeKey(world, 'OcppQueueSize', '50');
    await offlineTransaction(world, 100);
    const times = sampleTimes(world);
    assert.ok(times.length >= 20 && times.length <= 48, `${times.length} samples`);
    const [transaction] = world.backend.ledger.transactions();
    assert.equal(transaction?.stops.length, 1);
    const startMs = Date.parse(transaction?.startTimestamp ?? '');
    const stopMs = Date.parse(transaction?.stops[0]?.timestamp ?? '');
    assert.equal(Math.round(((times[0] ?? 0) - startMs) / 1000), 1, 'the first sample');
    assert.ok(stopMs - (times.at(-1) ?? 0) <= 1_500, 'the last sample');
    assert.ok(Math.max(...gapsInSeconds(times)) <= 8, 'thinned evenly');
  },
);

scenario(
  'traffic.queueSize: the default is large enough for the same outage',
  { only: 'virtual', defaults: manySamples },
  async (world) => {
    await offlineTransaction(world, 100);
    assert.ok(sampleTimes(world).length >= 99);
  },
);

for (const resets of [true, false]) {
  scenario(
    `traffic.overflowResetsConnection: ${resets ? 'on, an overflow closes the socket, once' : 'off, the socket stays'}`,
    {
      only: 'virtual',
      defaults: { ...manySamples, 'traffic.queueSize': 50, 'traffic.transactionMessageRetryInterval': 600 },
    },
    async (world) => {
      await changeKey(world, 'OcppQueueOverflowReset', String(!resets));
      await changeKey(world, 'OcppQueueOverflowReset', String(resets));
      world.backend.setRules([
        { on: { action: 'StartTransaction', times: 1 }, do: { callError: { code: 'InternalError' } } },
      ]);
      await startByCard(world, 1, 'CARD1');
      await world.pass(65_000);
      assert.equal(world.status().outbox.counters.thinned > 0, true, 'the queue overflowed');
      assert.equal(world.wire.of('close').length, resets ? 1 : 0);
      assert.equal(world.wire.of('connect').length, resets ? 2 : 1);
      await world.until('StartTransaction to be repeated', () => world.calls('StartTransaction').length === 2, 600_000);
      await endByCard(world, 1, 'CARD1');
    },
  );
}

for (const rate of [1, 0]) {
  scenario(
    `traffic.backlogRate: ${rate === 0 ? '0 sends as fast as the backend answers' : 'one message per second after an outage'}`,
    { only: 'virtual', defaults: manySamples },
    async (world) => {
      await changeKey(world, 'OcppBacklogRate', String(rate));
      await offlineTransaction(world, 20);
      const gaps = gapsInSeconds(world.calls('MeterValues').map(({ atMs }) => atMs));
      assert.ok(gaps.length >= 18);
      assert.deepEqual(new Set(gaps), new Set([rate]));
    },
  );
}
