import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, changeKey, delivered, readKey } from '../backend-steps.ts';
import { questions } from '../local-list-steps.ts';
import { endByCard, leave, reported, startByCard, statusOf, untilReported } from '../steps.ts';

/** The identifiers that were billed, in the order of their starts. */
function billed(world: World): readonly string[] {
  return world.backend.ledger.transactions().map(({ idTag }) => idTag);
}

/** How often the reader showed a refusal. */
function refusals(world: World): number {
  const signals = world.hardware.commands('indicate').map(({ command }) => 'signal' in command && command.signal);
  return signals.filter((signal) => signal === 'refused').length;
}

/** A car comes and a card is shown that is refused at once. */
async function isTurnedAway(world: World, evse: number, uid: string): Promise<void> {
  const before = refusals(world);
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.sim({ action: 'card', uid, evse });
  await world.until('a refusal', () => refusals(world) > before);
  await world.pass(3_000);
  assert.equal(statusOf(world, evse), 'Preparing');
}

for (const [letterCase, sent] of [
  ['asRead', '04aBcDef'],
  ['upper', '04ABCDEF'],
  ['lower', '04abcdef'],
] as const) {
  scenario(
    `authorization.tagLetterCase: ${letterCase}, the card 04aBcDef is sent as ${sent} in every message (A-01)`,
    {},
    async (world) => {
      await changeKey(world, 'TagLetterCase', letterCase);
      await startByCard(world, 1, '04aBcDef');
      await endByCard(world, 1, '04aBcDef');
      const tags = ['Authorize', 'StartTransaction', 'StopTransaction'].map(
        (action) => world.calls(action)[0]?.payload['idTag'],
      );
      assert.deepEqual(tags, [sent, sent, sent]);
    },
  );
}

scenario(
  'authorization.tagLetterCase: what a remote start names is sent back unchanged (A-01, R-05)',
  { defaults: { 'authorization.tagLetterCase': 'upper' } },
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await ask(world, 'RemoteStartTransaction', { idTag: 'driver-a', connectorId: 1 });
    await untilReported(world, 1, 'Charging');
    assert.equal(world.calls('StartTransaction')[0]?.payload['idTag'], 'driver-a');
    await world.sim({ action: 'card', uid: 'driver-a', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    assert.equal(world.calls('StopTransaction')[0]?.payload['idTag'], 'DRIVER-A');
  },
);

scenario(
  'authorization.tagByteOrder: reversed, the bytes of a card are sent from the other end, what is no row of bytes as it is (A-01)',
  {},
  async (world) => {
    await changeKey(world, 'TagByteOrder', 'reversed');
    for (const uid of ['04A1b2C3', 'DE-ABC-C00001-1', '04A1b']) {
      await startByCard(world, 1, uid);
      await endByCard(world, 1, uid);
    }
    assert.deepEqual(questions(world), ['C3b2A104', 'DE-ABC-C00001-1', '04A1b']);
    assert.deepEqual(billed(world), ['C3b2A104', 'DE-ABC-C00001-1', '04A1b']);
  },
);

scenario(
  'authorization.rfidEnabled: off, a card is refused without a question, a remote start goes on working (R-01)',
  {},
  async (world) => {
    await changeKey(world, 'RfidEnabled', 'false');
    await isTurnedAway(world, 1, 'CARD1');
    assert.deepEqual(questions(world), []);
    await ask(world, 'RemoteStartTransaction', { idTag: 'REMOTE', connectorId: 1 });
    await untilReported(world, 1, 'Charging');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Charging');
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? -1;
    await ask(world, 'RemoteStopTransaction', { transactionId });
    await untilReported(world, 1, 'Finishing');
    assert.deepEqual(billed(world), ['REMOTE']);
  },
);

scenario(
  'authorization.rfidEnabled: switched off while a card charges, that card still ends its transaction (A-02)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await changeKey(world, 'RfidEnabled', 'false');
    await endByCard(world, 1, 'CARD1');
    assert.equal(world.calls('StopTransaction')[0]?.payload['idTag'], 'CARD1');
    await isTurnedAway(world, 1, 'CARD1');
  },
);

for (const mode of ['off', 'on', 'plugged'] as const) {
  scenario(
    `authorization.inDoubt: ${mode}, a card that nobody can judge ${mode === 'off' ? 'is refused' : 'charges'} (A-02, A-05)`,
    { defaults: { 'authorization.inDoubtTag': 'DOUBT' } },
    async (world) => {
      await changeKey(world, 'IfInDoubtAllowCharging', mode);
      await world.cutLink();
      await world.sim({ action: 'card', uid: 'STRANGER', evse: 1 });
      await world.pass(1_000);
      await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
      await world.pass(5_000);
      assert.equal(statusOf(world, 1), mode === 'off' ? 'Preparing' : 'Charging');
      if (mode === 'off') await leave(world, 1);
      else await endByCard(world, 1, 'STRANGER');
      await world.restoreLink();
      await delivered(world);
      assert.deepEqual(billed(world), mode === 'off' ? [] : ['STRANGER']);
    },
  );
}

scenario(
  'authorization.inDoubt: plugged is refused without an identifier to bill (authorization.inDoubtTag)',
  {},
  async (world) => {
    await changeKey(world, 'IfInDoubtAllowCharging', 'plugged', 'Rejected');
    await changeKey(world, 'IfInDoubtIdTag', 'DOUBT');
    await changeKey(world, 'IfInDoubtAllowCharging', 'plugged');
    await changeKey(world, 'IfInDoubtIdTag', '', 'Rejected');
  },
);

