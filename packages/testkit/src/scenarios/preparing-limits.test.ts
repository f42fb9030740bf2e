import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import { clearProfiles, profile, setProfile } from './charging-steps.ts';
import { endByCard, reported, untilReported } from './steps.ts';

for (const until of [true, false]) {
  scenario(
    `a transaction that begins at 0 A with PreparingUntilStateC=${until} goes from SuspendedEVSE to SuspendedEV, and never back to Preparing (N-01, N-04, SC-09)`,
    { only: 'virtual', defaults: { 'status.preparingUntilStateC': until } },
    async (world) => {
      await setProfile(world, 1, profile([[0, 0]], { id: 1 }));
      await world.sim({ action: 'plug', evse: 1, ready: false, capacityKwh: 500 });
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
      await untilReported(world, 1, 'SuspendedEVSE');
      await world.pass(60_000);
      await clearProfiles(world);
      await untilReported(world, 1, 'SuspendedEV');
      await world.sim({ action: 'ready', evse: 1 });
      await untilReported(world, 1, 'Charging');
      assert.deepEqual(reported(world, 1), ['Available', 'Preparing', 'SuspendedEVSE', 'SuspendedEV', 'Charging']);
      await endByCard(world, 1, 'CARD1');
    },
  );
}
