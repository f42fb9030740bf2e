import assert from 'node:assert/strict';

import { scenario } from '../../world/scenario.ts';
import { changeKey, readKey } from '../backend-steps.ts';
import { reserveNow, reserved } from '../reservation-steps.ts';
import { untilReported } from '../steps.ts';

const key = 'ReserveConnectorZeroSupported';

scenario(
  'reservation.connectorZeroSupported: a reservation without a connector is taken, and a backend cannot switch it off (RS-03)',
  { evses: 1 },
  async (world) => {
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: 'true' });
    await changeKey(world, key, 'false', 'Rejected');
    await reserved(world, { connectorId: 0 });
    await untilReported(world, 1, 'Reserved');
  },
);

scenario(
  'reservation.connectorZeroSupported: off, it is Rejected (RS-03, TC_050_4)',
  { pinned: { 'reservation.connectorZeroSupported': false } },
  async (world) => {
    assert.deepEqual(await readKey(world, key), { key, readonly: true, value: 'false' });
    assert.equal(await reserveNow(world, { connectorId: 0 }), 'Rejected');
    assert.equal(await reserveNow(world, { connectorId: 1 }), 'Accepted');
  },
);
