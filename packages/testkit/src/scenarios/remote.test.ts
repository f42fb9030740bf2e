import assert from 'node:assert/strict';

import { say } from '../say.ts';
import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { leave, startByCard, statusOf } from './steps.ts';

async function ask(world: World, action: string, payload: Parameters<World['backend']['call']>[2]): Promise<string> {
  const answer = world.backend.call(world.identity, action, payload);
  await world.pass(200);
  return say((await answer)['status']);
}

scenario(
  'a remote start on a plugged connector and a remote stop (R-01, R-05, R-06, TC_010, TC_012, TC_028)',
  {},
  async (world) => {
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    assert.equal(await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'Remote-1' }), 'Accepted');
    await world.until('Charging', () => statusOf(world, 1) === 'Charging');
    await world.pass(5_000);
    const [transaction] = world.backend.ledger.transactions();
    assert.equal(transaction?.idTag, 'Remote-1');
    assert.equal(world.calls('Authorize').length, 0);
    assert.equal(await ask(world, 'RemoteStopTransaction', { transactionId: 99_999 }), 'Rejected');
    assert.equal(
      await ask(world, 'RemoteStopTransaction', { transactionId: transaction?.transactionId ?? 0 }),
      'Accepted',
    );
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, 'Remote');
  },
);

scenario(
  'a remote start without a car waits for it and gives up after ConnectionTimeOut (R-03, TC_011_2)',
  { only: 'virtual' },
  async (world) => {
    assert.equal(await ask(world, 'RemoteStartTransaction', { connectorId: 2, idTag: 'Remote-1' }), 'Accepted');
    assert.equal(statusOf(world, 2), 'Preparing');
    await world.pass(61_000);
    assert.equal(statusOf(world, 2), 'Available');
    assert.equal(world.backend.ledger.transactions().length, 0);
  },
);

scenario(
  'a remote start names connector 0, an unknown or a busy one: Rejected (R-01, TC_026, TC_027)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    for (const connectorId of [0, 1, 3]) {
      assert.equal(
        await ask(world, 'RemoteStartTransaction', { connectorId, idTag: 'Remote-1' }),
        'Rejected',
        String(connectorId),
      );
    }
    assert.equal(await ask(world, 'RemoteStartTransaction', { idTag: 'Remote-1' }), 'Accepted');
    await world.until('the free one to prepare', () => statusOf(world, 2) === 'Preparing');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
  },
);

scenario('AuthorizeRemoteTxRequests asks before it starts, and a refusal starts nothing (R-02)', {}, async (world) => {
  world.backend.configure({ idTags: { 'Remote-2': { status: 'Blocked' } } });
  await world.configure({ 'authorization.authorizeRemoteTxRequests': 'true' });
  await world.sim({ action: 'plug', evse: 1 });
  assert.equal(await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'Remote-2' }), 'Accepted');
  await world.pass(2_000);
  assert.equal(world.calls('Authorize').length, 1);
  assert.equal(world.backend.ledger.transactions().length, 0);
});

for (const [type, reason, certification] of [
  ['Soft', 'SoftReset', 'TC_016'],
  ['Hard', 'HardReset', 'TC_015'],
] as const) {
  scenario(
    `Reset ${type} during a transaction ends it with ${reason} and comes back with BootNotification (Z-01…Z-03, fault 32, ${certification})`,
    {},
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.pass(5_000);
      assert.equal(await ask(world, 'Reset', { type }), 'Accepted');
      await world.until('a second BootNotification', () => world.calls('BootNotification').length === 2);
      await world.until('registration', () => world.status().registration === 'accepted');
      await world.until('the books to be closed', () => world.backend.ledger.counts.open === 0);
      assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.reason, reason);
      await world.until('Preparing while the cable is in', () => statusOf(world, 1) === 'Preparing');
    },
  );
}

scenario(
  'triggered messages come after the confirmation, for the connectors that were named (TR-01, TR-02, fault 40)',
  {},
  async (world) => {
    await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
    assert.equal(await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' }), 'Accepted');
    assert.equal(await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues' }), 'Accepted');
    assert.equal(
      await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 0 }),
      'Accepted',
    );
    assert.equal(
      await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 7 }),
      'Rejected',
    );
    assert.equal(await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' }), 'Accepted');
    await world.until('the messages', () => world.calls('BootNotification').length === 2);
    assert.equal(world.calls('Heartbeat').length, 1);
    assert.deepEqual(
      world.calls('MeterValues').map(({ payload }) => payload['connectorId']),
      [1, 2],
    );
    assert.equal(world.calls('StatusNotification').length, 4);
    assert.equal(world.status().registration, 'accepted');
  },
);

scenario(
  'ClearCache makes the next start ask again, and never touches the outbox (A-09, TC_061_1)',
  {},
  async (world) => {
    await world.configure({ 'authorization.localPreAuthorize': 'true' });
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    await startByCard(world, 1, 'CARD1');
    assert.equal(world.calls('Authorize').length, 1);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await leave(world, 1);
    assert.equal(await ask(world, 'ClearCache', {}), 'Accepted');
    await startByCard(world, 1, 'CARD1');
    assert.equal(world.calls('Authorize').length, 2);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
  },
);

scenario('DataTransfer knows vendors from messages (D-01)', {}, async (world) => {
  assert.equal(await ask(world, 'DataTransfer', { vendorId: 'somebody' }), 'UnknownVendorId');
  assert.equal(await ask(world, 'DataTransfer', { vendorId: 'kerbside', messageId: 'x' }), 'UnknownMessageId');
  assert.equal(await ask(world, 'DataTransfer', { vendorId: 'kerbside', messageId: 'ResendParked' }), 'Accepted');
});
