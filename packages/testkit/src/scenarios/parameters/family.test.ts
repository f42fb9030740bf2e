import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { changeKey, registered } from '../backend-steps.ts';
import { endByCard, reported, startByCard, statusOf, untilReported } from '../steps.ts';

scenario(
  'charging.restartAfterPowerLoss: set over OCPP, a session that the power interrupted is followed by another one; by default it is not',
  { only: 'virtual' },
  async (world) => {
    await startByCard(world, 1, 'CARD1');
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.pass(30_000);
    assert.equal(world.calls('StartTransaction').length, 1);
    await world.sim({ action: 'unplug', evse: 1 });
    await untilReported(world, 1, 'Available');
    await changeKey(world, 'RestartTransAfterPowerLoss', 'true');
    await startByCard(world, 1, 'CARD1');
    await world.pass(5_000);
    await world.sim({ action: 'powerCycle' });
    await registered(world);
    await world.until('the third start', () => world.calls('StartTransaction').length === 3);
    assert.equal(world.calls('StartTransaction')[2]?.payload['idTag'], 'CARD1');
    await endByCard(world, 1, 'CARD1');
  },
);

scenario(
  'status.preparingUntilStateC: Preparing stays until the car takes energy, and does not come back; by default SuspendedEV shows after five seconds (N-06)',
  { only: 'virtual' },
  async (world) => {
    for (const [value, waiting] of [
      ['false', 'SuspendedEV'],
      ['true', 'Preparing'],
    ] as const) {
      await changeKey(world, 'PreparingUntilStateC', value);
      const before = reported(world, 1).length;
      await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500, ready: false });
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await world.pass(30_000);
      assert.equal(statusOf(world, 1), waiting);
      await world.sim({ action: 'ready', evse: 1 });
      await untilReported(world, 1, 'Charging');
      await world.sim({ action: 'pause', evse: 1 });
      await untilReported(world, 1, 'SuspendedEV');
      await endByCard(world, 1, 'CARD1');
      const expected = value === 'true' ? ['Preparing'] : ['Preparing', 'SuspendedEV'];
      assert.deepEqual(reported(world, 1).slice(before), [
        ...expected,
        'Charging',
        'SuspendedEV',
        'Finishing',
        'Available',
      ]);
    }
  },
);

scenario(
  'status.preparingUntilStateC: a car that never takes anything shows Preparing to the end, and Finishing after it (N-01, N-06)',
  { only: 'virtual' },
  async (world) => {
    await changeKey(world, 'PreparingUntilStateC', 'true');
    await world.sim({ action: 'plug', evse: 1, soc: 20, capacityKwh: 500, ready: false });
    await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    await world.pass(600_000);
    assert.equal(statusOf(world, 1), 'Preparing');
    await endByCard(world, 1, 'CARD1');
    assert.deepEqual(reported(world, 1, 3), ['Preparing', 'Finishing', 'Available']);
  },
);
