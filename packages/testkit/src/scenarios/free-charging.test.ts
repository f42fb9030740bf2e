import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey } from './backend-steps.ts';
import { profile, setProfile } from './charging-steps.ts';
import { logged, recordsKept, sessionsKept, signing } from './eichrecht/signed-steps.ts';
import {
  driveOff,
  freeDefaults,
  freeModes,
  freeTag,
  isTold,
  needsCard,
  plugIn,
  settled,
  showCard,
  type FreeMode,
} from './free-charging-steps.ts';
import { listed, sendList } from './local-list-steps.ts';
import { remoteStart, reserved, started } from './reservation-steps.ts';
import { reported, statusOf, untilReported } from './steps.ts';

const untoldModes: readonly FreeMode[] = ['noOcpp', 'statusWithoutCard', 'statusWithCard'];
const cardlessModes = freeModes.filter((mode) => !needsCard(mode));

/** A session begins as the mode has it. */
async function begin(world: World, mode: FreeMode): Promise<void> {
  await plugIn(world);
  if (needsCard(mode)) await showCard(world, 'ANY');
  await world.until('a session', () => statusOf(world, 1) === 'Charging');
}

function charges(world: World): boolean {
  return statusOf(world, 1) === 'Charging';
}

for (const mode of cardlessModes) {
  scenario(
    `free charging ${mode}: a car that is plugged when the mode is switched on begins by itself, however long it waited`,
    { only: 'virtual', defaults: { ...freeDefaults(mode), 'authorization.freeCharging': false } },
    async (world) => {
      await plugIn(world);
      await world.pass(90_000);
      assert.equal(statusOf(world, 1), 'Finishing', 'the time for a card is over');
      await changeKey(world, 'FreeCharging', 'true');
      await world.until('a session', () => charges(world));
      await driveOff(world);
    },
  );

  scenario(
    `free charging ${mode}: after a power cut a car that is plugged begins anew by itself`,
    { only: 'virtual', defaults: freeDefaults(mode) },
    async (world) => {
      await begin(world, mode);
      await world.pass(20_000);
      await world.powerCycle();
      await world.until('a session', () => charges(world));
      const [first, ...others] = await sessionsKept(world);
      assert.deepEqual([first?.reason, others.length], ['powerLoss', 0]);
      await driveOff(world);
      assert.equal((await sessionsKept(world)).length, 2);
    },
  );

  scenario(
    `free charging ${mode}: a car that came during a fault or while out of service begins when that is over`,
    { only: 'virtual', defaults: freeDefaults(mode) },
    async (world) => {
      await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: true });
      await plugIn(world);
      assert.equal(statusOf(world, 1), 'Faulted');
      await world.pass(90_000);
      await world.sim({ action: 'fault', evse: 1, fault: 'overVoltage', active: false });
      await world.until('a session', () => charges(world));
      await driveOff(world);
      await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
      await plugIn(world);
      assert.equal(statusOf(world, 1), 'Unavailable');
      await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Operative' });
      await world.until('a session', () => charges(world));
      await driveOff(world);
    },
  );

  scenario(
    `free charging ${mode}: unplugging ends also where it does not end what a card began, and no plug is kept`,
    {
      only: 'virtual',
      defaults: {
        ...freeDefaults(mode),
        'charging.stopTransactionOnEVSideDisconnect': false,
        'charging.unlockConnectorOnEVSideDisconnect': false,
      },
    },
    async (world) => {
      await begin(world, mode);
      await driveOff(world);
      assert.deepEqual(
        (await sessionsKept(world)).map(({ reason, idToken }) => [reason, idToken]),
        [['evDisconnected', mode === 'fixedTagWithoutCard' ? freeTag : '']],
      );
    },
  );
}

scenario(
  'a free session that the backend has ended does not begin by itself again, until the car is plugged anew',
  { only: 'virtual', defaults: freeDefaults('fixedTagWithoutCard') },
  async (world) => {
    await begin(world, 'fixedTagWithoutCard');
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? -1;
    assert.deepEqual(await ask(world, 'RemoteStopTransaction', { transactionId }), { status: 'Accepted' });
    await world.pass(300_000);
    assert.equal(statusOf(world, 1), 'Finishing');
    await driveOff(world);
    await begin(world, 'fixedTagWithoutCard');
    await driveOff(world);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag, stops }) => [idTag, stops[0]?.reason]),
      [
        [freeTag, 'Remote'],
        [freeTag, 'EVDisconnected'],
      ],
    );
  },
);

