import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { ask } from './backend-steps.ts';
import { leave, startByCard, untilReported } from './steps.ts';

scenario(
  'a contactor that does not open is Faulted; the end is told with the register after it, and nobody starts until it is open (X-02, X-13, fault 37)',
  {},
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.pass(10_000);
    await world.sim({ action: 'weld', evse: 1, active: true });
    const before = await world.station.station?.evses[0]?.readMeter();
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await untilReported(world, 1, 'Faulted');
    await world.until('StopTransaction', () => world.calls('StopTransaction').length === 1);
    const faulted = world.calls('StatusNotification').find(({ payload }) => payload['status'] === 'Faulted');
    assert.equal(faulted?.payload['errorCode'], 'PowerSwitchFailure');
    const { meterStop } = world.calls('StopTransaction')[0]?.payload ?? {};
    assert.ok(Number(meterStop) >= Math.floor(before?.energyImportWh ?? Infinity));
    const { status } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'R' });
    assert.equal(status, 'Rejected');
    await world.sim({ action: 'card', uid: 'CARD2', evse: 1 });
    await world.pass(3_000);
    assert.equal(world.calls('StartTransaction').length, 1);
    await world.sim({ action: 'weld', evse: 1, active: false });
    await untilReported(world, 1, 'Finishing');
    assert.equal(world.status().evses[0]?.contactor, 'open');
    await leave(world, 1);
  },
);
