import assert from 'node:assert/strict';

import type { LedgerTransaction } from '../ledger/ledger-entry.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { endByCard, startByCard } from './steps.ts';

/** Offline: card, charge, stop, three more transactions with two power cuts in between, and the link comes back. */
async function offlineStory(world: World): Promise<void> {
  await world.configure({ 'authorization.allowOfflineTxForUnknownId': 'true', 'metering.sampleInterval': '10' });
  await world.cutLink();
  await startByCard(world, 1, 'CARD1');
  await world.pass(45_000);
  await endByCard(world, 1, 'CARD1');
  await world.powerCycle();
  for (const [evse, card] of [
    [2, 'CARD2'],
    [1, 'CARD3'],
  ] as const) {
    await startByCard(world, evse, card);
    await world.pass(25_000);
    await endByCard(world, evse, card);
  }
  await startByCard(world, 2, 'CARD4');
  await world.pass(25_000);
  await world.powerCycle();
  await world.until('the cut transaction to be closed', () =>
    world.status().evses.every((evse) => evse.transaction === null),
  );
  await world.restoreLink();
  await world.until(
    'everything to be delivered',
    () => world.status().registration === 'accepted' && world.status().outbox.waiting === 0,
  );
}

function inOrder(transactions: readonly LedgerTransaction[]): void {
  assert.deepEqual(
    transactions.map(({ idTag }) => idTag),
    ['CARD1', 'CARD2', 'CARD3', 'CARD4'],
  );
  assert.deepEqual(
    transactions.map(({ stops }) => stops.length),
    [1, 1, 1, 1],
  );
  assert.deepEqual(
    transactions.map(({ stops }) => stops[0]?.reason),
    ['Local', 'Local', 'Local', 'PowerLoss'],
  );
  const times = transactions.flatMap(({ startTimestamp, stops }) => [startTimestamp, stops[0]?.timestamp ?? '']);
  assert.ok(times.every((time, index) => index === 0 || (times[index - 1] ?? '') <= time));
  for (const transaction of transactions) assert.ok((transaction.stops[0]?.meterStop ?? 0) > transaction.meterStart);
}

/** Real sockets and a real clock may take one sample more or less; on the virtual clock the numbers are exact. */
function sampled(world: World, transactions: readonly LedgerTransaction[], expected: readonly number[]): void {
  const play = world.kind === 'virtual' ? 0 : 1;
  for (const [index, { meterValues }] of transactions.entries()) {
    const difference = Math.abs(meterValues.length - (expected[index] ?? 0));
    assert.ok(difference <= play, `transaction ${index + 1} has ${meterValues.length} samples`);
  }
}

scenario(
  'offline transactions arrive once, in order, with all meter values (X-05, Q-01, Q-02, Q-09, G-01, fault 24, fault 27, fault 28, TC_039)',
  {},
  async (world) => {
    await offlineStory(world);
    const transactions = world.backend.ledger.transactions();
    inOrder(transactions);
    sampled(world, transactions, [4, 2, 2, 2]);
  },
);

scenario('metering.retransmit off: offline transactions arrive with begin and end only', {}, async (world) => {
  await world.configure({ 'metering.retransmit': 'false' });
  await offlineStory(world);
  const transactions = world.backend.ledger.transactions();
  inOrder(transactions);
  assert.deepEqual(
    transactions.map(({ meterValues }) => meterValues.length),
    [0, 0, 0, 0],
  );
});
