import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { scenario } from '../../world/scenario.ts';
import { changeKey, readKey } from '../backend-steps.ts';
import { listed, listVersion, questions, sendList } from '../local-list-steps.ts';
import { endByCard, startByCard } from '../steps.ts';

function cards(from: number, count: number, info: JsonObject = {}): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => listed(`CARD${from + index}`, info));
}

scenario(
  'authorization.localListEnabled: on, a listed card starts without a question; off, it is asked about and there is no list (L-03, L-04, L-06)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    assert.equal(await sendList(world, 'Full', 3, cards(1, 2)), 'Accepted');
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(questions(world), []);
    await changeKey(world, 'LocalAuthListEnabled', 'false');
    assert.equal(await listVersion(world), -1);
    assert.equal(await sendList(world, 'Full', 4, cards(1, 2)), 'NotSupported');
    await startByCard(world, 1, 'CARD2');
    await endByCard(world, 1, 'CARD2');
    assert.deepEqual(questions(world), ['CARD2']);
  },
);

scenario(
  'authorization.localListMaxLength: a list of so many entries is taken, one of one more is not (L-01)',
  { defaults: { 'authorization.localListMaxLength': 5 } },
  async (world) => {
    const key = 'LocalAuthListMaxLength';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '5' });
    await changeKey(world, key, '6', 'Rejected');
    assert.equal(await sendList(world, 'Full', 1, cards(1, 6)), 'Failed');
    assert.equal(await listVersion(world), 0);
    assert.equal(await sendList(world, 'Full', 1, cards(1, 5)), 'Accepted');
    assert.equal(await sendList(world, 'Differential', 2, cards(6, 1)), 'Failed');
    assert.equal(await sendList(world, 'Differential', 2, cards(5, 1)), 'Accepted', 'it is listed already');
    assert.equal(await sendList(world, 'Differential', 3, [{ idTag: 'CARD1' }, ...cards(6, 1)]), 'Accepted');
    assert.equal(await listVersion(world), 3);
  },
);

scenario(
  'authorization.localListMaxLength: what it promises is real, and nothing is lost at a power failure (L-01, L-05, fault 51)',
  {},
  async (world) => {
    const most = Number((await readKey(world, 'LocalAuthListMaxLength'))?.['value']);
    const atOnce = Number((await readKey(world, 'SendLocalListMaxLength'))?.['value']);
    assert.ok(most >= 1000 && most % atOnce === 0, `${most} in parts of ${atOnce}`);
    for (let part = 0; part * atOnce < most; part++) {
      assert.equal(await sendList(world, 'Differential', part + 1, cards(part * atOnce, atOnce)), 'Accepted');
    }
    assert.equal(await sendList(world, 'Differential', 99, cards(most, 1)), 'Failed');
    await world.powerCycle();
    await world.until(
      'the link',
      () => world.status().link.kind === 'open' && world.status().registration === 'accepted',
    );
    assert.equal(await listVersion(world), most / atOnce);
    await world.configure({ 'authorization.localPreAuthorize': 'true' });
    await startByCard(world, 1, `card${most - 1}`);
    await endByCard(world, 1, `card${most - 1}`);
    assert.deepEqual(questions(world), []);
  },
);

/** As long as an entry can be in letters that everybody uses, and spread over lines. */
const longest = { expiryDate: '2099-12-31T23:59:59.999+01:00', parentIdTag: 'P'.repeat(20), status: 'ConcurrentTx' };

scenario(
  'authorization.sendLocalListMaxLength: so many of the longest entries come in one message, one more is refused (L-01, fault 51)',
  {},
  async (world) => {
    const key = 'SendLocalListMaxLength';
    const most = Number((await readKey(world, key))?.['value']);
    assert.ok(most >= 100);
    await changeKey(world, key, String(most + 1), 'Rejected');
    const entries = Array.from({ length: most + 1 }, (_, index) => listed(String(index).padStart(20, '0'), longest));
    const bytes = Buffer.byteLength(JSON.stringify(entries, null, 4));
    assert.ok(bytes < 1024 * 1024, `${bytes} bytes`);
    assert.equal(await sendList(world, 'Full', 1, entries), 'Failed');
    assert.equal(await listVersion(world), 0);
    assert.equal(await sendList(world, 'Full', 1, entries.slice(1)), 'Accepted');
    assert.equal(await listVersion(world), 1);
  },
);