scenario(
  'a session that runs ends by the rules by which it began: told when free charging without OCPP is switched on meanwhile',
  { defaults: freeDefaults('fixedTagWithoutCard') },
  async (world) => {
    await begin(world, 'fixedTagWithoutCard');
    await untilReported(world, 1, 'Charging');
    await changeKey(world, 'FreeChargingMode', 'noOcpp');
    const calls = world.calls().length;
    await world.pass(5_000);
    const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? -1;
    assert.deepEqual(await ask(world, 'RemoteStopTransaction', { transactionId }), { status: 'Accepted' });
    await isTold(world, calls, 'Stop::Remote');
    await driveOff(world);
  },
);

scenario(
  'free charging noOcpp: what connectors showed before and was not told yet is not told any more, but when it is switched off (N-01)',
  { defaults: freeDefaults('fixedTagWithoutCard') },
  async (world) => {
    await settled(world, 'fixedTagWithoutCard');
    world.backend.setRules([{ on: { action: 'StartTransaction' }, do: { delay: { ms: 20_000 } } }]);
    await plugIn(world);
    await untilReported(world, 1, 'Preparing');
    await world.until('the start', () => world.calls('StartTransaction').length === 1);
    await changeKey(world, 'FreeChargingMode', 'noOcpp');
    await world.pass(25_000);
    assert.deepEqual(reported(world, 1, 1), ['Preparing']);
    await changeKey(world, 'FreeCharging', 'false');
    await untilReported(world, 1, 'Charging');
    await driveOff(world);
  },
);

