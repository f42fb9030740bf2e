import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { delivered, registered } from './backend-steps.ts';
import { listed, sendList } from './local-list-steps.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

const on = { 'authorization.inDoubt': 'on' } as const;
const plugged = { 'authorization.inDoubt': 'plugged', 'authorization.inDoubtTag': 'DOUBT' } as const;

function billed(world: World): readonly string[] {
  return world.backend.ledger.transactions().map(({ idTag }) => idTag);
}

/** A car comes; gives what the connector shows some seconds later. */
async function plug(world: World, evse: number, ms = 4_000): Promise<string | undefined> {
  await world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
  await world.pass(ms);
  return statusOf(world, evse);
}

/** The vehicle is unplugged while it charges. */
async function driveOff(world: World, evse: number): Promise<void> {
  await world.sim({ action: 'unplugVehicle', evse });
  await world.until('a free connector', () => statusOf(world, evse) === 'Available');
}

scenario(
  'in doubt a card charges when the backend does not answer in time; what it refuses later ends the transaction (A-06, X-06)',
  { defaults: on },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Invalid' } } });
    world.backend.setRules([
      { on: { action: 'Authorize', times: 1 }, do: { delay: { ms: 14_000 } } },
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Accepted' } } } } },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await delivered(world);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'DeAuthorized');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(1_000);
    await leave(world, 1);
  },
);

scenario(
  'in doubt a card that the backend refuses with Authorize does not charge (A-06, TC_023)',
  { defaults: on },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Invalid' } } });
    await world.sim({ action: 'plug', evse: 1, soc: 20 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('the question', () => world.calls('Authorize').length === 1);
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    assert.deepEqual(world.calls('StartTransaction'), []);
    await leave(world, 1);
  },
);

for (const stops of [true, false]) {
  scenario(
    `after the outage the books are delivered in order, and Invalid in answer to StartTransaction ${stops ? 'ends the transaction' : 'takes the energy'} (X-05, X-06, A-06)`,
    { defaults: { ...on, 'charging.stopTransactionOnInvalidId': stops } },
    async (world) => {
      world.backend.configure({ idTags: { STRANGER: { status: 'Invalid' } } });
      await world.cutLink();
      await startByCard(world, 1, 'STRANGER');
      await world.pass(120_000);
      await world.restoreLink();
      const expected = stops ? 'Finishing' : 'SuspendedEVSE';
      await world.until(expected, () => statusOf(world, 1) === expected);
      await world.sim({ action: 'card', uid: 'STRANGER', evse: 1 });
      await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
      await delivered(world);
      const [transaction] = world.backend.ledger.transactions();
      assert.deepEqual([transaction?.idTag, transaction?.stops.length], ['STRANGER', 1]);
      assert.equal(transaction?.stops[0]?.reason ?? 'Local', stops ? 'DeAuthorized' : 'Local');
      await world.pass(1_000);
      await leave(world, 1);
      await world.cutLink();
      await world.sim({ action: 'card', uid: 'STRANGER', evse: 2 });
      assert.equal(await plug(world, 2), 'Preparing', 'now it is known as refused');
      await leave(world, 2);
      await world.restoreLink();
    },
  );
}

scenario('in doubt what list or cache refuse stays refused (A-05)', { defaults: on }, async (world) => {
  await sendList(world, 'Full', 1, [listed('LISTED', { status: 'Blocked' })]);
  world.backend.configure({ idTags: { CACHED: { status: 'Blocked' } } });
  await world.sim({ action: 'card', uid: 'CACHED', evse: 1 });
  await world.until('the question', () => world.calls('Authorize').length === 1);
  await world.pass(2_000);
  await world.cutLink();
  for (const [evse, uid] of [
    [1, 'LISTED'],
    [2, 'CACHED'],
  ] as const) {
    await world.sim({ action: 'plug', evse, soc: 20 });
    await world.sim({ action: 'card', uid, evse });
    await world.pass(3_000);
    assert.equal(statusOf(world, evse), 'Preparing', uid);
    await leave(world, evse);
  }
  await world.restoreLink();
});

scenario(
  'a car that began by itself is billed after the outage, and stopped when the backend does not know the identifier; then none begins any more (X-05, X-06)',
  { defaults: plugged },
  async (world) => {
    world.backend.configure({ idTags: { DOUBT: { status: 'Invalid' } } });
    await world.cutLink();
    await world.pass(15_000);
    assert.equal(await plug(world, 1), 'Charging');
    await world.restoreLink();
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await delivered(world);
    assert.deepEqual(billed(world), ['DOUBT']);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'DeAuthorized');
    await world.cutLink();
    await world.pass(15_000);
    assert.equal(await plug(world, 2), 'Preparing');
    assert.match(world.status().problems.at(-1)?.text ?? '', /identifier for doubt, DOUBT, has been refused/);
    await leave(world, 2);
    await world.restoreLink();
  },
);

scenario(
  'the identifier for doubt is not refused because the cache has outlived what the backend said of it (A-07)',
  { only: 'virtual', defaults: { ...plugged, 'authorization.cacheLifetime': 60 } },
  async (world) => {
    for (const evse of [1, 2]) {
      await world.cutLink();
      await world.pass(120_000);
      assert.equal(await plug(world, evse), 'Charging');
      await driveOff(world, evse);
      await world.restoreLink();
      await delivered(world);
    }
    assert.deepEqual(billed(world), ['DOUBT', 'DOUBT']);
  },
);

scenario(
  'a car that waits for its card when the link breaks begins by itself only when the break lasts',
  { only: 'virtual', defaults: plugged },
  async (world) => {
    assert.equal(await plug(world, 1), 'Preparing');
    await world.cutLink();
    await world.pass(9_000);
    assert.equal(statusOf(world, 1), 'Preparing', 'a driver would still wait for an answer');
    await world.pass(6_000);
    assert.equal(statusOf(world, 1), 'Charging');
    await driveOff(world, 1);
    await world.restoreLink();
    await delivered(world);
  },
);

scenario(
  'after a power failure a plugged car waits for the backend, and with it for its card',
  { only: 'virtual', defaults: plugged },
  async (world) => {
    assert.equal(await plug(world, 1), 'Preparing');
    await world.powerCycle();
    await registered(world);
    await world.pass(20_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    await leave(world, 1);
  },
);

scenario(
  'a card that waits for its plug goes before the identifier for doubt, also at another connector of a common reader',
  { defaults: plugged },
  async (world) => {
    await world.cutLink();
    await world.pass(15_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 0 });
    await world.pass(1_000);
    assert.equal(await plug(world, 2), 'Charging');
    assert.equal(await plug(world, 1), 'Charging');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 0 });
    await world.until('the end', () => statusOf(world, 2) === 'Finishing');
    await leave(world, 2);
    await driveOff(world, 1);
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(billed(world), ['CARD1', 'DOUBT']);
  },
);

