import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createSeededRandom } from '../core/random.ts';
import { VirtualTime } from '../core/virtual-time.ts';
import { createSimulator } from '../drivers/simulator/simulator.ts';
import { simulatorText } from './simulator-text.ts';

describe('the state of the simulated world in words', () => {
  it('says how a meter that signs is, and what is odd about it', async () => {
    const simulator = createSimulator({
      time: new VirtualTime(),
      random: createSeededRandom('text'),
      evses: [{ signs: true }, {}],
    });
    await simulator.start(() => {}, new AbortController().signal);
    await simulator.simulate({ action: 'meterKey', evse: 1, state: 'changed' });
    await simulator.simulate({ action: 'meterPower', evse: 1, state: 'off' });
    const [, signing = '', plain = ''] = simulatorText(simulator.display()).split('\n');
    assert.match(signing, /, meter without power, signs \(record 0, clock unset, key changed, good\)$/);
    assert.match(plain, /0 W$/);
  });
});