scenario(
  'a session that runs ends by the rules by which it began: with the card, and its group, when free charging comes',
  { defaults: { ...freeDefaults('noOcpp'), 'authorization.freeCharging': false } },
  async (world) => {
    world.backend.configure({
      idTags: {
        CARD1: { status: 'Accepted', parentIdTag: 'FLEET' },
        CARD2: { status: 'Accepted', parentIdTag: 'FLEET' },
      },
    });
    await plugIn(world);
    await showCard(world, 'CARD1');
    await changeKey(world, 'FreeCharging', 'true');
    await showCard(world, 'STRANGER');
    assert.ok(charges(world));
    await showCard(world, 'CARD2');
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await driveOff(world);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

for (const mode of untoldModes) {
  scenario(
    `free charging ${mode}: nothing of a session is told when it is switched off meanwhile, nor ever after`,
    { only: 'virtual', defaults: freeDefaults(mode) },
    async (world) => {
      await begin(world, mode);
      await changeKey(world, 'FreeCharging', 'false');
      await world.pass(2_000);
      const shown = world.calls('StatusNotification').filter(({ payload }) => payload['connectorId'] === 1);
      assert.equal(shown.at(-1)?.payload['status'], 'Charging', 'what the connector shows is told again');
      await world.pass(130_000);
      assert.deepEqual(await ask(world, 'RemoteStopTransaction', { transactionId: 1 }), { status: 'Rejected' });
      await showCard(world, 'OTHER');
      assert.ok(charges(world));
      await driveOff(world);
      await ask(world, 'Reset', { type: 'Soft' });
      await world.pass(60_000);
      for (const action of ['StartTransaction', 'StopTransaction', 'MeterValues'])
        assert.deepEqual(world.calls(action), [], action);
      const [session] = await sessionsKept(world);
      assert.deepEqual([session?.state, session?.free, session?.reason], ['kept', true, 'evDisconnected']);
    },
  );

  scenario(
    `free charging ${mode}: a station that has no backend and whose clock was never set charges`,
    {
      only: 'virtual',
      unregistered: true,
      startWallMs: 0,
      defaults: { ...freeDefaults(mode), 'backend.communicationType': 'off' },
    },
    async (world) => {
      await begin(world, mode);
      assert.equal(world.status().blocked, null);
      assert.equal(world.status().freeCharging, mode);
      assert.equal(world.status().evses[0]?.transaction?.told, false);
      await world.pass(60_000);
      await driveOff(world);
      const [session] = await sessionsKept(world);
      assert.ok((session?.meterStopWh ?? 0) > (session?.meterStartWh ?? 0));
      assert.deepEqual([session?.state, world.status().outbox.waiting], ['kept', 0]);
    },
  );

  scenario(
    `free charging ${mode}: no values of the clock's boundaries, and none on request`,
    { only: 'virtual', defaults: { ...freeDefaults(mode), 'metering.clockAlignedInterval': 60 } },
    async (world) => {
      await world.pass(130_000);
      await begin(world, mode);
      await world.pass(130_000);
      assert.deepEqual(await ask(world, 'TriggerMessage', { requestedMessage: 'MeterValues' }), { status: 'Rejected' });
      await driveOff(world);
      assert.deepEqual(world.calls('MeterValues'), []);
      await changeKey(world, 'FreeCharging', 'false');
      await world.until('values of the present', () => world.calls('MeterValues').length > 0);
    },
  );

  scenario(
    `free charging ${mode}: no charging profile is for a session that the backend is told nothing of`,
    { only: 'virtual', defaults: freeDefaults(mode) },
    async (world) => {
      await begin(world, mode);
      assert.equal(await setProfile(world, 1, profile([[0, 6]], { purpose: 'TxProfile' })), 'Rejected');
      assert.equal(await setProfile(world, 1, profile([[0, 6]])), 'Accepted');
      await driveOff(world);
    },
  );

  scenario(
    `free charging ${mode}: what a meter signs is kept, and waits for no backend`,
    { only: 'virtual', evses: signing, defaults: { ...freeDefaults(mode), 'eichrecht.onUndelivered': 'block' } },
    async (world) => {
      for (let session = 0; session < 2; session++) {
        await begin(world, mode);
        await world.pass(60_000);
        await driveOff(world);
      }
      const records = await recordsKept(world);
      assert.deepEqual(
        records.map(({ context, state }) => `${context} ${state}`),
        Array.from({ length: 2 }, () => ['Transaction.Begin kept', 'Transaction.End kept']).flat(),
      );
      assert.deepEqual(
        (await sessionsKept(world)).map(({ billing, state }) => [billing, state]),
        [
          ['signed', 'kept'],
          ['signed', 'kept'],
        ],
      );
      assert.deepEqual(await logged(world, 'unbillable'), []);
      assert.equal(world.status().outbox.waiting, 0);
    },
  );
}

scenario(
  'free charging noOcpp: triggered StatusNotifications and MeterValues are rejected, what keeps the link stays',
  { defaults: freeDefaults('noOcpp') },
  async (world) => {
    const trigger = async (requestedMessage: string): Promise<unknown> =>
      (await ask(world, 'TriggerMessage', { requestedMessage }))['status'];
    assert.equal(await trigger('StatusNotification'), 'Rejected');
    assert.equal(await trigger('MeterValues'), 'Rejected');
    assert.equal(await trigger('Heartbeat'), 'Accepted');
    assert.equal(await trigger('BootNotification'), 'Accepted');
    await world.until(
      'both',
      () => world.calls('BootNotification').length === 2 && world.calls('Heartbeat').length > 0,
    );
    await world.cutLink();
    await world.restoreLink();
    await world.until('registration', () => world.status().registration === 'accepted');
    await world.pass(3_000);
    assert.deepEqual(world.calls('StatusNotification'), []);
    await changeKey(world, 'FreeCharging', 'false');
    const shown = (): unknown[] => world.calls('StatusNotification').map(({ payload }) => payload['connectorId']);
    await world.until('every connector', () => shown().length === world.status().evses.length + 1);
    assert.deepEqual(shown(), [0, ...world.status().evses.map(({ id }) => id)]);
  },
);

scenario(
  'free charging statusWithoutCard: a triggered StatusNotification comes',
  { defaults: freeDefaults('statusWithoutCard') },
  async (world) => {
    await world.pass(2_000);
    const before = world.calls('StatusNotification').length;
    const request = { requestedMessage: 'StatusNotification', connectorId: 1 };
    assert.deepEqual(await ask(world, 'TriggerMessage', request), { status: 'Accepted' });
    await world.until('the status', () => world.calls('StatusNotification').length === before + 1);
  },
);

for (const mode of ['statusWithCard', 'fixedTagWithCard', 'anyCard'] as const) {
  scenario(
    `free charging ${mode}: any card charges, whatever lists, cache and reader say; only the one that began ends`,
    {
      only: 'virtual',
      defaults: {
        ...freeDefaults(mode),
        'authorization.rfidEnabled': false,
        'authorization.concurrentTransactions': false,
        'authorization.authorizeForStop': true,
        'authorization.authorizeRemoteTxRequests': true,
        'authorization.inDoubt': 'plugged',
        'authorization.inDoubtTag': 'DOUBT',
      },
    },
    async (world) => {
      world.backend.configure({ idTags: { ANY: { status: 'Blocked' }, [freeTag]: { status: 'Blocked' } } });
      await sendList(world, 'Full', 1, [listed('ANY', { status: 'Blocked' }), listed(freeTag)]);
      for (const evse of [1, 2]) {
        await plugIn(world, evse);
        await showCard(world, 'ANY', evse);
        assert.equal(statusOf(world, evse), 'Charging');
      }
      for (const uid of ['OTHER', freeTag]) await showCard(world, uid, 1);
      assert.equal(statusOf(world, 1), 'Charging');
      await world.pass(60_000);
      for (const evse of [1, 2]) {
        await showCard(world, 'any', evse);
        assert.equal(statusOf(world, evse), 'Finishing', 'letter case does not count');
        await driveOff(world, evse);
      }
      assert.deepEqual(world.calls('Authorize'), []);
      const conflicts = world.calls('StatusNotification').filter(({ payload }) => payload['errorCode'] !== 'NoError');
      assert.deepEqual(conflicts, [], 'no LocalListConflict (A-10)');
      await world.cutLink();
      await plugIn(world);
      await world.pass(60_000);
      assert.notEqual(statusOf(world, 1), 'Charging', 'nobody is in doubt');
      await driveOff(world);
      await world.restoreLink();
    },
  );
}

scenario(
  'free charging fixedTagWithCard: a card that no backend could be told charges, because it is not told',
  { only: 'virtual', defaults: freeDefaults('fixedTagWithCard') },
  async (world) => {
    const uid = 'A'.repeat(32);
    await plugIn(world);
    await showCard(world, uid);
    assert.ok(charges(world));
    await showCard(world, uid);
    await driveOff(world);
    assert.deepEqual(world.calls('StopTransaction')[0]?.payload['idTag'], freeTag);
    await changeKey(world, 'FreeChargingMode', 'anyCard');
    await plugIn(world);
    await showCard(world, uid);
    assert.equal(statusOf(world, 1), 'Preparing', 'here it would have to be told (T-18)');
    await driveOff(world);
  },
);

scenario(
  'what free charging has permitted lapses with the mode before the car comes, and so does what had to be permitted',
  { only: 'virtual', defaults: freeDefaults('anyCard') },
  async (world) => {
    const phase = (): string | undefined => world.status().evses[0]?.phase;
    await showCard(world, 'ANY');
    assert.equal(phase(), 'preparing');
    await changeKey(world, 'FreeCharging', 'false');
    assert.equal(phase(), 'idle');
    await showCard(world, 'CARD1');
    assert.equal(phase(), 'preparing');
    await changeKey(world, 'FreeCharging', 'true');
    assert.equal(phase(), 'idle');
    await showCard(world, 'ANY');
    await changeKey(world, 'AuthorizeRemoteTxRequests', 'true');
    assert.equal(phase(), 'preparing', 'another parameter changes nothing');
    await plugIn(world);
    assert.ok(charges(world));
    await driveOff(world);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag }) => idTag),
      ['ANY'],
    );
  },
);

