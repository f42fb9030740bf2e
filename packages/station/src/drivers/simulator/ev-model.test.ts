import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { appetiteMilliamps, nextStepWh } from './ev-model.ts';
import type { ElectricVehicle } from './ev-model.ts';

const car: ElectricVehicle = {
  phases: 3,
  capacityWh: 60_000,
  batteryWh: 0,
  maxMilliamps: 32_000,
  ready: true,
  ventilation: false,
  drawMilliamps: null,
  pilotReactionMs: 0,
  drawReactionMs: 0,
};

describe('the appetite of a vehicle', () => {
  for (const [percent, milliamps] of [
    [0, 32_000],
    [79.99, 32_000],
    [80, 30_560],
    [90, 16_160],
    [99, 6_000],
    [100, 0],
  ] as const) {
    it(`is ${milliamps} mA at ${percent} %`, () => {
      assert.equal(appetiteMilliamps({ ...car, batteryWh: (60_000 * percent) / 100 }), milliamps);
    });
  }

  it('never rises above what a small charger takes', () => {
    assert.equal(appetiteMilliamps({ ...car, maxMilliamps: 4_000, batteryWh: 59_000 }), 4_000);
  });

  it('changes at steps that lie above the present charge, for batteries of any size', () => {
    for (let capacityWh = 10; capacityWh < 100_000; capacityWh += 997.3) {
      let ev = { ...car, capacityWh };
      for (let steps = 0; ev.batteryWh < capacityWh; steps += 1) {
        const nextWh = nextStepWh(ev);
        assert.ok(nextWh > ev.batteryWh && steps < 22, `${capacityWh} Wh: ${nextWh} after ${ev.batteryWh}`);
        ev = { ...ev, batteryWh: nextWh };
      }
    }
  });
});
