import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered } from './backend-steps.ts';
import {
  cancelReservation,
  refusedCard,
  remoteStart,
  reservationsOf,
  reserved,
  reserveNow,
  started,
  told,
} from './reservation-steps.ts';
import { endByCard, reported, startByCard, statusOf, untilReported } from './steps.ts';

/** A reservation of any connector that has to be taken. */
const any = { connectorId: 0 } as const;

async function fault(world: World, evse: number, active = true): Promise<void> {
  await world.sim({ action: 'fault', evse, fault: 'overCurrent', active });
  await untilReported(world, evse, active ? 'Faulted' : 'Available');
}

scenario(
  'a reservation of the station: the last free connector shows Reserved, connector 0 never; its card begins there and names it (RS-03, RS-05, TC_049, fault 46)',
  {},
  async (world) => {
    await reserved(world, any);
    await world.pass(1_000);
    assert.deepEqual([reported(world, 1), reported(world, 2)], [['Available'], ['Available']]);
    await startByCard(world, 1, 'CARD1');
    await untilReported(world, 2, 'Reserved');
    assert.equal(await refusedCard(world, 'FOREIGN', 2), false);
    assert.equal(await refusedCard(world, 'FOREIGN', 0), false);
    assert.equal(await remoteStart(world, 'FOREIGN', 2), 'Rejected');
    assert.equal(await remoteStart(world, 'FOREIGN'), 'Rejected');
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 2 });
    await untilReported(world, 2, 'Preparing');
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.deepEqual(await started(world), [2, 'RESERVED', 7]);
    assert.deepEqual(reported(world, 2), ['Available', 'Reserved', 'Preparing', 'Charging']);
    assert.deepEqual(reported(world, 0), ['Available']);
    assert.deepEqual(reservationsOf(world), []);
  },
);

scenario(
  'a station with one connector shows it Reserved at once; the reservation is used by a remote start (RS-03, RS-05, TC_049)',
  { evses: 1 },
  async (world) => {
    await reserved(world, any);
    await untilReported(world, 1, 'Reserved');
    assert.equal(await reserveNow(world, { reservationId: 8 }), 'Occupied');
    assert.equal(await remoteStart(world, 'RESERVED', 1), 'Accepted');
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
  },
);

scenario(
  'when a connector comes free again the other one is Available again, and at the expiry too (RS-03, RS-06, TC_047)',
  {},
  async (world) => {
    await reserved(world, { ...any, seconds: 120 });
    await startByCard(world, 1, 'CARD1');
    await untilReported(world, 2, 'Reserved');
    await endByCard(world, 1, 'CARD1');
    await untilReported(world, 2, 'Available');
    await world.sim({ action: 'plug', evse: 2 });
    await untilReported(world, 1, 'Reserved');
    await world.until('the expiry', () => reported(world, 1, 1)[0] === 'Available', 130_000);
    const way = ['Preparing', 'Charging', 'Finishing', 'Available', 'Reserved', 'Available'];
    assert.deepEqual(reported(world, 1), ['Available', ...way]);
    assert.deepEqual(reservationsOf(world), []);
  },
);

scenario(
  'its card begins where nothing is scarce: no other connector shows Reserved for it (RS-03, N-01, TC_049)',
  {},
  async (world) => {
    await reserved(world, any);
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
    await world.pass(1_000);
    assert.deepEqual(reported(world, 2), ['Available']);
  },
);

scenario(
  'all connectors are Faulted: Faulted; one is not: the reservation is taken (RS-03, TC_050_1)',
  {},
  async (world) => {
    await told(world);
    await fault(world, 1);
    assert.equal(await reserveNow(world, any), 'Accepted');
    await untilReported(world, 2, 'Reserved');
    assert.equal(await cancelReservation(world), 'Accepted');
    await fault(world, 2);
    assert.equal(await reserveNow(world, any), 'Faulted');
  },
);

scenario(
  'all connectors are in use or plugged, or the free one is reserved: Occupied (RS-03, TC_050_2)',
  {},
  async (world) => {
    await told(world);
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'plug', evse: 2 });
    await untilReported(world, 2, 'Preparing');
    assert.equal(await reserveNow(world, any), 'Occupied');
    await world.sim({ action: 'unplug', evse: 2 });
    await untilReported(world, 2, 'Available');
    await reserved(world, { connectorId: 2, reservationId: 8 });
    assert.equal(await reserveNow(world, any), 'Occupied');
    assert.equal(await cancelReservation(world, 8), 'Accepted');
    assert.equal(await reserveNow(world, any), 'Accepted');
    assert.equal(await reserveNow(world, { ...any, reservationId: 9 }), 'Occupied');
    assert.equal(await reserveNow(world, { connectorId: 2, reservationId: 9 }), 'Occupied');
  },
);

scenario('all connectors are out of service: Unavailable (RS-03, TC_050_3)', {}, async (world) => {
  await told(world);
  await ask(world, 'ChangeAvailability', { connectorId: 0, type: 'Inoperative' });
  for (const id of [1, 2]) await untilReported(world, id, 'Unavailable');
  assert.equal(await reserveNow(world, any), 'Unavailable');
  await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
  await untilReported(world, 1, 'Available');
  assert.equal(await reserveNow(world, any), 'Accepted');
  await untilReported(world, 1, 'Reserved');
});