scenario(
  'free charging anyCard: at the common reader a card takes the connector that is plugged next, and another card the other one',
  { only: 'virtual', defaults: freeDefaults('anyCard') },
  async (world) => {
    await showCard(world, 'ANY', 0);
    await plugIn(world, 2);
    await plugIn(world, 1);
    await showCard(world, 'OTHER', 0);
    assert.deepEqual([statusOf(world, 1), statusOf(world, 2)], ['Charging', 'Charging']);
    await showCard(world, 'THIRD', 0);
    await showCard(world, 'ANY', 0);
    assert.deepEqual([statusOf(world, 1), statusOf(world, 2)], ['Charging', 'Finishing']);
    for (const evse of [1, 2]) await driveOff(world, evse);
    assert.deepEqual(
      world.backend.ledger.transactions().map(({ idTag, connectorId }) => [idTag, connectorId]),
      [
        ['ANY', 2],
        ['OTHER', 1],
      ],
    );
  },
);

scenario(
  'free charging statusWithoutCard: a car at a connector that was reserved before begins when the reservation is over (RS-06)',
  { only: 'virtual', defaults: { ...freeDefaults('statusWithoutCard'), 'authorization.freeCharging': false } },
  async (world) => {
    const expiryDate = new Date(world.status().clock.nowMs + 120_000).toISOString();
    const reservation = { connectorId: 1, expiryDate, idTag: 'CARD1', reservationId: 7 };
    assert.deepEqual(await ask(world, 'ReserveNow', reservation), { status: 'Accepted' });
    await changeKey(world, 'FreeCharging', 'true');
    assert.deepEqual(await ask(world, 'ReserveNow', { ...reservation, reservationId: 8 }), { status: 'Rejected' });
    await plugIn(world);
    await world.pass(30_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await world.until('a session', () => charges(world), 120_000);
    await driveOff(world);
  },
);

scenario(
  'free charging anyCard: a reserved connector is for the card that reserved it, which begins without a question (RS-04, RS-05)',
  { only: 'virtual', defaults: freeDefaults('anyCard') },
  async (world) => {
    const expiryDate = new Date(world.status().clock.nowMs + 600_000).toISOString();
    const reservation = { connectorId: 1, expiryDate, idTag: 'CARD1', reservationId: 7 };
    assert.deepEqual(await ask(world, 'ReserveNow', reservation), { status: 'Accepted' });
    await plugIn(world);
    await showCard(world, 'OTHER');
    assert.equal(statusOf(world, 1), 'Preparing');
    await showCard(world, 'CARD1');
    assert.ok(charges(world));
    await driveOff(world);
    assert.deepEqual(
      world.calls('StartTransaction').map(({ payload }) => [payload['idTag'], payload['reservationId']]),
      [['CARD1', 7]],
    );
    assert.deepEqual(world.calls('Authorize'), []);
  },
);

scenario(
  'free charging anyCard: a remote start needs no Authorize and ends with the identifier that it named',
  { defaults: { ...freeDefaults('anyCard'), 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    world.backend.configure({ idTags: { REMOTE: { status: 'Invalid' } } });
    await plugIn(world);
    assert.deepEqual(await ask(world, 'RemoteStartTransaction', { idTag: 'REMOTE' }), { status: 'Accepted' });
    await world.until('a session', () => charges(world));
    await world.pass(3_000);
    await showCard(world, 'REMOTE');
    await world.until('the end', () => statusOf(world, 1) === 'Finishing');
    await driveOff(world);
    assert.deepEqual(world.calls('Authorize'), []);
    assert.equal(world.backend.ledger.transactions()[0]?.stops.length, 1);
  },
);

scenario(
  'free charging anyCard: a reservation of a group is for its members that are known, and a remote start of anybody else is refused, since nobody asks (RS-04, R-01)',
  { defaults: { ...freeDefaults('anyCard'), 'authorization.localListEnabled': true } },
  async (world) => {
    await sendList(world, 'Full', 1, [listed('MEMBER', { parentIdTag: 'GROUP' })]);
    await reserved(world, { idTag: 'FIRST', parentIdTag: 'GROUP' });
    assert.equal(await remoteStart(world, 'STRANGER', 1), 'Rejected');
    assert.equal(await remoteStart(world, 'MEMBER', 1), 'Accepted');
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(await started(world), [1, 'MEMBER', 7]);
  },
);
