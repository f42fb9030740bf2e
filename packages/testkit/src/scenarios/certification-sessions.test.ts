import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, changeKey, registered } from './backend-steps.ts';
import { numberOf, readingsSeen } from './meter-steps.ts';
import { leave, startByCard, statusOf, untilReported } from './steps.ts';
import { mark, wireStory } from './wire-story.ts';

const plug = (world: World, evse = 1): Promise<unknown> =>
  world.sim({ action: 'plug', evse, soc: 20, capacityKwh: 500 });
const card = (world: World, uid: string, evse = 1): Promise<unknown> => world.sim({ action: 'card', uid, evse });

/** A registered station that has told all statuses; gives the mark behind them. */
async function calm(world: World): Promise<number> {
  await world.until('three statuses', () => world.calls('StatusNotification').length === 3);
  await world.pass(1_000);
  return mark(world);
}

scenario(
  'a cold boot: BootNotification with vendor and model, then Available and NoError of station and connectors (B-01, B-03, TC_001)',
  {},
  async (world) => {
    await calm(world);
    assert.deepEqual(wireStory(world, 0), [
      'BootNotification',
      'StatusNotification 0 Available NoError',
      'StatusNotification 1 Available NoError',
      'StatusNotification 2 Available NoError',
    ]);
    const boot = world.calls('BootNotification')[0]?.payload ?? {};
    for (const name of ['chargePointVendor', 'chargePointModel']) assert.match(String(boot[name]), /^\S.{0,19}$/, name);
    assert.ok(!Object.values(boot).includes(''), 'what is not known is left out');
  },
);

scenario(
  'plug first: Preparing, Authorize, StartTransaction, Charging; the card again: StopTransaction, Finishing; unplugged: Available (X-01, X-07, X-09, TC_003, TC_068)',
  {},
  async (world) => {
    const since = await calm(world);
    await plug(world);
    await untilReported(world, 1, 'Preparing');
    await card(world, 'CARD1');
    await untilReported(world, 1, 'Charging');
    await world.pass(3_000);
    await card(world, 'CARD1');
    await untilReported(world, 1, 'Finishing');
    await leave(world, 1);
    await untilReported(world, 1, 'Available');
    assert.deepEqual(wireStory(world, since), [
      'StatusNotification 1 Preparing NoError',
      'Authorize CARD1',
      'StartTransaction 1 CARD1',
      'StatusNotification 1 Charging NoError',
      'StopTransaction Local CARD1',
      'StatusNotification 1 Finishing NoError',
      'StatusNotification 1 Available NoError',
    ]);
    const [start] = world.calls('StartTransaction');
    const [stop] = world.calls('StopTransaction');
    assert.equal(stop?.payload['transactionId'], world.backend.ledger.transactions()[0]?.transactionId);
    assert.ok(Number(stop?.payload['meterStop']) >= Number(start?.payload['meterStart']));
  },
);

scenario(
  'identification first: Authorize, Preparing, then the plug: StartTransaction, Charging (X-01, X-03, TC_004_1)',
  {},
  async (world) => {
    const since = await calm(world);
    await card(world, 'CARD1');
    await untilReported(world, 1, 'Preparing');
    await world.pass(5_000);
    await plug(world);
    await untilReported(world, 1, 'Charging');
    assert.deepEqual(wireStory(world, since), [
      'Authorize CARD1',
      'StatusNotification 1 Preparing NoError',
      'StartTransaction 1 CARD1',
      'StatusNotification 1 Charging NoError',
    ]);
  },
);

for (const [who, id] of [
  ['a card', 'TC_004_2'],
  ['a remote start', 'TC_011_2'],
] as const) {
  scenario(
    `${who} without a plug: Preparing, and after ConnectionTimeOut Available, without StartTransaction (X-03, R-03, ${id})`,
    {},
    async (world) => {
      await changeKey(world, 'ConnectionTimeOut', '9');
      const since = await calm(world);
      if (who === 'a card') await card(world, 'CARD1');
      else await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'CARD1' });
      await untilReported(world, 1, 'Preparing');
      await untilReported(world, 1, 'Available');
      await world.pass(3_000);
      assert.deepEqual(wireStory(world, since), [
        ...(who === 'a card' ? ['Authorize CARD1'] : ['< RemoteStartTransaction', 'answer Accepted']),
        'StatusNotification 1 Preparing NoError',
        'StatusNotification 1 Available NoError',
      ]);
    },
  );
}

