import assert from 'node:assert/strict';

import type { JsonObject } from '@kerbside/station';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { changeKey, delivered } from './backend-steps.ts';
import { listed, sendList } from './local-list-steps.ts';
import { endByCard, leave, startByCard, statusOf } from './steps.ts';

/** What was told of the station itself since the beginning, the first status left out. */
function told(world: World): readonly JsonObject[] {
  return world
    .calls('StatusNotification')
    .map(({ payload }) => payload)
    .filter(({ connectorId }) => connectorId === 0)
    .slice(1);
}

/** The notifications in short: error code, and vendor's code or else the text. */
function short(world: World): readonly string[] {
  return told(world).map(({ errorCode, vendorErrorCode, info }) =>
    [errorCode, vendorErrorCode ?? info].map(say).join(' '),
  );
}

async function untilTold(world: World, count: number): Promise<void> {
  await world.until(`${count} notifications of connector 0`, () => told(world).length >= count);
}

async function showCard(world: World, uid: string): Promise<void> {
  await world.sim({ action: 'card', uid, evse: 1 });
  await world.pass(3_000);
}

scenario(
  'Authorize refuses a listed card: the backend is told once of the conflict, connector 0 stays Available (A-10)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await world.sim({ action: 'plug', evse: 1 });
    await showCard(world, 'CARD1');
    await untilTold(world, 1);
    assert.equal(statusOf(world, 1), 'Preparing');
    const [conflict] = told(world);
    assert.equal(typeof conflict?.['timestamp'], 'string');
    assert.deepEqual(
      { ...conflict, timestamp: '' },
      {
        connectorId: 0,
        errorCode: 'LocalListConflict',
        status: 'Available',
        info: 'The backend contradicts the local list',
        vendorErrorCode: 'localList.1',
        vendorId: 'Kerbside',
        timestamp: '',
      },
    );
    for (let count = 0; count < 3; count++) await showCard(world, 'card1');
    assert.equal(told(world).length, 1, 'no flood');
    await leave(world, 1);
  },
);

scenario(
  'StartTransaction refuses a listed card that began without a question: conflict, and the transaction ends (A-10, X-06)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Invalid' } } } } },
    ]);
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilTold(world, 1);
    assert.deepEqual(short(world), ['LocalListConflict localList.1']);
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await delivered(world);
    await showCard(world, 'CARD1');
    await leave(world, 1);
  },
);

scenario(
  'StopTransaction says otherwise than the list: conflict (A-10)',
  { defaults: { 'authorization.localPreAuthorize': true } },
  async (world) => {
    world.backend.setRules([
      { on: { action: 'StopTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Expired' } } } } },
    ]);
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await startByCard(world, 1, 'CARD1');
    await endByCard(world, 1, 'CARD1');
    await untilTold(world, 1);
    assert.deepEqual(short(world), ['LocalListConflict localList.1']);
  },
);

scenario(
  'the backend accepts a card that its list refuses: conflict, and the card charges (A-03, A-10)',
  {},
  async (world) => {
    await sendList(world, 'Full', 1, [listed('CARD1', { status: 'Blocked' })]);
    await startByCard(world, 1, 'CARD1');
    await untilTold(world, 1);
    assert.deepEqual(short(world), ['LocalListConflict localList.1']);
    await endByCard(world, 1, 'CARD1');
    assert.equal(told(world).length, 1);
  },
);

scenario(
  'each card in conflict is told once, each with its own time; a new list ends the conflict, and it may come again (A-10, N-08)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' }, CARD2: { status: 'Blocked' } } });
    await sendList(world, 'Full', 1, [listed('CARD1'), listed('CARD2')]);
    await world.sim({ action: 'plug', evse: 1 });
    for (const uid of ['CARD1', 'CARD2', 'CARD1']) await showCard(world, uid);
    await sendList(world, 'Differential', 2, [{ idTag: 'CARD2' }]);
    await untilTold(world, 3);
    await showCard(world, 'CARD2');
    await showCard(world, 'CARD1');
    await untilTold(world, 4);
    const times = told(world).map(({ timestamp }) => say(timestamp));
    assert.equal(new Set(times).size, times.length, times.join(' '));
    assert.deepEqual(short(world), [
      'LocalListConflict localList.1',
      'LocalListConflict localList.2',
      'NoError Resolved: The backend contradicts the local list',
      'LocalListConflict localList.1',
    ]);
    await leave(world, 1);
  },
);

scenario('a conflict is over when the backend agrees (A-10)', {}, async (world) => {
  world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
  await sendList(world, 'Full', 1, [listed('CARD1')]);
  await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500 });
  await showCard(world, 'CARD1');
  world.backend.configure({ idTags: { CARD1: { status: 'Accepted' } } });
  await showCard(world, 'CARD1');
  await world.until('Charging', () => statusOf(world, 1) === 'Charging');
  await untilTold(world, 2);
  assert.deepEqual(short(world), [
    'LocalListConflict localList.1',
    'NoError Resolved: The backend contradicts the local list',
  ]);
  await endByCard(world, 1, 'CARD1');
});

scenario(
  'a conflict is of the class of errors: without status.sendErrors nothing is told (A-10)',
  { defaults: { 'status.sendErrors': false } },
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' } } });
    await sendList(world, 'Full', 1, [listed('CARD1')]);
    await world.sim({ action: 'plug', evse: 1 });
    await showCard(world, 'CARD1');
    await leave(world, 1);
    assert.deepEqual(told(world), []);
  },
);

scenario(
  'there is no conflict with a list that is switched off, nor about a card that charges elsewhere (A-10, A-13, L-06)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { status: 'Blocked' }, CARD2: { status: 'ConcurrentTx' } } });
    await sendList(world, 'Full', 1, [listed('CARD1'), listed('CARD2')]);
    await world.sim({ action: 'plug', evse: 1 });
    await showCard(world, 'CARD2');
    assert.equal(statusOf(world, 1), 'Preparing');
    await changeKey(world, 'LocalAuthListEnabled', 'false');
    await showCard(world, 'CARD1');
    await leave(world, 1);
    assert.deepEqual(told(world), []);
  },
);
