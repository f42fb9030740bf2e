import assert from 'node:assert/strict';
import { test } from 'node:test';

import { rotationOf } from './phase-rotation.ts';

test('each letter names the phase of the grid at one terminal', () => {
  for (const [word, phases] of [
    ['RST', 'L1 L2 L3'],
    ['RTS', 'L1 L3 L2'],
    ['SRT', 'L2 L1 L3'],
    ['STR', 'L2 L3 L1'],
    ['TRS', 'L3 L1 L2'],
    ['TSR', 'L3 L2 L1'],
  ] as const) {
    assert.equal(rotationOf(word).join(' '), phases, word);
  }
});

test('what is not known leaves the names of the meter', () => {
  for (const word of ['Unknown', 'NotApplicable', '', 'RS', 'RSTR', 'XYZ'])
    assert.deepEqual(rotationOf(word), ['L1', 'L2', 'L3'], word);
});
