import assert from 'node:assert/strict';
import { test } from 'node:test';

import { WantedHardware } from './wanted-hardware.ts';

test('hardware that comes back is opened first, then has its phases, limit and lock again', () => {
  const wanted = new WantedHardware();
  for (const milliamps of [16_000, 10_000]) wanted.note({ type: 'setLimit', evse: 1, milliamps });
  wanted.note({ type: 'setPhases', evse: 1, phases: 1 });
  wanted.note({ type: 'lock', evse: 1 });
  wanted.note({ type: 'closeContactor', evse: 2 });
  assert.deepEqual(wanted.again(), [
    { type: 'openContactor', evse: 1 },
    { type: 'openContactor', evse: 2 },
    { type: 'setPhases', evse: 1, phases: 1 },
    { type: 'setLimit', evse: 1, milliamps: 10_000 },
    { type: 'lock', evse: 1 },
  ]);
});
