import assert from 'node:assert/strict';

import { say } from '../say.ts';
import type { Rule } from '../script/rule.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, delivered, gapsInSeconds, registered, reset } from './backend-steps.ts';
import { endByCard, startByCard, statusOf } from './steps.ts';

const offline = { 'authorization.allowOfflineTxForUnknownId': true, 'metering.sampleInterval': 10 } as const;
const transactional = ['StartTransaction', 'MeterValues', 'StopTransaction'];

/** The messages of transactions, in the order in which they were first sent. */
function queueOrder(world: World): readonly { readonly action: string; readonly stamp: string }[] {
  return world
    .calls()
    .filter(({ action }) => transactional.includes(action))
    .map(({ action, payload }) => ({ action, stamp: stampOf(payload) }));
}

function stampOf(payload: Readonly<Record<string, unknown>>): string {
  const values = payload['meterValue'];
  const first: unknown = Array.isArray(values) ? values[0] : payload;
  return say((first as Record<string, unknown>)['timestamp']);
}

scenario(
  'an outage in the middle: what was measured arrives with its own times, before what is newer, at the usual spacing (Q-01, Q-09, TC_036)',
  { only: 'virtual', defaults: offline },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(25_000);
    await world.cutLink();
    await world.pass(60_000);
    await world.restoreLink();
    await registered(world);
    await world.pass(25_000);
    await endByCard(world, 1, 'CARD1');
    const order = queueOrder(world);
    assert.equal(order[0]?.action, 'StartTransaction');
    assert.equal(order.at(-1)?.action, 'StopTransaction');
    const stamps = order.map(({ stamp }) => Date.parse(stamp));
    const values = stamps.slice(1, -1);
    assert.ok(values.length >= 10, `${values.length} values`);
    assert.ok(
      gapsInSeconds(values).every((gap) => Math.abs(gap - 10) < 0.1),
      'none is missing, none came twice',
    );
    assert.deepEqual(
      stamps,
      stamps.toSorted((left, right) => left - right),
    );
  },
);

scenario(
  'Authorize and triggered messages do not wait behind the queue, a Heartbeat neither (Q-01)',
  { only: 'virtual', defaults: { ...offline, 'metering.sampleInterval': 5, 'traffic.backlogRate': 1 } },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'CARD1');
    await world.pass(200_000);
    await world.restoreLink();
    await registered(world);
    await world.until('the queue to move', () => world.calls('MeterValues').length >= 3);
    const backlog = world.status().outbox.waiting;
    assert.ok(backlog > 10, `${backlog} wait`);
    await world.sim({ action: 'plug', evse: 2 });
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.pass(2_500);
    assert.equal(world.calls('Authorize').length, 1);
    assert.equal(world.calls('Heartbeat').length, 1);
    assert.ok(world.status().outbox.waiting > 5, 'the queue is not empty yet');
    await delivered(world);
    const starts = world.calls('StartTransaction').map(({ payload }) => payload['idTag']);
    assert.deepEqual(starts, ['CARD1', 'CARD2'], 'the new start waited for the queue');
    await endByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await world.until('Finishing', () => statusOf(world, 2) === 'Finishing');
  },
);