scenario(
  'a car that was refused in time-out or is done does not begin by itself',
  { only: 'virtual', defaults: plugged },
  async (world) => {
    assert.equal(await plug(world, 1, 70_000), 'Finishing');
    await startByCard(world, 2, 'CARD2');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 2 });
    await world.until('the end', () => statusOf(world, 2) === 'Finishing');
    await world.cutLink();
    await world.pass(30_000);
    assert.deepEqual([statusOf(world, 1), statusOf(world, 2)], ['Finishing', 'Finishing']);
    await leave(world, 1);
    await leave(world, 2);
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(billed(world), ['CARD2']);
  },
);

scenario(
  'in doubt a card that charges without backend is ended by itself, and both facts are delivered (X-05)',
  { defaults: on },
  async (world) => {
    await world.cutLink();
    await startByCard(world, 1, 'STRANGER');
    await world.pass(5_000);
    await endByCard(world, 1, 'STRANGER');
    await world.restoreLink();
    await delivered(world);
    assert.deepEqual(billed(world), ['STRANGER']);
    assert.equal(world.backend.ledger.counts.open, 0);
  },
);

scenario(
  'a car whose session a lost meter ended does not begin again by itself; the next car does (E-07)',
  { only: 'virtual', evses: [{ signs: true }], defaults: plugged },
  async (world) => {
    await registered(world);
    await world.cutLink();
    await world.pass(60_000);
    assert.equal(await plug(world, 1), 'Charging');
    await world.sim({ action: 'meterPower', evse: 1, state: 'off' });
    await world.until('the meter to be missed', () => statusOf(world, 1) === 'Faulted', 200_000);
    await world.sim({ action: 'meterPower', evse: 1, state: 'on' });
    await world.pass(300_000);
    assert.notEqual(statusOf(world, 1), 'Charging');
    await world.sim({ action: 'unplug', evse: 1 });
    await world.pass(5_000);
    assert.equal(await plug(world, 1, 30_000), 'Charging');
    await driveOff(world, 1);
    await world.restoreLink();
    await delivered(world);
    assert.equal(billed(world).length, 2);
  },
);
