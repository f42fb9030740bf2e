import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import { actionTable } from './action-table.ts';
import { checkAction } from './actions.ts';
import { faultIds, faultRow, hardwareFault } from './fault-table.ts';
import { createSimulator } from './simulator.ts';

describe('the table of actions', () => {
  for (const [name, row] of Object.entries(actionTable)) {
    it(`has a good example for ${name}, and says what each parameter is`, () => {
      assert.equal(row.example['action'], name);
      checkAction(row.example);
      for (const parameter of Object.values(row.parameters)) assert.notEqual(parameter.description, '');
    });
  }
});

describe('the table of faults', () => {
  for (const id of faultIds) {
    it(`has a fault ${id} that can come and go where it says`, async () => {
      const simulator = createSimulator({ time: new VirtualTime(), random: createSeededRandom('faults') });
      const evse = faultRow(id).at === 'station' ? 0 : 1;
      await simulator.simulate({ action: 'fault', evse, fault: id, active: true });
      assert.ok(JSON.stringify(simulator.display()).includes(`"${id}"`));
      await simulator.simulate({ action: 'fault', evse, fault: id, active: false });
      assert.ok(!JSON.stringify(simulator.display()).includes(`"${id}"`));
      assert.ok(hardwareFault(id).text.length <= 50);
    });
  }
});