for (const [what, failure] of [
  ['a CALLERROR', { callError: { code: 'InternalError', booked: false } }],
  ['no answer', { noAnswer: { booked: false } }],
] as const) {
  scenario(
    `StartTransaction that gets ${what} goes out TransactionMessageAttempts times, after 1 and 2 intervals, unchanged and under its own id; then the rest goes on (Q-03, Q-05, Q-06)`,
    {
      only: 'virtual',
      allow: { books: { parkedResends: true } },
      defaults: { 'traffic.transactionMessageAttempts': 3, 'traffic.transactionMessageRetryInterval': 60 },
    },
    async (world) => {
      world.backend.checker.expect({ parkedResends: true });
      const rules: readonly Rule[] = [
        { on: { action: 'StartTransaction', payload: { idTag: 'CARD1' }, times: 3 }, do: failure },
      ];
      world.backend.setRules(rules);
      await startByCard(world, 1, 'CARD1');
      await world.until('three attempts', () => world.calls('StartTransaction').length === 3, 600_000);
      const attempts = world.calls('StartTransaction');
      const waited = 'noAnswer' in failure ? 30 : 0;
      assert.deepEqual(gapsInSeconds(attempts.map(({ atMs }) => atMs)).map(Math.round), [60 + waited, 120 + waited]);
      assert.equal(new Set(attempts.map(({ payload }) => JSON.stringify(payload))).size, 1);
      await world.pass(31_000);
      await startByCard(world, 2, 'CARD2');
      await world.until(
        'the second transaction to be told',
        () => world.backend.ledger.transactions().some(({ idTag }) => idTag === 'CARD2'),
        120_000,
      );
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
      await world.until('the second to be closed', () => world.calls('StopTransaction').length >= 1, 300_000);
      await ask(world, 'DataTransfer', { vendorId: 'kerbside', messageId: 'ResendParked' });
      await world.until('both to be closed', () => world.backend.ledger.counts.open === 0, 600_000);
      assert.equal(world.backend.ledger.counts.transactions, 2);
    },
  );
}

scenario(
  'links that are lost with StartTransaction on the way use up no attempt: it goes out until it is answered (Q-04, Q-06, fault 26)',
  { only: 'virtual', defaults: { 'traffic.transactionMessageAttempts': 2 } },
  async (world) => {
    world.backend.setRules([{ on: { action: 'StartTransaction', times: 5 }, do: { drop: {} } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('six attempts', () => world.calls('StartTransaction').length === 6, 900_000);
    await delivered(world);
    assert.equal(
      new Set(world.calls('StartTransaction').map(({ id }) => id)).size,
      1,
      'byte for byte under its own id',
    );
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.backend.ledger.counts.transactions, 1);
    assert.equal(world.status().outbox.counters.parked, 0);
  },
);

scenario(
  'a small queue over a long outage: meter values are thinned, no Start and no Stop is lost, also over a power cut (Q-02, fault 28)',
  { only: 'virtual', defaults: { ...offline, 'metering.sampleInterval': 1, 'traffic.queueSize': 50 } },
  async (world) => {
    await world.cutLink();
    for (const card of ['CARD1', 'CARD2', 'CARD3']) {
      await startByCard(world, 1, card);
      await world.pass(60_000);
      await endByCard(world, 1, card);
    }
    await world.powerCycle();
    await world.restoreLink();
    await registered(world);
    await delivered(world);
    const transactions = world.backend.ledger.transactions();
    assert.deepEqual(
      transactions.map(({ idTag, stops }) => [idTag, stops.length]),
      [
        ['CARD1', 1],
        ['CARD2', 1],
        ['CARD3', 1],
      ],
    );
    const { length } = transactions.flatMap(({ meterValues }) => meterValues);
    assert.ok(length >= 20 && length <= 50, `${length} meter values`);
  },
);

scenario(
  'a Reset with an unanswered queue loses nothing: it is sent after the registration, and nothing before (Q-02, Q-08, Z-01, fault 28)',
  { only: 'virtual', defaults: offline },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { noAnswer: { booked: false } } },
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 30 } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(25_000);
    await reset(world, 'Hard');
    const before = world.calls().length;
    world.backend.setRules([
      { on: { action: 'BootNotification', times: 1 }, do: { boot: { status: 'Pending', interval: 30 } } },
    ]);
    await world.pass(20_000);
    assert.ok(
      world
        .calls()
        .slice(before)
        .every(({ action }) => !transactional.includes(action)),
    );
    await registered(world);
    await world.until(
      'the books to be closed',
      () => world.backend.ledger.counts.open === 0 && world.backend.ledger.counts.transactions === 1,
    );
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'HardReset');
  },
);