for (const [unlocks, id] of [
  [true, 'TC_005_1'],
  [false, 'TC_005_2'],
] as const) {
  scenario(
    `the cable is pulled at the car: StopTransaction EVDisconnected without idTag, and only then ${unlocks ? 'Available' : 'Finishing'} (X-09, X-10, ${id})`,
    { defaults: { 'charging.unlockConnectorOnEVSideDisconnect': unlocks } },
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await untilReported(world, 1, 'Charging');
      await world.pass(2_000);
      const since = mark(world);
      await world.sim({ action: 'unplugVehicle', evse: 1 });
      await untilReported(world, 1, unlocks ? 'Available' : 'Finishing');
      const story = wireStory(world, since);
      assert.equal(story[0], 'StopTransaction EVDisconnected');
      assert.equal(story.at(-1), `StatusNotification 1 ${unlocks ? 'Available' : 'Finishing'} NoError`);
      assert.equal(story.filter((line) => line.startsWith('StopTransaction')).length, 1);
    },
  );
}

for (const asks of [true, false]) {
  scenario(
    `a remote start at a plugged connector with AuthorizeRemoteTxRequests=${asks}: Accepted, ${asks ? 'Authorize, ' : ''}StartTransaction, Charging; a remote stop: Accepted, StopTransaction Remote, Finishing (R-01, R-02, R-05, R-06, X-09, TC_010, TC_012)`,
    { defaults: { 'authorization.authorizeRemoteTxRequests': asks } },
    async (world) => {
      const since = await calm(world);
      await plug(world);
      await untilReported(world, 1, 'Preparing');
      await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'Remote-1' });
      await untilReported(world, 1, 'Charging');
      await world.pass(2_000);
      const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 0;
      await ask(world, 'RemoteStopTransaction', { transactionId });
      await untilReported(world, 1, 'Finishing');
      assert.deepEqual(wireStory(world, since), [
        'StatusNotification 1 Preparing NoError',
        '< RemoteStartTransaction',
        'answer Accepted',
        ...(asks ? ['Authorize Remote-1'] : []),
        'StartTransaction 1 Remote-1',
        'StatusNotification 1 Charging NoError',
        '< RemoteStopTransaction',
        'answer Accepted',
        'StopTransaction Remote',
        'StatusNotification 1 Finishing NoError',
      ]);
      assert.equal(world.calls('StopTransaction')[0]?.payload['transactionId'], transactionId);
    },
  );

  scenario(
    `a remote start before the plug with AuthorizeRemoteTxRequests=${asks}: Accepted, Preparing, and the plug begins it (R-02, R-03, TC_011_1)`,
    { defaults: { 'authorization.authorizeRemoteTxRequests': asks } },
    async (world) => {
      const since = await calm(world);
      await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'Remote-1' });
      await untilReported(world, 1, 'Preparing');
      await plug(world);
      await untilReported(world, 1, 'Charging');
      assert.deepEqual(wireStory(world, since), [
        '< RemoteStartTransaction',
        'answer Accepted',
        ...(asks ? ['Authorize Remote-1'] : []),
        'StatusNotification 1 Preparing NoError',
        'StartTransaction 1 Remote-1',
        'StatusNotification 1 Charging NoError',
      ]);
    },
  );
}

scenario(
  'a refused card at a plugged connector: Authorize, and nothing after it; Preparing ends with the plug (A-06, TC_023, TC_023_4)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { BAD: { status: 'Invalid' } } });
    const since = await calm(world);
    await plug(world);
    await untilReported(world, 1, 'Preparing');
    await card(world, 'BAD');
    await world.until('the question', () => world.calls('Authorize').length === 1);
    await world.pass(5_000);
    await leave(world, 1);
    await untilReported(world, 1, 'Available');
    assert.deepEqual(wireStory(world, since), [
      'StatusNotification 1 Preparing NoError',
      'Authorize BAD',
      'StatusNotification 1 Available NoError',
    ]);
  },
);

