import assert from 'node:assert/strict';
import { test } from 'node:test';

import { VirtualTime } from '@kerbside/station';

import { createCrashableStore } from '../crashable-store.ts';
import { scenario } from '../world/scenario.ts';
import { createVirtualWorld } from '../world/virtual-world.ts';
import { ask, happenedAfter, registered, reset } from './backend-steps.ts';
import { offered, profile } from './charging-steps.ts';
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

scenario(
  'the reserved card comes, then the plug: Reserved, Preparing, Charging, and StartTransaction names the reservation, which is used up (RS-01, RS-05, TC_046_1)',
  {},
  async (world) => {
    await reserved(world);
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
    assert.deepEqual(reservationsOf(world), []);
    assert.equal(await cancelReservation(world), 'Rejected');
    await endByCard(world, 1, 'RESERVED');
    await untilReported(world, 1, 'Available');
    const way = ['Available', 'Reserved', 'Preparing', 'Charging', 'Finishing', 'Available'];
    assert.deepEqual(reported(world, 1), way);
    await startByCard(world, 1, 'RESERVED');
    assert.deepEqual(await started(world), [1, 'RESERVED', undefined]);
  },
);

scenario(
  'the plug comes first: Preparing shows at the reserved connector, and the reserved card begins, in whatever letter case (RS-01, RS-05, A-01, TC_046_1, fault 44)',
  {},
  async (world) => {
    await reserved(world, { idTag: 'reserved', reservationId: 0 });
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', 0]);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved', 'Preparing', 'Charging']);
  },
);

scenario('a remote start uses the reservation (RS-05, TC_046_2)', {}, async (world) => {
  await reserved(world);
  assert.equal(await remoteStart(world, 'RESERVED', 1), 'Accepted');
  await untilReported(world, 1, 'Preparing');
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await untilReported(world, 1, 'Charging');
  assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
});

scenario(
  'a remote start that names no connector takes the one that is reserved for it, and its charging profile goes along (RS-05, R-04, TC_046_2)',
  {},
  async (world) => {
    await reserved(world, { connectorId: 2 });
    const chargingProfile = profile([[0, 8]], { id: 9, purpose: 'TxProfile' });
    const request = { idTag: 'RESERVED', chargingProfile };
    assert.equal((await ask(world, 'RemoteStartTransaction', request))['status'], 'Accepted');
    await untilReported(world, 2, 'Preparing');
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.deepEqual(await started(world), [2, 'RESERVED', 7]);
    assert.equal(offered(world, 2), 8);
  },
);

scenario(
  'the confirmation of ReserveNow goes before Reserved, that of CancelReservation before Available (RS-01, RS-07)',
  {},
  async (world) => {
    await reserved(world);
    await cancelReservation(world);
    await untilReported(world, 1, 'Available');
    const texts = world.backend.frames
      .all()
      .filter(({ direction }) => direction === 'in')
      .map(({ text }) => text);
    const at = (part: RegExp, from = 0): number => texts.findIndex((text, index) => index >= from && part.test(text));
    const taken = at(/^\[3,.*"status":"Accepted"\}\]$/, at(/"connectorId":2/));
    const shown = at(/"Reserved"/);
    const ended = at(/^\[3,.*"status":"Accepted"\}\]$/, shown);
    const free = at(/"connectorId":1,.*"Available"/, shown);
    assert.ok(0 < taken && taken < shown && shown < ended && ended < free, JSON.stringify([taken, shown, ended, free]));
  },
);

scenario(
  'a reservation that nobody uses is over at its expiry: Available is told, and anybody may charge (RS-06, TC_047, fault 46)',
  {},
  async (world) => {
    await told(world);
    const beganMs = world.time.monotonicMs();
    assert.equal(await reserveNow(world, { seconds: 120 }), 'Accepted');
    await untilReported(world, 1, 'Reserved');
    await world.until('Available', () => reported(world, 1, 1)[0] === 'Available', 130_000);
    happenedAfter(world, (world.time.monotonicMs() - beganMs) / 1000, 120, 'Available');
    await startByCard(world, 1, 'ANYBODY');
    assert.deepEqual(await started(world), [1, 'ANYBODY', undefined]);
  },
);