scenario(
  'without ReserveConnectorZeroSupported, and with an expiry in the past: Rejected (RS-03, TC_050_4)',
  { defaults: { 'reservation.connectorZeroSupported': false } },
  async (world) => {
    await told(world);
    assert.equal(await reserveNow(world, any), 'Rejected');
    assert.equal(await reserveNow(world, { seconds: -1 }), 'Rejected');
    assert.equal(await reserveNow(world), 'Accepted');
    await world.pass(1_000);
    assert.deepEqual(reservationsOf(world), [[7, 1]]);
  },
);

scenario('an expiry in the past is Rejected for the station too (RS-03, TC_050_4)', {}, async (world) => {
  await told(world);
  assert.equal(await reserveNow(world, { ...any, seconds: -1 }), 'Rejected');
  assert.deepEqual(reservationsOf(world), []);
});

scenario(
  'several reservations of the station keep as many connectors free (RS-03, RS-04)',
  { evses: 3 },
  async (world) => {
    await reserved(world, { ...any, idTag: 'FIRST', reservationId: 1 });
    await reserved(world, { ...any, idTag: 'SECOND', reservationId: 2 });
    await startByCard(world, 1, 'CARD1');
    for (const id of [2, 3]) await untilReported(world, id, 'Reserved');
    assert.equal(await refusedCard(world, 'FOREIGN', 3), false);
    await startByCard(world, 3, 'SECOND');
    assert.deepEqual(await started(world), [3, 'SECOND', 2]);
    assert.equal(statusOf(world, 2), 'Reserved');
    assert.equal(await refusedCard(world, 'SECOND', 2), false);
    await startByCard(world, 2, 'FIRST');
    assert.deepEqual(await started(world), [2, 'FIRST', 1]);
  },
);

scenario('a start uses the reservation of its connector rather than that of the station (RS-05)', {}, async (world) => {
  await reserved(world, { ...any, reservationId: 1 });
  await reserved(world, { connectorId: 1, reservationId: 2 });
  await untilReported(world, 2, 'Reserved');
  await startByCard(world, 1, 'RESERVED');
  assert.deepEqual(await started(world), [1, 'RESERVED', 2]);
  assert.deepEqual(reservationsOf(world), [[1, 0]]);
  await startByCard(world, 2, 'RESERVED');
  assert.deepEqual(await started(world), [2, 'RESERVED', 1]);
});

scenario('a reservation moves from the station to a connector and back (RS-02, RS-03)', {}, async (world) => {
  await reserved(world, any);
  assert.equal(await reserveNow(world, { connectorId: 2 }), 'Accepted');
  await untilReported(world, 2, 'Reserved');
  await startByCard(world, 1, 'CARD1');
  assert.equal(await reserveNow(world, any), 'Accepted');
  await endByCard(world, 1, 'CARD1');
  await untilReported(world, 2, 'Available');
  assert.deepEqual(reservationsOf(world), [[7, 0]]);
});

scenario(
  'two remote starts at the same moment do not take the connector that was promised (RS-03, RS-04)',
  {},
  async (world) => {
    await reserved(world, any);
    const [one, two] = await Promise.all([remoteStart(world, 'CARD1', 1), remoteStart(world, 'CARD2', 2)]);
    assert.deepEqual([one, two], ['Accepted', 'Rejected']);
    await untilReported(world, 1, 'Preparing');
    await untilReported(world, 2, 'Reserved');
  },
);

scenario(
  'it ends when no connector serves any more, and only then; a power failure leaves it (RS-03, RS-06, fault 46)',
  {},
  async (world) => {
    await reserved(world, any);
    await fault(world, 1);
    await untilReported(world, 2, 'Reserved');
    await world.powerCycle();
    await registered(world);
    await untilReported(world, 2, 'Reserved');
    await fault(world, 1, false);
    await untilReported(world, 2, 'Available');
    await fault(world, 1);
    await fault(world, 2);
    assert.equal(await cancelReservation(world), 'Rejected');
    await fault(world, 2, false);
    assert.equal(reported(world, 2, 1)[0], 'Available');
  },
);

scenario(
  'a card of the common reader that waits for its plug moves to where its car is, as long as one stays free for the station’s reservation (RS-03, RS-04)',
  {},
  async (world) => {
    await reserved(world, any);
    await world.sim({ action: 'card', uid: 'FOREIGN', evse: 0 });
    await untilReported(world, 2, 'Reserved');
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.deepEqual(await started(world), [2, 'FOREIGN', undefined]);
    await untilReported(world, 1, 'Reserved');
  },
);

scenario(
  'whoever starts with a reservation of a connector leaves another one of the station as it is: the last free connector never shows Available (RS-03, RS-05)',
  {},
  async (world) => {
    await reserved(world, { ...any, reservationId: 10, idTag: 'OWNER' });
    await reserved(world, { connectorId: 2, reservationId: 11, idTag: 'OWNER' });
    await untilReported(world, 1, 'Reserved');
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'OWNER', evse: 2 });
    await untilReported(world, 2, 'Charging');
    assert.deepEqual(await started(world), [2, 'OWNER', 11]);
    await world.pass(5_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved']);
    assert.deepEqual(reservationsOf(world), [[10, 0]]);
    await endByCard(world, 2, 'OWNER');
  },
);
