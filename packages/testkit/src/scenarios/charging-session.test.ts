import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { endByCard, startByCard } from './steps.ts';

scenario('a plugged car and a card make one clean transaction (X-01, TC_003)', {}, async (world) => {
  await startByCard(world, 1, 'CARD1');
  await world.pass(130_000);
  await endByCard(world, 1, 'CARD1');
  const [transaction] = world.backend.ledger.transactions();
  assert.ok(transaction !== undefined);
  assert.equal(transaction.idTag, 'CARD1');
  assert.equal(transaction.stops[0]?.reason, 'Local');
  assert.equal(transaction.meterValues.length, 2);
  assert.ok((transaction.stops[0]?.meterStop ?? 0) > transaction.meterStart);
});

scenario('the card may come before the car (X-01, X-03, TC_004_1)', {}, async (world) => {
  await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
  await world.until('Preparing', () => world.status().evses[1]?.status === 'Preparing');
  await world.pass(10_000);
  await world.sim({ action: 'plug', evse: 2, soc: 20 });
  await world.until('Charging', () => world.status().evses[1]?.status === 'Charging');
  await world.pass(60_000);
  await endByCard(world, 2, 'CARD1');
  assert.equal(world.backend.ledger.transactions().length, 1);
});
