import assert from 'node:assert/strict';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

scenario('any integer is a transaction id: 0, negative, the largest (X-04, fault 25)', {}, async (world) => {
  world.backend.configure({ transactionIds: { list: [0, -16, 2_147_483_647] } });
  for (const card of ['CARD1', 'CARD2', 'CARD3']) {
    await startByCard(world, 1, card);
    await world.pass(2_000);
    await endByCard(world, 1, card);
  }
  assert.deepEqual(
    world.backend.ledger.transactions().map(({ transactionId }) => transactionId),
    [0, -16, 2_147_483_647],
  );
});

scenario(
  'a clock that jumps by a day does not turn a transaction round (G-03)',
  { only: 'virtual', allow: { ledger: ['timesBackwards'] } },
  async (world) => {
    world.backend.checker.expect({ clockJumps: true });
    await startByCard(world, 1, 'CARD1');
    await world.pass(60_000);
    for (const days of [1, -1]) {
      world.backend.configure({ clockOffsetMs: days * 86_400_000 });
      const trigger = world.backend.call(world.identity, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
      await world.pass(120_000);
      await trigger;
    }
    await endByCard(world, 1, 'CARD1');
    const [transaction] = world.backend.ledger.transactions();
    const times = [
      transaction?.startTimestamp,
      ...(transaction?.meterValues ?? []).flatMap(({ readings }) => readings.map(({ timestamp }) => say(timestamp))),
      transaction?.stops[0]?.timestamp,
    ];
    assert.ok(
      times.every((time, index) => index === 0 || (times[index - 1] ?? '') <= (time ?? '')),
      'the times of a transaction go one way',
    );
  },
);

scenario(
  'a lost confirmation of StartTransaction does not make a second transaction at a backend that knows its messages (Q-06)',
  { only: 'virtual' },
  async (world) => {
    world.backend.setRules([{ on: { action: 'StartTransaction', nth: 1 }, do: { noAnswer: { booked: true } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the id', () => world.status().evses[0]?.transaction?.backendId !== null, 200_000);
    await endByCard(world, 1, 'CARD1');
    const { counts } = world.backend.ledger;
    assert.deepEqual([counts.transactions, counts.retransmissions, counts.doubles], [1, 1, 0]);
  },
);

scenario(
  'an answer that comes after its time still counts: nothing is sent twice (G-04)',
  { only: 'virtual' },
  async (world) => {
    world.backend.configure({ dedup: false });
    world.backend.setRules([{ on: { action: 'StartTransaction', nth: 1 }, do: { lateAnswer: { ms: 40_000 } } }]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(120_000);
    assert.equal(statusOf(world, 1), 'Charging');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.equal(world.calls('StartTransaction').length, 1);
    assert.equal(world.backend.ledger.counts.transactions, 1);
  },
);

scenario(
  'the link is lost while StartTransaction is on its way: the same message goes out again (X-05, Q-04)',
  { only: 'virtual' },
  async (world) => {
    world.backend.setRules([{ on: { action: 'StartTransaction', nth: 1 }, do: { drop: {} } }]);
    await startByCard(world, 1, 'CARD1');
    await world.pass(60_000);
    await endByCard(world, 1, 'CARD1');
    const [first, second] = world.calls('StartTransaction');
    assert.deepEqual([second?.id, second?.payload], [first?.id, first?.payload]);
    assert.equal(world.backend.ledger.counts.transactions, 1);
  },
);
