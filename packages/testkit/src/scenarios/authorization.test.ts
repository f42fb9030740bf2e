import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { leave, startByCard, statusOf } from './steps.ts';

scenario('a refused card starts nothing (A-06, TC_023_4)', {}, async (world) => {
  world.backend.configure({ idTags: { BAD: { status: 'Invalid' } } });
  await world.sim({ action: 'plug', evse: 1 });
  await world.sim({ action: 'card', uid: 'BAD', evse: 1 });
  await world.pass(3_000);
  assert.equal(statusOf(world, 1), 'Preparing');
  assert.equal(world.backend.ledger.transactions().length, 0);
});

scenario(
  'StartTransaction refused: the transaction ends as DeAuthorized and the cable stays locked (X-06)',
  {},
  async (world) => {
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Blocked' } } } } },
    ]);
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await world.until(
      'the books to be closed',
      () => world.backend.ledger.counts.open === 0 && world.backend.ledger.counts.transactions === 1,
    );
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'DeAuthorized');
    await assert.rejects(world.sim({ action: 'unplug', evse: 1 }), /lock/i);
    await world.sim({ action: 'card', uid: 'card1', evse: 1 });
    await world.pass(2_000);
    await leave(world, 1);
  },
);

scenario('StopTransactionOnInvalidId=false: the transaction stays without energy (X-06)', {}, async (world) => {
  await world.configure({ 'charging.stopTransactionOnInvalidId': 'false' });
  world.backend.setRules([
    { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Invalid' } } } } },
  ]);
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('SuspendedEVSE', () => statusOf(world, 1) === 'SuspendedEVSE');
  assert.equal(world.status().evses[0]?.contactor, 'open');
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
});

scenario('a card of the same group may stop, another may not (A-11, A-12, TC_069)', {}, async (world) => {
  world.backend.configure({
    idTags: { CARD1: { parentIdTag: 'FLEET' }, CARD2: { parentIdTag: 'FLEET' }, OTHER: {} },
  });
  await startByCard(world, 1, 'CARD1');
  await world.sim({ action: 'card', uid: 'OTHER', evse: 1 });
  await world.pass(3_000);
  assert.equal(statusOf(world, 1), 'Charging');
  await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
  await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
  await leave(world, 1);
  assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.idTag, 'CARD2');
});

scenario(
  'a slow backend does not make the driver at the post wait: offline rules after authorization.timeout (row 8a)',
  { only: 'virtual' },
  async (world) => {
    await world.configure({ 'authorization.allowOfflineTxForUnknownId': 'true' });
    world.backend.setRules([{ on: { action: 'Authorize' }, do: { delay: { ms: 15_000 } } }]);
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(9_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await world.pass(2_500);
    assert.equal(statusOf(world, 1), 'Charging');
    assert.equal(world.status().link.kind, 'open');
    await world.pass(10_000);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
  },
);

scenario('offline, an unknown card is refused unless the operator allows it (A-05)', {}, async (world) => {
  await world.cutLink();
  await world.sim({ action: 'plug', evse: 1 });
  await world.sim({ action: 'card', uid: 'NEW', evse: 1 });
  await world.pass(3_000);
  assert.equal(statusOf(world, 1), 'Preparing');
  await world.configure({ 'authorization.allowOfflineTxForUnknownId': 'true' });
  await world.sim({ action: 'card', uid: 'NEW', evse: 1 });
  await world.until('Charging', () => statusOf(world, 1) === 'Charging');
  await world.restoreLink();
  await world.until('the books to be open', () => world.backend.ledger.counts.open === 1);
  await world.sim({ action: 'card', uid: 'NEW', evse: 1 });
  await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
});

scenario(
  'the group that Authorize named counts although StartTransaction does not repeat it, also for a start from the cache (A-11)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { parentIdTag: 'FLEET' }, CARD2: { parentIdTag: 'FLEET' } } });
    world.backend.setRules([
      {
        on: { action: 'StartTransaction' },
        do: { answer: { merge: { idTagInfo: { status: 'Accepted', parentIdTag: null } } } },
      },
    ]);
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    await world.configure({ 'authorization.localPreAuthorize': 'true' });
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
  },
);

scenario(
  'an identifier longer than OCPP 1.6 can carry never charges, whatever is allowed to unknown ones (T-18)',
  {},
  async (world) => {
    await world.configure({ 'authorization.allowOfflineTxForUnknownId': 'true' });
    await world.sim({ action: 'plug', evse: 1 });
    await world.sim({ action: 'card', uid: '123456789012345678901', evse: 1 });
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await world.cutLink();
    await world.sim({ action: 'card', uid: '123456789012345678901', evse: 1 });
    await world.pass(3_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await world.restoreLink();
  },
);
