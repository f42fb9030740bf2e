import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { HardwareDescription } from '../../evse/hardware.ts';
import { DriverMemory } from './driver-memory.ts';

const bare: HardwareDescription = { simulated: true, vendor: 'V', model: 'M', evses: [] };

describe('a supply that failed when the driver was lost', () => {
  test('is back for the station when the driver that returns says nothing of it, and only once', () => {
    const memory = new DriverMemory();
    memory.heard({ type: 'supply', state: 'failing' });
    memory.startAgain();
    assert.deepEqual(memory.fresh(bare), [{ type: 'supply', state: 'back' }]);
    memory.startAgain();
    assert.deepEqual(memory.fresh(bare), []);
  });

  test('still fails when the driver that returns says so', () => {
    const memory = new DriverMemory();
    memory.heard({ type: 'supply', state: 'failing' });
    memory.startAgain();
    memory.heard({ type: 'supply', state: 'failing' });
    assert.deepEqual(memory.fresh(bare), []);
  });
});
