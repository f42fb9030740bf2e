import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';

import type { JsonObject } from '../../core/json.ts';
import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareCommand } from '../../evse/hardware.ts';
import { KerbsideError } from '../../core/errors.ts';
import { faultIds } from './fault-table.ts';
import { parseSimulatorState } from './simulator-image.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator } from './simulator.ts';

type Step =
  | { readonly kind: 'action'; readonly action: JsonObject }
  | { readonly kind: 'command'; readonly command: HardwareCommand }
  | { readonly kind: 'elapse'; readonly ms: number }
  | { readonly kind: 'reboot' };

const active = fc.boolean();
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('elapse'), ms: fc.integer({ min: 1, max: 5_000_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('command'),
      command: fc.constantFrom<HardwareCommand>(
        { type: 'setLimit', evse: 1, milliamps: 32_000 },
        { type: 'setLimit', evse: 1, milliamps: 6_000 },
        { type: 'setLimit', evse: 1, milliamps: 0 },
        { type: 'closeContactor', evse: 1 },
        { type: 'openContactor', evse: 1 },
        { type: 'lock', evse: 1 },
        { type: 'unlock', evse: 1 },
        { type: 'beginMeter', evse: 1, transaction: 'a', idToken: 'x', wallMs: 0 },
        { type: 'endMeter', evse: 1, transaction: 'a', wallMs: 0 },
        { type: 'restart' },
      ),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('action'),
      action: fc.oneof(
        fc.record({
          action: fc.constant('plug'),
          evse: fc.constant(1),
          soc: fc.integer({ min: 0, max: 100 }),
          capacityKwh: fc.integer({ min: 1, max: 20 }),
        }),
        fc.record({ action: fc.constant('unplug'), evse: fc.constant(1), force: fc.boolean() }),
        fc.record({
          action: fc.constantFrom('pause', 'resume', 'unplugVehicle', 'powerCycle', 'state'),
          evse: fc.constant(1),
        }),
        fc.record({ action: fc.constant('fault'), evse: fc.constant(1), fault: fc.constantFrom(...faultIds), active }),
        fc.record({ action: fc.constantFrom('weld', 'lockJam'), evse: fc.constant(1), active }),
        fc.record({ action: fc.constant('draw'), evse: fc.constant(1), amps: fc.constantFrom(null, 0, 7, 40) }),
        fc.record({ action: fc.constant('voltage'), evse: fc.constant(1), volts: fc.integer({ min: 190, max: 270 }) }),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reboot') }) },
);

describe('the physics of the simulator', () => {
  it('keeps energy and mechanics true whatever happens', async () => {
    await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), playChecked), { numRuns: 150 });
  });
});

/** Plays steps while integrating the power beside the meter, and checks what must be true after each. */
async function playChecked(steps: readonly Step[]): Promise<void> {
  const time = new VirtualTime();
  const random = createSeededRandom('physics');
  const signal = new AbortController().signal;
  let simulator = createSimulator({ time, random, evses: 1 });
  await simulator.start(() => {}, signal);
  let integralWh = registerWh(simulator);
  for (const next of steps) {
    switch (next.kind) {
      case 'elapse':
        integralWh += await elapse(time, simulator, next.ms);
        break;
      case 'action':
        await ignoreRefusal(simulator.simulate(next.action));
        break;
      case 'command':
        await ignoreRefusal(simulator.command(next.command, signal));
        break;
      case 'reboot': {
        const state = parseSimulatorState(JSON.parse(JSON.stringify(simulator.image())));
        await simulator.stop();
        simulator = createSimulator({ time, random, evses: 1, state });
        await simulator.start(() => {}, signal);
      }
    }
    assert.ok(Math.abs(registerWh(simulator) - integralWh) < 1e-6, `${registerWh(simulator)} is not ${integralWh}`);
    checkMechanics(simulator);
  }
}

/** Lets time pass from one thing that happens by itself to the next; the energy by power and duration. */
async function elapse(time: VirtualTime, simulator: Simulator, ms: number): Promise<number> {
  const endMs = time.monotonicMs() + ms;
  let energyWh = 0;
  while (time.monotonicMs() < endMs) {
    const nextMs = Math.min(endMs, time.nextDueMs ?? endMs);
    const lastMs = time.monotonicMs();
    const before = registerWh(simulator);
    energyWh += (powerW(simulator) * (nextMs - lastMs)) / 3_600_000;
    await time.advance(nextMs - lastMs);
    assert.ok(registerWh(simulator) >= before, 'the register went back');
    checkMechanics(simulator);
  }
  return energyWh;
}

function checkMechanics(simulator: Simulator): void {
  const state = simulator.display(1);
  const shown = JSON.stringify(state);
  const { pilot, plugged, contactor, lock, limitAmps, drawAmps, cableAmps } = state;
  const requesting = pilot === 'C' || pilot === 'D';
  if (lock === 'locked') assert.notEqual(cableAmps, null, `locked without a plug: ${shown}`);
  if (plugged === true) assert.notEqual(cableAmps, null, `a vehicle without a cable: ${shown}`);
  if (pilot === 'A') assert.equal(plugged, false, shown);
  if (pilot === 'B' || requesting) assert.equal(plugged, true, shown);
  if (contactor === 'closed') assert.equal(plugged, true, shown);
  if (Number(drawAmps) > 0) assert.equal(plugged, true, shown);
  if (Number(drawAmps) > 0 && !JSON.stringify(state['faults']).includes('contactorWelded')) {
    assert.equal(contactor, 'closed', `current through an open contactor: ${shown}`);
  }
  const told = state['vehicle'] !== null && JSON.stringify(state['vehicle']).includes('"toldAmps":null');
  if (told && Number(limitAmps) > 0)
    assert.ok(Number(drawAmps) <= Number(cableAmps), `more than the cable carries: ${shown}`);
}

function registerWh(simulator: Simulator): number {
  return simulator.image().evses[0]?.meter.registerWh ?? 0;
}

function powerW(simulator: Simulator): number {
  const { meter } = simulator.display(1);
  return typeof meter === 'object' && meter !== null && 'powerW' in meter ? Number(meter['powerW']) : 0;
}

async function ignoreRefusal(promise: Promise<unknown>): Promise<void> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof KerbsideError && error.code.endsWith('.refused'), String(error));
  }
}