scenario('a faulted connector answers Faulted, whatever the expiry says (RS-01, TC_048_1)', {}, async (world) => {
  await told(world);
  await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
  await untilReported(world, 1, 'Faulted');
  assert.equal(await reserveNow(world), 'Faulted');
  assert.equal(await reserveNow(world, { seconds: 0 }), 'Faulted');
  assert.equal(await reserveNow(world, { connectorId: 2 }), 'Accepted');
  assert.deepEqual(reservationsOf(world), [[7, 2]]);
});

scenario(
  'a connector that is in use, plugged, left to a card that waits for its plug, or reserved by anybody else answers Occupied (RS-01, TC_048_2)',
  {},
  async (world) => {
    await told(world);
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    assert.equal(await reserveNow(world), 'Occupied');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.equal(await reserveNow(world, { idTag: 'CARD1' }), 'Occupied');
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Finishing');
    assert.equal(await reserveNow(world), 'Occupied');
    await world.sim({ action: 'plug', evse: 2 });
    await untilReported(world, 2, 'Preparing');
    assert.equal(await reserveNow(world, { connectorId: 2 }), 'Occupied');
    await world.sim({ action: 'unplug', evse: 2 });
    await untilReported(world, 2, 'Available');
    assert.equal(await reserveNow(world, { connectorId: 2 }), 'Accepted');
    assert.equal(await reserveNow(world, { connectorId: 2, reservationId: 8 }), 'Occupied');
    assert.deepEqual(reservationsOf(world), [[7, 2]]);
  },
);

scenario('a connector out of service answers Unavailable (RS-01, TC_048_3)', {}, async (world) => {
  await told(world);
  await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
  await untilReported(world, 1, 'Unavailable');
  assert.equal(await reserveNow(world), 'Unavailable');
  await startByCard(world, 2, 'CARD1');
  await ask(world, 'ChangeAvailability', { connectorId: 2, type: 'Inoperative' });
  assert.equal(await reserveNow(world, { connectorId: 2 }), 'Occupied');
});

scenario(
  'an expiry in the past, an unknown connector and a station at which nobody shows a card: Rejected, and people are told why (RS-01, TC_048_4)',
  {},
  async (world) => {
    await told(world);
    assert.equal(await reserveNow(world, { seconds: -1 }), 'Rejected');
    assert.equal(await reserveNow(world, { connectorId: 3 }), 'Rejected');
    await world.configure({
      'authorization.freeCharging': 'true',
      'authorization.freeChargingMode': 'statusWithoutCard',
    });
    assert.equal(await reserveNow(world), 'Rejected');
    await world.configure({ 'authorization.freeCharging': 'false' });
    assert.deepEqual(reservationsOf(world), []);
    assert.deepEqual(reported(world, 1), ['Available']);
    const problems = world.status().problems.map(({ text }) => text);
    for (const why of [/expiry is in the past/, /no EVSE 3/, /without a card/])
      assert.ok(
        problems.some((text) => why.test(text)),
        String(why),
      );
  },
);