scenario(
  'a remote start for a refused card: Accepted, Authorize, and no StartTransaction though the car is there (R-02, A-06, TC_023_5)',
  { defaults: { 'authorization.authorizeRemoteTxRequests': true } },
  async (world) => {
    world.backend.configure({ idTags: { BAD: { status: 'Invalid' } } });
    const since = await calm(world);
    await plug(world);
    await untilReported(world, 1, 'Preparing');
    await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'BAD' });
    await world.until('the question', () => world.calls('Authorize').length === 1);
    await world.pass(5_000);
    assert.deepEqual(wireStory(world, since), [
      'StatusNotification 1 Preparing NoError',
      '< RemoteStartTransaction',
      'answer Accepted',
      'Authorize BAD',
    ]);
  },
);

scenario(
  'another card of the group is asked about, and stops: StopTransaction names it (A-11, TC_069)',
  {},
  async (world) => {
    world.backend.configure({ idTags: { CARD1: { parentIdTag: 'FLEET' }, CARD2: { parentIdTag: 'FLEET' } } });
    await startByCard(world, 1, 'CARD1');
    await untilReported(world, 1, 'Charging');
    await world.pass(2_000);
    const since = mark(world);
    await card(world, 'CARD2');
    await untilReported(world, 1, 'Finishing');
    assert.deepEqual(wireStory(world, since), [
      'Authorize CARD2',
      'StopTransaction Local CARD2',
      'StatusNotification 1 Finishing NoError',
    ]);
  },
);

scenario(
  'a lock that fails: Authorize, then Faulted with ConnectorLockFailure, and never a StartTransaction (X-14, N-03, TC_024)',
  {},
  async (world) => {
    const since = await calm(world);
    await world.sim({ action: 'lockJam', evse: 1, active: true });
    await plug(world);
    await untilReported(world, 1, 'Preparing');
    await card(world, 'CARD1');
    await untilReported(world, 1, 'Faulted');
    await world.pass(5_000);
    assert.deepEqual(wireStory(world, since), [
      'StatusNotification 1 Preparing NoError',
      'Authorize CARD1',
      'StatusNotification 1 Faulted ConnectorLockFailure',
    ]);
    await world.sim({ action: 'lockJam', evse: 1, active: false });
    await world.sim({ action: 'unplug', evse: 1 });
    await untilReported(world, 1, 'Available');
  },
);

scenario(
  'after a power cut in a transaction: BootNotification, the statuses, then one StopTransaction PowerLoss with the last register, from before the boot (X-12, B-03, TC_032_2)',
  { only: 'virtual', defaults: { 'metering.sampleInterval': 5 } },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(31_000);
    const cutMs = world.time.systemWallMs();
    const since = mark(world);
    await world.powerCycle();
    await registered(world);
    await world.until('the Stop', () => world.calls('StopTransaction').length === 1);
    await world.pass(20_000);
    assert.deepEqual(wireStory(world, since), [
      'BootNotification',
      'StatusNotification 0 Available NoError',
      'StatusNotification 1 Preparing NoError',
      'StatusNotification 2 Available NoError',
      'StopTransaction PowerLoss',
    ]);
    const { timestamp, meterStop } = world.calls('StopTransaction')[0]?.payload ?? {};
    const stoppedMs = Date.parse(String(timestamp));
    assert.ok(stoppedMs <= cutMs && cutMs - stoppedMs <= 6_000, `${cutMs - stoppedMs} ms before the cut`);
    const last = readingsSeen(world).at(-1);
    assert.ok(Number(meterStop) >= numberOf(last?.values ?? [], 'Energy.Active.Import.Register'));
    assert.equal(statusOf(world, 1), 'Preparing');
  },
);
