import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import type { World } from '../../world/world.ts';
import { ask, gapsInSeconds } from '../backend-steps.ts';
import { reported, startByCard, statusOf } from '../steps.ts';

/** One connector with a meter that signs. */
const signing = [{ signs: true }] as const;
const quick = { 'traffic.transactionMessageRetryInterval': 1, 'metering.sampleInterval': 0 } as const;
const resends = { books: { parkedResends: true } } as const;

function attempts(world: World, action: string): number {
  return world.calls(action).length;
}

function refuse(world: World, action: string): void {
  world.backend.checker.expect({ parkedResends: true, finishingMayOvertake: true });
  world.backend.setRules([{ on: { action, times: 1_000_000 }, do: { callError: { code: 'InternalError' } } }]);
}

/** A session whose StopTransaction the backend refuses until it is parked; the car has left. */
async function sessionWithParkedStop(world: World): Promise<void> {
  refuse(world, 'StopTransaction');
  await startByCard(world, 1, 'CARD1');
  await world.pass(5_000);
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
  await world.until('the end', () => statusOf(world, 1) === 'Finishing');
  const { parked } = world.status().outbox;
  await world.until('the StopTransaction to be parked', () => world.status().outbox.parked > parked, 3_600_000);
  await world.sim({ action: 'unplug', evse: 1 });
  await world.pass(2_000);
}

/** The last report of the connector: its status, error code and text. */
function lastReport(world: World): readonly unknown[] {
  const last = world.calls('StatusNotification').findLast(({ payload }) => payload['connectorId'] === 1);
  return [last?.payload['status'], last?.payload['errorCode'], last?.payload['info']];
}

scenario(
  'traffic.eichrechtMessageAttempts: a StopTransaction with signed data has so many attempts, whatever the others have',
  { only: 'virtual', evses: signing, allow: resends, defaults: { ...quick, 'traffic.transactionMessageAttempts': 2 } },
  async (world) => {
    await sessionWithParkedStop(world);
    assert.equal(attempts(world, 'StopTransaction'), 20);
    assert.deepEqual(gapsInSeconds(world.calls('StopTransaction').map(({ atMs }) => atMs)).slice(0, 4), [1, 2, 3, 4]);
    await world.pass(600_000);
    assert.equal(attempts(world, 'StopTransaction'), 20);
    assert.ok(world.status().problems.some(({ text }) => text.includes('did not take signed data')));
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('it to be delivered', () => world.status().outbox.parked === 0);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'traffic.eichrechtMessageAttempts: it can be set, and holds for the StartTransaction too, without which nothing signed can go',
  {
    only: 'virtual',
    evses: signing,
    allow: resends,
    defaults: { ...quick, 'traffic.eichrechtMessageAttempts': 3, 'traffic.transactionMessageAttempts': 7 },
  },
  async (world) => {
    refuse(world, 'StartTransaction');
    await startByCard(world, 1, 'CARD1');
    await world.until('it to be parked', () => world.status().outbox.parked === 1);
    assert.equal(attempts(world, 'StartTransaction'), 3);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('its end to be parked with it', () => world.status().outbox.parked === 2);
    assert.equal(attempts(world, 'StopTransaction'), 0);
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until(
      'both to be delivered',
      () => world.status().outbox.parked === 0 && world.status().outbox.waiting === 0,
    );
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'traffic.eichrechtMessageAttempts: a connector without signed data keeps the ordinary number',
  { only: 'virtual', allow: resends, defaults: { ...quick, 'traffic.transactionMessageAttempts': 2 } },
  async (world) => {
    await sessionWithParkedStop(world);
    assert.equal(attempts(world, 'StopTransaction'), 2);
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('it to be delivered', () => world.status().outbox.parked === 0);
  },
);

scenario(
  'traffic.eichrechtMessageAttempts: signed data are kept however old they are, and no backend can change the number (E-14)',
  { only: 'virtual', evses: signing, allow: resends, defaults: { ...quick, 'traffic.parkedRetention': 1 } },
  async (world) => {
    const answer = await ask(world, 'ChangeConfiguration', { key: 'EichrechtTransactionMessageAttempts', value: '1' });
    assert.deepEqual(answer, { status: 'Rejected' });
    await sessionWithParkedStop(world);
    await world.pass(3 * 86_400_000);
    assert.equal(world.status().outbox.parked, 1);
    world.backend.setRules([]);
    await world.until('it to be delivered', () => world.status().outbox.parked === 0, 2 * 3_600_000);
  },
);

scenario(
  'eichrecht.onUndelivered: block keeps the connector from starting until the messages are delivered (E-11)',
  {
    only: 'virtual',
    evses: signing,
    allow: resends,
    defaults: { ...quick, 'traffic.eichrechtMessageAttempts': 2, 'eichrecht.onUndelivered': 'block' },
  },
  async (world) => {
    await sessionWithParkedStop(world);
    await world.until('the block to be told', () => lastReport(world)[0] === 'Unavailable');
    assert.deepEqual(lastReport(world), ['Unavailable', 'InternalError', 'Signed data are not delivered']);
    await world.powerCycle();
    await world.until('the block to be told again', () => lastReport(world)[0] === 'Unavailable');
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 50 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(5_000);
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', { idTag: 'CARD1', connectorId: 1 }), {
      status: 'Rejected',
    });
    assert.deepEqual([attempts(world, 'StartTransaction'), statusOf(world, 1)], [1, 'Unavailable']);
    assert.ok(world.status().problems.some(({ text }) => text.startsWith('a card was refused, calibration law')));
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('the connector to be free', () => statusOf(world, 1) === 'Preparing');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('it to charge', () => statusOf(world, 1) === 'Charging');
    assert.ok(reported(world, 1).includes('Unavailable'));
  },
);

