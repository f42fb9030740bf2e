import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask, registered, reset } from './backend-steps.ts';
import { startByCard, statusOf } from './steps.ts';

/** One row per reason of StopTransaction (OCPP 1.6 §7.38). */
interface Row {
  readonly reason: string;
  readonly because: string;
  readonly provoke: (world: World) => Promise<void>;
  /** The status that comes after StopTransaction; null where a boot lies in between and says it anew. */
  readonly then: string | null;
  /** The idTag of StopTransaction, where one asked for the end. */
  readonly idTag?: string;
  /** The certification case that it is. */
  readonly certification?: string;
}

const rows: readonly Row[] = [
  {
    reason: 'Local',
    because: 'the card that started is shown again',
    provoke: async (world) => {
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    },
    then: 'Finishing',
    idTag: 'CARD1',
  },
  {
    reason: 'Remote',
    because: 'the backend stops it',
    provoke: async (world) => {
      await world.until('the answer to the start', () => world.backend.ledger.transactions().length === 1);
      await world.pass(1_000);
      const transactionId = world.backend.ledger.transactions()[0]?.transactionId ?? 0;
      assert.equal((await ask(world, 'RemoteStopTransaction', { transactionId }))['status'], 'Accepted');
    },
    then: 'Finishing',
  },
  {
    reason: 'EVDisconnected',
    because: 'the cable is pulled at the car',
    provoke: async (world) => {
      await world.sim({ action: 'unplugVehicle', evse: 1 });
    },
    then: 'Available',
  },
  {
    reason: 'UnlockCommand',
    because: 'the backend unlocks the connector',
    provoke: async (world) => {
      assert.equal((await ask(world, 'UnlockConnector', { connectorId: 1 }))['status'], 'Unlocked');
    },
    then: 'Finishing',
  },
  {
    reason: 'EmergencyStop',
    because: 'somebody presses the emergency stop',
    provoke: async (world) => {
      await world.sim({ action: 'fault', evse: 1, fault: 'emergencyStop', active: true });
      await world.until('the end', () => world.calls('StopTransaction').length === 1);
      await world.sim({ action: 'fault', evse: 1, fault: 'emergencyStop', active: false });
    },
    then: 'Finishing',
  },
  {
    reason: 'Other',
    because: 'a fault ends it',
    provoke: async (world) => {
      await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
      await world.until('the end', () => world.calls('StopTransaction').length === 1);
      await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: false });
    },
    then: 'Finishing',
  },
  {
    reason: 'SoftReset',
    because: 'Reset Soft restarts the station',
    provoke: (world) => reset(world, 'Soft'),
    then: null,
  },
  {
    reason: 'HardReset',
    because: 'Reset Hard restarts the station',
    provoke: (world) => reset(world, 'Hard'),
    then: null,
  },
  {
    reason: 'PowerLoss',
    because: 'the power was cut',
    provoke: async (world) => {
      await world.powerCycle();
      await registered(world);
    },
    then: null,
    certification: ', TC_032_2',
  },
  {
    reason: 'Reboot',
    because: 'the software is stopped in order',
    provoke: async (world) => {
      let stopped = false;
      void world.station.stop().then(() => {
        stopped = true;
      });
      await world.until('the station to be down', () => stopped);
    },
    then: null,
  },
];

for (const { reason, because, provoke, then, idTag, certification = '' } of rows) {
  scenario(
    `${reason}: ${because}; one StopTransaction${then === null ? '' : `, and only then ${then}`} (X-07, X-08${then === null ? '' : ', X-09'}, fault 30, fault 31, fault 33${certification})`,
    {},
    async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.pass(3_000);
      await provoke(world);
      await world.until('StopTransaction', () => world.calls('StopTransaction').length === 1);
      const [stop] = world.calls('StopTransaction');
      assert.equal(stop?.payload['reason'], reason);
      assert.equal(stop?.payload['idTag'], idTag);
      if (then === null) {
        await world.pass(5_000);
        assert.equal(world.calls('StopTransaction').length, 1);
        return;
      }
      await world.until(then, () => statusOf(world, 1) === then);
      await world.pass(2_000);
      const told = world
        .calls()
        .map(({ action, payload }) => (action === 'StatusNotification' ? payload['status'] : action));
      assert.ok(told.indexOf('StopTransaction') < told.lastIndexOf(then), told.join(' '));
      assert.equal(told.filter((action) => action === 'StopTransaction').length, 1);
    },
  );
}

scenario(
  'DeAuthorized: the backend refuses the identifier afterwards; one StopTransaction without idTag, and only then Finishing (X-06, X-07, X-09)',
  {},
  async (world) => {
    world.backend.setRules([
      { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Expired' } } } } },
    ]);
    await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.until('Finishing', () => statusOf(world, 1) === 'Finishing');
    await world.until('StopTransaction', () => world.calls('StopTransaction').length === 1);
    const [stop] = world.calls('StopTransaction');
    assert.deepEqual([stop?.payload['reason'], stop?.payload['idTag']], ['DeAuthorized', undefined]);
  },
);

scenario(
  'a pressed emergency stop keeps everybody from charging until it is released (X-13, TC_041)',
  {},
  async (world) => {
    await world.sim({ action: 'fault', evse: 0, fault: 'emergencyStop', active: true });
    await world.until('Faulted', () => statusOf(world, 1) === 'Faulted' && statusOf(world, 2) === 'Faulted');
    await world.sim({ action: 'plug', evse: 2 });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 2 });
    assert.equal((await ask(world, 'RemoteStartTransaction', { connectorId: 2, idTag: 'R' }))['status'], 'Rejected');
    await world.pass(2_000);
    assert.deepEqual(world.calls('StartTransaction'), []);
    await world.sim({ action: 'fault', evse: 0, fault: 'emergencyStop', active: false });
    await world.until('Preparing', () => statusOf(world, 2) === 'Preparing');
  },
);
