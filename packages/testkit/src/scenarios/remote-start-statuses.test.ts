import assert from 'node:assert/strict';

import { scenario } from '../world/scenario.ts';
import type { World } from '../world/world.ts';
import { ask } from './backend-steps.ts';
import { reported, startByCard, untilReported } from './steps.ts';

/** How connector 1 comes to a status, and what a remote start for it is answered there. */
interface Row {
  readonly status: string;
  readonly how: string;
  readonly answer: 'Accepted' | 'Rejected';
  readonly reach: (world: World) => Promise<void>;
}

/** A card whose transaction the backend refuses. */
async function refused(world: World): Promise<void> {
  world.backend.setRules([
    { on: { action: 'StartTransaction' }, do: { answer: { merge: { idTagInfo: { status: 'Blocked' } } } } },
  ]);
  await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
  await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
}

const rows: readonly Row[] = [
  { status: 'Available', how: 'nobody there', answer: 'Accepted', reach: async () => undefined },
  {
    status: 'Preparing',
    how: 'a car without a card',
    answer: 'Accepted',
    reach: async (world) => {
      await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    },
  },
  {
    status: 'Preparing',
    how: 'a card that waits for its car',
    answer: 'Rejected',
    reach: async (world) => {
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    },
  },
  { status: 'Charging', how: 'a transaction', answer: 'Rejected', reach: (world) => startByCard(world, 1, 'CARD1') },
  {
    status: 'SuspendedEV',
    how: 'a transaction that the car pauses',
    answer: 'Rejected',
    reach: async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.sim({ action: 'pause', evse: 1 });
    },
  },
  {
    status: 'SuspendedEVSE',
    how: 'a refused user whose transaction goes on',
    answer: 'Rejected',
    reach: async (world) => {
      await world.configure({ 'charging.stopTransactionOnInvalidId': 'false' });
      await refused(world);
    },
  },
  {
    status: 'Finishing',
    how: 'the plug still in',
    answer: 'Accepted',
    reach: async (world) => {
      await startByCard(world, 1, 'CARD1');
      await world.sim({ action: 'card', uid: 'CARD1', evse: 1 });
    },
  },
  {
    status: 'Finishing',
    how: 'a car that got no card in time',
    answer: 'Accepted',
    reach: async (world) => {
      await world.configure({ 'charging.connectionTimeOut': '5' });
      await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
    },
  },
  { status: 'Finishing', how: 'the cable of a refused user', answer: 'Rejected', reach: refused },
  {
    status: 'Unavailable',
    how: 'out of service',
    answer: 'Rejected',
    reach: async (world) => {
      await ask(world, 'ChangeAvailability', { connectorId: 1, type: 'Inoperative' });
    },
  },
  {
    status: 'Faulted',
    how: 'a fault',
    answer: 'Rejected',
    reach: async (world) => {
      await world.sim({ action: 'fault', evse: 1, fault: 'overCurrent', active: true });
    },
  },
];

for (const { status, how, answer, reach } of rows) {
  const ids = answer === 'Rejected' ? 'TC_026' : status === 'Available' ? 'R-03, TC_011_1' : 'TC_010';
  scenario(
    `a remote start in ${status} (${how}) is ${answer}, and so it happens (R-01, R-05, X-13, X-15, ${ids}, fault 52)`,
    {},
    async (world) => {
      await reach(world);
      await untilReported(world, 1, status);
      await world.pass(1_000);
      const starts = world.calls('StartTransaction').length;
      const told = reported(world, 1);
      const { status: said } = await ask(world, 'RemoteStartTransaction', { connectorId: 1, idTag: 'Remote-1' });
      assert.equal(said, answer);
      if (answer === 'Rejected') {
        await world.pass(3_000);
        assert.equal(world.calls('StartTransaction').length, starts);
        assert.deepEqual(reported(world, 1), told);
        return;
      }
      if (status === 'Available') {
        await untilReported(world, 1, 'Preparing');
        await world.sim({ action: 'plug', evse: 1, capacityKwh: 500 });
      }
      await untilReported(world, 1, 'Charging');
      assert.equal(world.calls('StartTransaction').length, starts + 1);
      assert.equal(world.calls('StartTransaction').at(-1)?.payload['idTag'], 'Remote-1');
    },
  );
}