scenario(
  'after CancelReservation Available shows, and a start names no reservation; an unknown one is Rejected and changes nothing (RS-05, RS-07, TC_051, TC_052)',
  {},
  async (world) => {
    await reserved(world);
    assert.equal(await cancelReservation(world, 8), 'Rejected');
    await world.pass(1_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved']);
    assert.equal(await cancelReservation(world), 'Accepted');
    await untilReported(world, 1, 'Available');
    await startByCard(world, 1, 'RESERVED');
    assert.deepEqual(await started(world), [1, 'RESERVED', undefined]);
    assert.equal(await cancelReservation(world), 'Rejected');
  },
);

scenario(
  'a reservation that is cancelled while its card waits for the plug: the card begins without it (RS-05, RS-07, TC_051)',
  {},
  async (world) => {
    await reserved(world);
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    assert.equal(await cancelReservation(world), 'Accepted');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', undefined]);
  },
);

scenario(
  'the same id replaces: another expiry, card and connector; where the new place refuses, the old reservation stays (RS-02)',
  {},
  async (world) => {
    await reserved(world, { seconds: 60 });
    assert.equal(await reserveNow(world, { seconds: 600, idTag: 'OTHER' }), 'Accepted');
    await world.pass(90_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved']);
    await startByCard(world, 2, 'CARD1');
    assert.equal(await reserveNow(world, { connectorId: 2 }), 'Occupied');
    assert.equal(await refusedCard(world, 'RESERVED', 1), false);
    await endByCard(world, 2, 'CARD1');
    assert.equal(await reserveNow(world, { connectorId: 2, idTag: 'OTHER' }), 'Accepted');
    await untilReported(world, 2, 'Reserved');
    await untilReported(world, 1, 'Available');
    assert.deepEqual(reservationsOf(world), [[7, 2]]);
    await startByCard(world, 2, 'OTHER');
    assert.deepEqual(await started(world), [2, 'OTHER', 7]);
  },
);

scenario('a reservation can be prolonged while a car waits at its connector (RS-02)', {}, async (world) => {
  await reserved(world, { seconds: 60 });
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await untilReported(world, 1, 'Preparing');
  assert.equal(await reserveNow(world, { seconds: 600 }), 'Accepted');
  await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
  await untilReported(world, 1, 'Charging');
  assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
});

scenario(
  'a foreign card is refused without a question to the backend, a foreign remote start is Rejected, with and without a plug (RS-04, X-13, TC_053)',
  {},
  async (world) => {
    await reserved(world);
    assert.equal(await refusedCard(world, 'FOREIGN', 1), false);
    assert.equal(await remoteStart(world, 'FOREIGN', 1), 'Rejected');
    await world.sim({ action: 'plug', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    assert.equal(await refusedCard(world, 'FOREIGN', 1), false);
    assert.equal(await remoteStart(world, 'FOREIGN', 1), 'Rejected');
    await world.sim({ action: 'unplug', evse: 1 });
    await untilReported(world, 1, 'Reserved');
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved', 'Preparing', 'Available', 'Reserved']);
    assert.deepEqual(world.calls('Authorize'), []);
  },
);

const fleet = { idTags: { MEMBER: { parentIdTag: 'Fleet' }, STRANGER: { parentIdTag: 'OTHERS' }, LONER: {} } };

scenario(
  'with a group every card asks the backend once: a member begins by its parentIdTag, others do not (RS-04, TC_053_1, TC_053)',
  {},
  async (world) => {
    world.backend.configure(fleet);
    await reserved(world, { parentIdTag: 'FLEET' });
    for (const uid of ['STRANGER', 'LONER']) assert.equal(await refusedCard(world, uid, 1), true, uid);
    await world.sim({ action: 'card', uid: 'MEMBER', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'MEMBER', 7]);
    assert.equal(world.calls('Authorize').length, 3);
  },
);

scenario(
  'the group of a card that is known already is not asked for: a stranger is refused at once (RS-04, TC_053)',
  {},
  async (world) => {
    world.backend.configure(fleet);
    await startByCard(world, 2, 'STRANGER');
    await endByCard(world, 2, 'STRANGER');
    await reserved(world, { parentIdTag: 'FLEET' });
    assert.equal(await refusedCard(world, 'STRANGER', 1), false);
    assert.equal(await remoteStart(world, 'STRANGER', 1), 'Rejected');
  },
);

for (const authorizeFirst of ['true', 'false']) {
  scenario(
    `a remote start of a member asks the backend for its group, with AuthorizeRemoteTxRequests=${authorizeFirst}; a stranger’s begins nothing (RS-04, TC_053_2, TC_053)`,
    {},
    async (world) => {
      world.backend.configure(fleet);
      await world.configure({ 'authorization.authorizeRemoteTxRequests': authorizeFirst });
      await reserved(world, { parentIdTag: 'FLEET' });
      await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
      await untilReported(world, 1, 'Preparing');
      assert.equal(await remoteStart(world, 'STRANGER', 1), 'Accepted');
      await world.until('Authorize', () => world.calls('Authorize').length === 1);
      await world.pass(2_000);
      assert.deepEqual(world.calls('StartTransaction'), []);
      assert.equal(await remoteStart(world, 'MEMBER', 1), 'Accepted');
      await untilReported(world, 1, 'Charging');
      assert.deepEqual(await started(world), [1, 'MEMBER', 7]);
      assert.equal(world.calls('Authorize').length, 2);
    },
  );
}

scenario('offline the group is known from what the backend said before (RS-04, A-04, TC_053_1)', {}, async (world) => {
  world.backend.configure(fleet);
  await startByCard(world, 2, 'MEMBER');
  await endByCard(world, 2, 'MEMBER');
  await reserved(world, { parentIdTag: 'FLEET' });
  await world.cutLink();
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'LONER', evse: 1 });
  await world.pass(1_000);
  assert.equal(statusOf(world, 1), 'Preparing');
  await world.sim({ action: 'card', uid: 'MEMBER', evse: 1 });
  await world.until('Charging', () => statusOf(world, 1) === 'Charging');
  await world.restoreLink();
  await world.until('the start', () => world.calls('StartTransaction').length === 2);
  assert.deepEqual(await started(world), [1, 'MEMBER', 7]);
});

scenario(
  'ConnectionTimeOut gives the reservation back; after its expiry it does not (RS-06, X-03, fault 46)',
  { only: 'virtual' },
  async (world) => {
    await reserved(world, { seconds: 150 });
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.until('the time-out', () => reported(world, 1, 1)[0] === 'Reserved', 70_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved', 'Preparing', 'Available', 'Reserved']);
    await world.pass(60_000);
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.pass(120_000);
    assert.deepEqual(reported(world, 1, 2), ['Preparing', 'Available']);
    assert.deepEqual(reservationsOf(world), []);
  },
);

scenario(
  'a connector that goes out of order or out of service ends its reservation for good (RS-06, fault 46)',
  {},
  async (world) => {
    await reserved(world);
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
    await untilReported(world, 1, 'Faulted');
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: false });
    await untilReported(world, 1, 'Available');
    assert.equal(await cancelReservation(world), 'Rejected');
    await reserved(world);
    await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    await untilReported(world, 1, 'Unavailable');
    await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
    await untilReported(world, 1, 'Available');
    assert.equal(await cancelReservation(world), 'Rejected');
  },
);

for (const how of ['powerCycle', 'Soft', 'Hard'] as const) {
  scenario(
    `after ${how === 'powerCycle' ? 'a power failure' : `Reset ${how}`} Reserved is told at once, the reserved card begins, nobody else does (RS-06, fault 46, TC_046_1)`,
    {},
    async (world) => {
      await reserved(world);
      const before = world.calls('StatusNotification').length;
      if (how === 'powerCycle') await world.powerCycle();
      else await reset(world, how);
      await registered(world);
      await world.until('three statuses', () => world.calls('StatusNotification').length >= before + 3);
      const after = world.calls('StatusNotification').slice(before, before + 3);
      assert.deepEqual(
        after.map(({ payload }) => payload['status']),
        ['Available', 'Reserved', 'Available'],
      );
      assert.equal(await refusedCard(world, 'FOREIGN', 1), false);
      await startByCard(world, 1, 'RESERVED');
      assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
    },
  );
}

scenario(
  'where calibration law applies a reservation is kept over power failures too, and a start with it is signed; a meter that is blocked answers Unavailable and ends it (RS-01, RS-05, RS-06, TC_048_3)',
  { evses: [{ signs: true }] },
  async (world) => {
    await reserved(world);
    for (const _ of [1, 2]) {
      await world.powerCycle();
      await registered(world);
      await untilReported(world, 1, 'Reserved');
      await world.pass(30_000);
      assert.equal(statusOf(world, 1), 'Reserved');
    }
    await startByCard(world, 1, 'RESERVED');
    assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
    await endByCard(world, 1, 'RESERVED');
    await reserved(world);
    await world.sim({ action: 'meterCondition', evse: 1, state: 'failed', problem: 'memory test' });
    await world.until('the block', () => reported(world, 1, 1)[0] === 'Unavailable', 600_000);
    assert.equal(await reserveNow(world, { reservationId: 8 }), 'Unavailable');
    assert.deepEqual(reservationsOf(world), []);
  },
);

scenario(
  'people on site end a reservation: Available is told, and the backend can cancel it no more (RS-06, RS-07)',
  {},
  async (world) => {
    await reserved(world);
    assert.equal(world.status().evses[0]?.reservation?.id, 7);
    assert.equal(await world.station.reservations.cancel(8), 'unknown');
    const ended = world.station.reservations.cancel(7);
    await untilReported(world, 1, 'Available');
    assert.equal(await ended, 'accepted');
    assert.equal(await cancelReservation(world), 'Rejected');
    assert.equal(world.status().evses[0]?.reservation, null);
  },
);

scenario('a trigger tells Reserved again (RS-01, TR-02)', {}, async (world) => {
  await reserved(world);
  await ask(world, 'TriggerMessage', { requestedMessage: 'StatusNotification', connectorId: 1 });
  await world.until('the second one', () => reported(world, 1).length === 3);
  assert.deepEqual(reported(world, 1, 2), ['Reserved', 'Reserved']);
});

scenario(
  'while the link is away it expires and is taken up again: the present is told at the reconnect (RS-06, N-07)',
  { only: 'virtual' },
  async (world) => {
    await reserved(world, { seconds: 120 });
    await reserved(world, { connectorId: 2, reservationId: 8 });
    await world.cutLink();
    await world.pass(180_000);
    assert.deepEqual([statusOf(world, 1), statusOf(world, 2)], ['Available', 'Reserved']);
    await world.restoreLink();
    await untilReported(world, 1, 'Available');
    assert.deepEqual(reported(world, 2, 1), ['Reserved']);
  },
);

scenario(
  'free of charge with a card, the card that was shown decides, whatever identifier is told (RS-04, RS-05)',
  {
    defaults: {
      'authorization.freeCharging': true,
      'authorization.freeChargingMode': 'fixedTagWithCard',
      'authorization.freeChargingTag': 'FREE',
    },
  },
  async (world) => {
    await reserved(world);
    assert.equal(await refusedCard(world, 'FOREIGN', 1), false);
    await startByCard(world, 1, 'RESERVED');
    assert.deepEqual(await started(world), [1, 'FREE', 7]);
  },
);

scenario(
  'a car that would begin without a card while the backend is away does not where somebody has reserved, until the reservation is over (RS-04, RS-06)',
  {
    only: 'virtual',
    defaults: { 'authorization.inDoubt': 'plugged', 'authorization.inDoubtTag': 'DOUBT' },
  },
  async (world) => {
    await reserved(world, { seconds: 300 });
    await world.cutLink();
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.pass(50_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await world.sim({ action: 'unplug', evse: 1 });
    await world.pass(240_000);
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.until('the expiry', () => statusOf(world, 1) === 'Charging', 60_000);
    await world.restoreLink();
    await world.until('the start', () => world.calls('StartTransaction').length === 1);
    assert.deepEqual(await started(world), [1, 'DOUBT', undefined]);
  },
);

scenario('after a power failure it can be cancelled (RS-07, TC_052, fault 46)', {}, async (world) => {
  await reserved(world);
  await world.powerCycle();
  await registered(world);
  await untilReported(world, 1, 'Reserved');
  assert.equal(await cancelReservation(world), 'Accepted');
  await untilReported(world, 1, 'Available');
});

test('what expired while the station had no power is gone: Available at the boot (RS-06, TC_047, fault 46)', async () => {
  const time = new VirtualTime();
  const store = createCrashableStore({ time });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  await reserved(world, { seconds: 60 });
  const offAtMs = world.status().clock.nowMs;
  await world.end();
  const later = await createVirtualWorld({
    store: createCrashableStore({ time, image: store.image() }),
    startWallMs: offAtMs + 120_000,
  });
  await later.until('registration', () => later.status().registration === 'accepted');
  await told(later);
  assert.deepEqual(reported(later, 1), ['Available']);
  assert.deepEqual(reservationsOf(later), []);
  await later.end();
});

scenario(
  'a clock that the backend sets forward ends what is over by it (RS-06, H-03)',
  { only: 'virtual' },
  async (world) => {
    await reserved(world, { seconds: 3_600 });
    world.backend.configure({ clockOffsetMs: 7_200_000 });
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await untilReported(world, 1, 'Available');
    assert.deepEqual(reservationsOf(world), []);
  },
);

scenario(
  'a clock that the backend sets back leaves the reservation until its expiry comes (RS-06, H-03)',
  { only: 'virtual' },
  async (world) => {
    await reserved(world, { seconds: 60 });
    world.backend.configure({ clockOffsetMs: -600_000 });
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.pass(300_000);
    assert.equal(statusOf(world, 1), 'Reserved');
    await world.pass(400_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved', 'Available']);
  },
);

scenario(
  'the common reader sends the reserved card to its connector, and others past it (RS-04)',
  {},
  async (world) => {
    await reserved(world);
    await world.sim({ action: 'card', uid: 'FOREIGN', evse: 0 });
    await untilReported(world, 2, 'Preparing');
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.equal(await refusedCard(world, 'THIRD', 0), false);
    await world.sim({ action: 'card', uid: 'RESERVED', evse: 0 });
    await untilReported(world, 1, 'Preparing');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'RESERVED', 7]);
  },
);

scenario(
  'a card of the common reader does not go along with a plug into a connector that is reserved for others (RS-04)',
  {},
  async (world) => {
    await reserved(world);
    await world.sim({ action: 'card', uid: 'FOREIGN', evse: 0 });
    await untilReported(world, 2, 'Preparing');
    await world.sim({ action: 'plug', evse: 1 });
    await untilReported(world, 1, 'Preparing');
    await world.pass(2_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    await world.sim({ action: 'plug', evse: 2, capacityKwh: 500 });
    await untilReported(world, 2, 'Charging');
    assert.deepEqual(await started(world), [2, 'FOREIGN', undefined]);
  },
);

scenario(
  'at the common reader a card ends what its group charges, and gets no connector that is reserved for another group (RS-04, A-11)',
  {},
  async (world) => {
    world.backend.configure(fleet);
    world.backend.configure({ idTags: { ...fleet.idTags, SECOND: { parentIdTag: 'OTHERS' } } });
    await reserved(world, { parentIdTag: 'FLEET' });
    await startByCard(world, 2, 'STRANGER');
    await world.sim({ action: 'card', uid: 'SECOND', evse: 0 });
    await untilReported(world, 2, 'Finishing');
    assert.equal(world.backend.ledger.transactions()[0]?.stops[0]?.idTag, 'SECOND');
    assert.equal(statusOf(world, 1), 'Reserved');
    assert.equal(world.calls('StartTransaction').length, 1);
  },
);

scenario(
  'a card that the backend is being asked for starts nothing at a connector that is reserved meanwhile (RS-04)',
  {},
  async (world) => {
    await told(world);
    world.backend.setRules([{ on: { action: 'Authorize' }, do: { delay: { ms: 3_000 } } }]);
    await world.sim({ action: 'card', uid: 'FOREIGN', evse: 1 });
    await world.until('Authorize', () => world.calls('Authorize').length === 1);
    assert.equal(await reserveNow(world), 'Accepted');
    await world.pass(5_000);
    assert.deepEqual(reported(world, 1), ['Available', 'Reserved']);
  },
);

test('what cannot be stored is Rejected and changes nothing, and a cancel that cannot be stored neither (RS-01, RS-07)', async () => {
  const store = createCrashableStore({ time: new VirtualTime() });
  const world = await createVirtualWorld({ store });
  await world.until('registration', () => world.status().registration === 'accepted');
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await reserveNow(world), 'Rejected');
  await world.pass(1_000);
  assert.deepEqual(reservationsOf(world), []);
  store.setHealth({ kind: 'ok' });
  await reserved(world);
  store.setHealth({ kind: 'full', problem: 'no space left on the device' });
  assert.equal(await cancelReservation(world), 'Rejected');
  assert.equal(await reserveNow(world, { connectorId: 2 }), 'Rejected');
  await world.pass(1_000);
  assert.deepEqual(reservationsOf(world), [[7, 1]]);
  assert.equal(statusOf(world, 1), 'Reserved');
  store.setHealth({ kind: 'ok' });
  await world.end();
});

scenario(
  'before the clock is right nobody can tell when it ends: Rejected (RS-01, N-08)',
  { only: 'virtual', startWallMs: 0 },
  async (world) => {
    await told(world);
    assert.equal(await reserveNow(world), 'Rejected');
    assert.ok(world.status().problems.some(({ text }) => text.includes('the clock has not been set')));
    world.backend.configure({ clockOffsetMs: Date.UTC(2026, 11, 1) });
    await ask(world, 'TriggerMessage', { requestedMessage: 'Heartbeat' });
    await world.until('the time', () => world.status().clock.source === 'backend');
    assert.equal(await reserveNow(world), 'Accepted');
  },
);