scenario(
  'eichrecht.onUndelivered: continue raises an alarm, and the connector goes on charging',
  {
    only: 'virtual',
    evses: signing,
    allow: resends,
    defaults: { ...quick, 'traffic.eichrechtMessageAttempts': 2 },
  },
  async (world) => {
    await sessionWithParkedStop(world);
    assert.equal(statusOf(world, 1), 'Available');
    assert.ok(world.status().problems.some(({ text }) => text.includes('1 message not delivered')));
    const { connectors } = await world.station.eichrecht.view();
    assert.deepEqual([connectors[0]?.undelivered, connectors[0]?.blocks], [1, []]);
    world.backend.setRules([]);
    await startByCard(world, 1, 'CARD1');
  },
);

scenario(
  'eichrecht.onUndelivered: an operator releases the connector with a reason, and the next message that is not taken blocks again (E-13)',
  {
    only: 'virtual',
    evses: signing,
    allow: resends,
    defaults: { ...quick, 'traffic.eichrechtMessageAttempts': 2, 'eichrecht.onUndelivered': 'block' },
  },
  async (world) => {
    await sessionWithParkedStop(world);
    assert.equal(statusOf(world, 1), 'Unavailable');
    const request = { evse: 1, cause: 'undelivered', reason: 'the backend is repaired on Monday' };
    await world.station.eichrecht.release(request, { role: 'operator', who: 'operator token' });
    await world.until('the release to be told', () => lastReport(world)[0] === 'Available');
    await world.powerCycle();
    await world.until('it to be free after the power cut too', () => lastReport(world)[0] === 'Available');
    await sessionWithParkedStop(world);
    assert.equal(statusOf(world, 1), 'Unavailable');
    world.backend.setRules([]);
    await ask(world, 'TriggerMessage', { requestedMessage: 'BootNotification' });
    await world.until('all to be delivered', () => world.status().outbox.parked === 0);
    await world.until('the connector to be free', () => lastReport(world)[0] === 'Available');
  },
);