scenario(
  'authorization.inDoubtTag: a car that is plugged in without backend begins by itself under it, and ends by unplugging (X-05)',
  { defaults: { 'authorization.inDoubtTag': 'DOUBT', 'authorization.inDoubt': 'plugged' } },
  async (world) => {
    await changeKey(world, 'IfInDoubtIdTag', 'DOUBT-2');
    await world.cutLink();
    await world.pass(15_000);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.until('charging', () => statusOf(world, 1) === 'Charging', 5_000);
    await world.sim({ action: 'unplugVehicle', evse: 1 });
    await world.until('the end', () => statusOf(world, 1) === 'Available');
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(billed(world), ['DOUBT-2']);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'EVDisconnected');
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await untilReported(world, 1, 'Preparing');
    await world.pass(20_000);
    assert.deepEqual(reported(world, 1, 1), ['Preparing'], 'with a backend a card is needed');
    assert.equal(billed(world).length, 1);
  },
);

scenario(
  'authorization.cacheLifetime: an answer without an end counts so long, then the card is asked about again, also after a power failure (A-07, A-08)',
  { only: 'virtual', defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    await changeKey(world, 'AuthorizationCacheLifeTime', '3600');
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await world.pass(3_000_000);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    assert.equal(questions(world).length, 1, 'the transaction before has made it young');
    await world.pass(3_000_000);
    await world.powerCycle();
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.pass(700_000);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    assert.equal(questions(world).length, 2);
    await world.pass(3_700_000);
    await world.cutLink();
    await isTurnedAway(world, 1, 'CARD1');
    await leave(world, 1);
    await world.configure({ 'authorization.cacheLifetime': '0' });
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await world.restoreLink();
    await delivered(world);
  },
);

scenario(
  'authorization.authorizeForStop: off, the card that ends its transaction is not asked about (A-02)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(questions(world), ['CARD1']);
  },
);

scenario(
  'authorization.authorizeForStop: on, Authorize goes before StopTransaction, which nothing in the answer prevents',
  {},
  async (world) => {
    await changeKey(world, 'AuthorizeForStop', 'true');
    await startByCard(world, 1, 'CARD1');
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    await leave(world, 1);
    const [, second] = world.calls('Authorize');
    const [stop] = world.calls('StopTransaction');
    assert.deepEqual([second?.payload, stop?.payload['idTag']], [{ idTag: 'CARD1' }, 'CARD1']);
    const order = world.calls().map(({ action }) => action);
    assert.ok(order.lastIndexOf('Authorize') < order.indexOf('StopTransaction'), order.join(' '));
    assert.ok((stop?.payload['reason'] ?? 'Local') === 'Local');
    await world.cutLink();
    await isTurnedAway(world, 1, 'CARD1');
    await leave(world, 1);
    await world.restoreLink();
  },
);

scenario(
  'authorization.concurrentTransactions: on, a card charges at two connectors, and the backend decides (A-13)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await startByCard(world, 2, 'card1');
    await endByCard(world, 1, 'CARD1');
    await endByCard(world, 2, 'CARD1');
    assert.deepEqual(billed(world), ['CARD1', 'card1']);
  },
);

scenario(
  'authorization.concurrentTransactions: off, a card that charges starts nothing elsewhere, neither itself nor from afar (A-13, R-01)',
  {},
  async (world) => {
    await changeKey(world, 'ConcurrentTransactions', 'false');
    await startByCard(world, 1, 'CARD1');
    await isTurnedAway(world, 2, 'card1');
    assert.equal(questions(world).length, 1);
    const start = { idTag: 'card1', connectorId: 2 };
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', start), { status: 'Rejected' });
    await world.sim({ action: 'card', uid: 'OTHER', evse: 2 });
    await untilReported(world, 2, 'Charging');
    await endByCard(world, 1, 'CARD1');
    await endByCard(world, 2, 'OTHER');
    assert.deepEqual(billed(world), ['CARD1', 'OTHER']);
  },
);

scenario(
  'authorization.concurrentTransactions: off, a start that waits for its car moves with the card',
  { defaults: { 'authorization.concurrentTransactions': false } },
  async (world) => {
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
    await untilReported(world, 2, 'Preparing');
    await untilReported(world, 1, 'Available');
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'plug', evse: 2, soc: 20, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.equal(statusOf(world, 1), 'Preparing');
    await endByCard(world, 2, 'CARD1');
    await leave(world, 1);
    assert.deepEqual(billed(world), ['CARD1']);
  },
);

scenario(
  'authorization.whiteListMaxLength: so many cards are taken, one more is not, and the backend can only read it',
  {},
  async (world) => {
    await world.configure({ 'authorization.whiteListMaxLength': '2' });
    const key = 'WhiteListMaxLength';
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: '2' });
    await changeKey(world, key, '3', 'Rejected');
    const { whiteList } = world.station;
    const add = (idToken: string): Promise<void> =>
      whiteList.change({ kind: 'add', entry: { idToken, note: '', expiryMs: null } });
    await add('CARD1');
    await add('CARD2');
    await assert.rejects(add('CARD3'), { code: 'whitelist.refused' });
    for (const uid of ['CARD1', 'CARD2', 'CARD3']) {
      await startByCard(world, 1, uid);
      await endByCard(world, 1, uid);
    }
    assert.deepEqual(questions(world), ['CARD3']);
  },
);
