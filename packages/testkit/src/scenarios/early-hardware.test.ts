import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { registered } from './backend-steps.ts';
import { endByCard, reported, startByCard, statusOf, untilReported } from './steps.ts';

/** A power cut in a transaction, and a meter that takes 20 s to close it: so long its EVSE has not been taken over. */
async function closingAfterPowerCut(world: World): Promise<void> {
  await startByCard(world, 1, 'CARD1');
  await world.pass(3_000);
  await world.sim({ action: 'meter', evse: 1, mode: 'slow', delaySeconds: 20 });
  await world.sim({ action: 'powerCycle' });
  await registered(world);
  await world.pass(5_000);
  assert.equal(world.calls('StopTransaction').length, 0, 'the meter is still being closed');
}

scenario(
  'who leaves while a power cut is being cleared up has left: nothing shows what the hardware was before (X-12, N-01, fault 33)',
  { only: 'virtual' },
  async (world) => {
    await closingAfterPowerCut(world);
    await world.sim({ action: 'unplug', evse: 1, force: true });
    await world.until('the end', () => world.calls('StopTransaction').length === 1);
    await world.pass(5_000);
    assert.equal(reported(world, 1, 1)[0], 'Available');
    assert.deepEqual(
      world.calls('StopTransaction').map(({ payload }) => payload['reason']),
      ['PowerLoss'],
    );
    // Somebody else can plug in and charge.
    await startByCard(world, 1, 'CARD2');
    await world.pass(3_000);
    await world.sim({ action: 'meter', evse: 1, mode: 'ok' });
    await endByCard(world, 1, 'CARD2');
  },
);

scenario(
  'a fault that comes and one that goes while a power cut is being cleared up count (X-12, X-13, N-03)',
  { only: 'virtual' },
  async (world) => {
    await world.sim({ action: 'fault', evse: 1, fault: 'temperatureWarning', active: true });
    await closingAfterPowerCut(world);
    await world.sim({ action: 'fault', evse: 1, fault: 'temperatureWarning', active: false });
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
    await untilReported(world, 1, 'Faulted');
    const codes = world.calls('StatusNotification').filter(({ payload }) => payload['connectorId'] === 1);
    assert.equal(codes.at(-1)?.payload['errorCode'], 'OverCurrentFailure');
    await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: false });
    await untilReported(world, 1, 'Preparing');
    await world.pass(2_000);
    const last = world.calls('StatusNotification').filter(({ payload }) => payload['connectorId'] === 1);
    assert.equal(last.at(-1)?.payload['errorCode'], 'NoError');
  },
);

scenario(
  'a fault that the hardware tells of the station while it starts is one of each connector (X-13, N-02, N-03)',
  {},
  async (world) => {
    await world.until('the first statuses', () => reported(world, 2).length > 0);
    await world.sim({ action: 'fault', evse: 0, fault: 'emergencyStop', active: true });
    await world.until('Faulted', () => statusOf(world, 2) === 'Faulted');
    await world.pass(1_000);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the statuses', () => reported(world, 2).length >= 3);
    for (const id of [0, 1, 2]) assert.equal(reported(world, id, 1)[0], 'Faulted');
    await world.sim({ action: 'fault', evse: 0, fault: 'emergencyStop', active: false });
    for (const id of [0, 1, 2]) await untilReported(world, id, 'Available');
  },
);
