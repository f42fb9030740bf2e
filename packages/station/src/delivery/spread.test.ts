import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TestDelivery } from './test-delivery.ts';
import { ended, metered, started } from './test-facts.ts';

test('a fact that is spread over a site leaves so much later, and what is behind it waits with it', async () => {
  const delivery = await TestDelivery.with([started('T')]);
  const session = await delivery.online();
  await delivery.outbox.append([metered('T', 1)], [], 4_000);
  await delivery.outbox.append([metered('T', 2)]);
  await delivery.time.advance(3_999);
  assert.deepEqual(session.facts, ['start T']);
  await delivery.time.advance(1);
  assert.deepEqual(session.facts, ['start T', 'values 1 (7)', 'values 2 (7)']);
});

test('a Stop does not wait for it: what is before it leaves at once, in order', async () => {
  const delivery = await TestDelivery.with([started('T')]);
  const session = await delivery.online();
  await delivery.outbox.append([metered('T', 1)], [], 9_000);
  await delivery.time.advance(1_000);
  await delivery.outbox.append([ended('T')]);
  await delivery.time.advance(0);
  assert.deepEqual(session.facts, ['start T', 'values 1 (7)', 'stop T (7)']);
});

test('outside a transaction it waits too; after a restart it leaves at once', async () => {
  const delivery = await TestDelivery.with([]);
  await delivery.outbox.append([metered(null, 1)], [], 9_000);
  const session = await delivery.online();
  await delivery.time.advance(8_000);
  assert.deepEqual(session.facts, []);
  const again = await (await delivery.restart()).online();
  assert.deepEqual(again.facts, ['values 1']);
});

test('it is not the wait of an attempt that failed: that one counts from the failure', async () => {
  const delivery = await TestDelivery.with([started('T')]);
  const session = await delivery.online();
  await delivery.outbox.append([metered('T', 1)], [], 2_000);
  session.reply = () => ({ kind: 'refused', code: 'InternalError', text: '', final: false, security: false });
  await delivery.time.advance(2_000);
  session.reply = () => ({ kind: 'answered', answer: { backendTransaction: null, idToken: null } });
  await delivery.outbox.append([ended('T')]);
  await delivery.time.advance(5_000);
  assert.deepEqual(session.facts, ['start T', 'values 1 (7)']);
  await delivery.time.advance(60_000);
  assert.equal(session.facts.at(-1), 'stop T (7)');
});
