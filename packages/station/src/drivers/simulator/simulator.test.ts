import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import { createSeededRandom } from '../../core/random.ts';
import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareEvent } from '../../evse/hardware.ts';
import { driverContract } from '../driver-contract.ts';
import { parseSimulatorState } from './simulator-image.ts';
import type { SimulatorState } from './simulator-image.ts';
import type { SimulatorOptions } from './simulator-options.ts';
import { createSimulator } from './simulator.ts';
import type { Simulator } from './simulator.ts';

const signal = new AbortController().signal;

function make(options: Partial<SimulatorOptions> = {}): { time: VirtualTime; simulator: Simulator } {
  const time = new VirtualTime();
  return { time, simulator: createSimulator({ time, random: createSeededRandom('simulator'), ...options }) };
}

async function started(options: Partial<SimulatorOptions> = {}): Promise<{
  time: VirtualTime;
  simulator: Simulator;
  events: HardwareEvent[];
}> {
  const made = make(options);
  const events: HardwareEvent[] = [];
  await made.simulator.start((event) => events.push(event), signal);
  return { ...made, events };
}

async function charging(simulator: Simulator, milliamps = 32_000): Promise<void> {
  await simulator.command({ type: 'setLimit', evse: 1, milliamps }, signal);
  await simulator.command({ type: 'closeContactor', evse: 1 }, signal);
}

const readMeter = { type: 'readMeter', evse: 1 } as const;

driverContract('the simulator itself', { wire: false }, async () => {
  const { time, simulator } = make({ evses: [{ signs: true, phaseSwitching: true }, { signs: true }] });
  return { driver: simulator, time, socketPath: null, elapse: (ms) => time.advance(ms), close: async () => {} };
});

describe('the simulator', () => {
  it('holds no timer while nothing happens by itself', async () => {
    const { time, simulator } = await started();
    simulator.plug(1, { soc: 50 });
    await charging(simulator);
    await time.advance(2_000);
    await simulator.command({ type: 'openContactor', evse: 1 }, signal);
    await simulator.command({ type: 'setLimit', evse: 1, milliamps: 0 }, signal);
    await time.advance(2_000);
    assert.equal(time.pendingTimers, 0);
  });

  it('switches its phases only while the contactor is open, and only where it can', async () => {
    const { time, simulator } = await started({ evses: [{ phaseSwitching: true }, {}] });
    simulator.plug(1, { soc: 20 });
    await simulator.command({ type: 'setPhases', evse: 1, phases: 1 }, signal);
    await charging(simulator, 16_000);
    await time.advance(3_000);
    const { powerW, currentA } = await simulator.command(readMeter, signal);
    assert.deepEqual([Math.round(powerW ?? 0), currentA], [3_680, [16, 0, 0]]);
    const back = { type: 'setPhases', evse: 1, phases: 3 } as const;
    await assert.rejects(simulator.command(back, signal), /only while the contactor is open/);
    await simulator.command({ type: 'openContactor', evse: 1 }, signal);
    await simulator.command(back, signal);
    await assert.rejects(simulator.command({ ...back, evse: 2 }, signal), /cannot be switched/);
  });

  it('tells a limit of the grid operator in watts or amperes, and its release', async () => {
    const { simulator, events } = await started();
    await simulator.simulate({ action: 'externalLimit', watts: 4_200 });
    await simulator.simulate({ action: 'externalLimit', amps: 16 });
    await simulator.simulate({ action: 'externalLimit' });
    await assert.rejects(simulator.simulate({ action: 'externalLimit', watts: 1, amps: 1 }), /not both/);
    assert.deepEqual(
      events.flatMap((event) => (event.type === 'externalLimit' ? [event.limit] : [])),
      [{ watts: 4_200 }, { milliamps: 16_000 }, null],
    );
  });

  it('holds no timer after a stop, even while a welded contactor lets current flow', async () => {
    const { time, simulator } = await started();
    simulator.plug(1, { soc: 20 });
    await charging(simulator);
    simulator.weld(1, true);
    await time.advance(2_000);
    await simulator.stop();
    simulator.plug(2);
    assert.equal(time.pendingTimers, 0);
    assert.ok(simulator.image().evses[0]?.faults.includes('contactorWelded'));
  });

  it('tells the same story for the same seed', async () => {
    assert.equal(await story(), await story());
  });

  it('takes less above 80 % and stops when the battery is full, with state B', async () => {
    const { time, simulator, events } = await started({ evses: [{ registerWh: 0 }] });
    simulator.plug(1, { soc: 79, capacityKwh: 50 });
    await charging(simulator);
    await time.advance(120_000);
    const powers: number[] = [];
    for (let minute = 0; minute < 60; minute += 1) {
      powers.push((await simulator.command(readMeter, signal)).powerW ?? -1);
      await time.advance(60_000);
    }
    assert.equal(powers[0], 21_086.4);
    assert.deepEqual(
      powers.toSorted((left, right) => right - left),
      powers,
    );
    await time.advance(3_600_000);
    const { pilot } = await simulator.command({ type: 'readState', evse: 1 }, signal);
    const { energyImportWh, soc } = await simulator.command(readMeter, signal);
    assert.deepEqual({ pilot, energyImportWh, soc }, { pilot: 'B', energyImportWh: 10_500, soc: 100 });
    assert.deepEqual(events.at(-1), { type: 'pilot', evse: 1, state: 'B' });
  });

  it('measures the same energy however often the meter is read', async () => {
    assert.equal(await energyWhenRead(1_000), await energyWhenRead(3_600_000));
  });

  it('draws at most what cable and charger carry, on the phases of the vehicle', async () => {
    const { time, simulator } = await started();
    simulator.plug(1, { cable: 13, phases: 1, soc: 20 });
    await charging(simulator);
    await time.advance(2_000);
    const { currentA, powerW } = await simulator.command(readMeter, signal);
    assert.deepEqual({ currentA, powerW }, { currentA: [13, 0, 0], powerW: 2_990 });
  });

  it('follows a pause, a resume and an order to draw something else', async () => {
    const { time, simulator } = await started();
    simulator.plug(1, { soc: 20 });
    await charging(simulator, 16_000);
    await time.advance(2_000);
    await simulator.simulate({ action: 'pause', evse: 1 });
    assert.deepEqual(await powerAndPilot(simulator), [0, 'B']);
    await simulator.simulate({ action: 'resume', evse: 1 });
    await time.advance(2_000);
    assert.deepEqual(await powerAndPilot(simulator), [11_040, 'C']);
    await simulator.simulate({ action: 'draw', evse: 1, amps: 20 });
    await time.advance(2_000);
    assert.deepEqual(await powerAndPilot(simulator), [13_800, 'C']);
    await simulator.simulate({ action: 'draw', evse: 1, amps: null });
    await time.advance(2_000);
    assert.deepEqual(await powerAndPilot(simulator), [11_040, 'C']);
  });

  it('shows state D for a vehicle that wants ventilation, E and F for faults of the pilot', async () => {
    const { time, simulator } = await started();
    simulator.plug(1, { ventilation: true });
    await charging(simulator);
    await time.advance(2_000);
    assert.equal((await powerAndPilot(simulator))[1], 'D');
    simulator.fault(1, 'evCommunication', true);
    assert.deepEqual(await powerAndPilot(simulator), [0, 'E']);
    simulator.unplug(1);
    assert.deepEqual(await powerAndPilot(simulator), [0, 'A']);
    simulator.fault(1, 'pilotUnavailable', true);
    assert.deepEqual(await powerAndPilot(simulator), [0, 'F']);
  });

  it('opens the contactor by itself for a ground failure and keeps it open', async () => {
    const { time, simulator, events } = await started();
    simulator.plug(1);
    await charging(simulator);
    await time.advance(2_000);
    await simulator.simulate({ action: 'residualCurrent', evse: 1, milliamps: 30 });
    assert.ok(events.some((event) => event.type === 'contactor' && event.state === 'open'));
    await assert.rejects(simulator.command({ type: 'closeContactor', evse: 1 }, signal), { code: 'driver.refused' });
    await simulator.simulate({ action: 'unplug', evse: 1 });
    assert.deepEqual(simulator.image().evses[0]?.faults, []);
  });

  it('warns of the temperature before it stops, and calms down with a hysteresis', async () => {
    const { simulator } = await started();
    const faultsAt = async (celsius: number): Promise<readonly string[]> => {
      await simulator.simulate({ action: 'temperature', evse: 1, celsius });
      return simulator.image().evses[0]?.faults ?? [];
    };
    assert.deepEqual(await faultsAt(76), ['temperatureWarning']);
    assert.deepEqual(await faultsAt(91), ['temperatureWarning', 'highTemperature']);
    assert.deepEqual(await faultsAt(70), ['temperatureWarning']);
    assert.deepEqual(await faultsAt(60), []);
  });

  it('measures and reports a supply out of range', async () => {
    const { simulator } = await started();
    await simulator.simulate({ action: 'voltage', evse: 1, volts: 200 });
    assert.deepEqual(simulator.image().evses[0]?.faults, ['underVoltage']);
    assert.deepEqual((await simulator.command(readMeter, signal)).voltageV, [200, 200, 200]);
    await simulator.simulate({ action: 'voltage', evse: 1, volts: 260 });
    assert.deepEqual(simulator.image().evses[0]?.faults, ['overVoltage']);
  });

  it('pulls a captive cable without a lock', async () => {
    const { simulator } = await started({ evses: [{ fixedCable: true }] });
    await assert.rejects(simulator.simulate({ action: 'plug', evse: 1, cable: 20 }), { code: 'simulator.refused' });
    simulator.plug(1);
    const { lock, cableMilliamps } = await simulator.command({ type: 'readState', evse: 1 }, signal);
    assert.deepEqual({ lock, cableMilliamps }, { lock: 'none', cableMilliamps: null });
    await assert.rejects(simulator.command({ type: 'lock', evse: 1 }, signal), { code: 'driver.refused' });
    simulator.unplug(1);
    assert.equal((await powerAndPilot(simulator))[1], 'A');
  });

  it('keeps register, meter transaction, plug and lock over a power cut, and drops the contactor', async () => {
    let image: SimulatorState | undefined;
    let cuts = 0;
    const evses = [{ signs: true }];
    const { time, simulator, events } = await started({
      evses,
      onState: (next) => (image = next),
      onPowerCycle: () => (cuts += 1),
    });
    simulator.plug(1, { soc: 20 });
    await simulator.command({ type: 'lock', evse: 1 }, signal);
    const assignment = { assigned: true, level: 'VERIFIED', flags: ['RFID_PLAIN'], type: 'ISO14443', id: 'CARD' };
    await simulator.command(
      { type: 'beginMeter', evse: 1, transaction: 'T', idToken: 'CARD', wallMs: 0, assignment },
      signal,
    );
    await charging(simulator);
    await time.advance(3_600_000);
    const before = await simulator.command(readMeter, signal);
    const told = events.length;
    await simulator.simulate({ action: 'powerCycle' });
    assert.deepEqual({ cuts, told: events.length }, { cuts: 1, told });
    await assert.rejects(simulator.command(readMeter, signal), { code: 'driver.lost' });

    const state = parseSimulatorState(JSON.parse(JSON.stringify(image)));
    const next = await started({ evses, state });
    const reading = await next.simulator.command({ type: 'readState', evse: 1 }, signal);
    assert.deepEqual([reading.pilot, reading.lock, reading.contactor], ['B', 'locked', 'open']);
    const end = await next.simulator.command({ type: 'endMeter', evse: 1, transaction: 'T', wallMs: 9 }, signal);
    assert.equal(end.reading.energyImportWh, before.energyImportWh);
    assert.match(end.signed[0]?.data ?? '', /"PG":"T2".*"ID":"CARD"/);
  });

  it('is lost and back for a station that is not dropped at a power cut', async () => {
    const { simulator, events } = await started();
    simulator.plug(1);
    await charging(simulator);
    events.length = 0;
    simulator.powerCycle();
    const kinds = events.map((event) => event.type);
    assert.deepEqual([kinds[0], kinds.at(-1)], ['lost', 'back']);
    assert.ok(events.some((event) => event.type === 'contactor' && event.state === 'open'));
  });

  it('stores the register before a reading leaves the meter', async () => {
    let stored = 0;
    const { time, simulator } = await started({ onState: (image) => (stored = image.evses[0]?.meter.registerWh ?? 0) });
    simulator.plug(1, { soc: 20 });
    await charging(simulator);
    await time.advance(600_000);
    const { energyImportWh } = await simulator.command(readMeter, signal);
    assert.ok(stored >= energyImportWh - 0.001, `${stored} < ${energyImportWh}`);
  });

  it('goes on when its state cannot be stored, and says so once', async () => {
    const { simulator, events } = await started({ onState: diskFull });
    simulator.plug(1);
    await charging(simulator);
    const text = 'the state of the simulator cannot be stored: disk full';
    assert.deepEqual(
      events.filter((event) => event.type === 'notice'),
      [{ type: 'notice', evse: 0, text }],
    );
    assert.equal((await simulator.command({ type: 'readState', evse: 1 }, signal)).contactor, 'closed');
  });

  it('tells a station that starts of a cut link and of the faults of the station', async () => {
    const { simulator } = make();
    simulator.link(false);
    simulator.fault(0, 'weakSignal', true);
    const events: HardwareEvent[] = [];
    await simulator.start((event) => events.push(event), signal);
    assert.deepEqual(
      events.map((event) => event.type),
      ['bearer', 'fault'],
    );
  });

  it('tells that the supply fails and is back, once each, also one that starts meanwhile', async () => {
    const { simulator } = make();
    const events: HardwareEvent[] = [];
    await simulator.simulate({ action: 'supply', state: 'failing' });
    await simulator.start((event) => events.push(event), signal);
    await simulator.simulate({ action: 'supply', state: 'failing' });
    await simulator.simulate({ action: 'supply', state: 'back' });
    assert.deepEqual(events, [
      { type: 'supply', state: 'failing' },
      { type: 'supply', state: 'back' },
    ]);
  });

  it('has its supply back after a power cycle', async () => {
    const { simulator } = make();
    const events: HardwareEvent[] = [];
    await simulator.start((event) => events.push(event), signal);
    simulator.supply('failing');
    simulator.powerCycle();
    const told = events.map((event) => ('state' in event ? `${event.type} ${event.state}` : event.type));
    assert.deepEqual(
      told.filter((each) => /^(supply|lost|back)/.test(each)),
      ['supply failing', 'lost', 'supply back', 'back'],
    );
  });

  it('keeps the order of events when a listener gives a command', async () => {
    const { time, simulator } = make();
    const seen: string[] = [];
    await simulator.start((event) => {
      seen.push(
        event.type === 'cable' || event.type === 'card'
          ? event.type
          : `${event.type} ${'state' in event ? event.state : ''}`,
      );
      if (event.type === 'cable') void simulator.command({ type: 'lock', evse: 1 }, signal);
    }, signal);
    simulator.plug(1);
    await time.advance(0);
    assert.deepEqual(seen, ['cable', 'pilot B', 'lock locked']);
  });

  it('refuses what cannot be, with a reason', async () => {
    const { simulator } = await started();
    simulator.fault(0, 'reader', true);
    const cases = [
      [{ action: 'card', uid: 'X' }, /out of order/],
      [{ action: 'plug', evse: 9 }, /no EVSE 9; there are 1 to 2/],
      [{ action: 'plug', evse: 1, colour: 'red' }, /knows no "colour"/],
      [{ action: 'plug', evse: 1, cable: 17 }, /cable is 17; expected one of 13, 20, 32, 63/],
      [{ action: 'plug' }, /evse is missing/],
      [{ action: 'unplug', evse: 1 }, /nothing is plugged in/],
      [{ action: 'pause', evse: 1 }, /no vehicle/],
      [{ action: 'fault', fault: 'overCurrent', active: true }, /happens at an EVSE/],
      [{ action: 'fault', evse: 1, fault: 'weakSignal', active: true }, /at the station/],
      [{ evse: 1 }, /no "action" is named/],
    ] as const;
    for (const [action, message] of cases) {
      await assert.rejects(simulator.simulate(action), (error: unknown) => {
        assert.ok(error instanceof Error);
        assert.match(error.message, message);
        return 'code' in error && error.code === 'simulator.refused';
      });
    }
  });
});

async function powerAndPilot(simulator: Simulator): Promise<[number | undefined, string]> {
  const { powerW } = await simulator.command(readMeter, signal);
  const { pilot } = await simulator.command({ type: 'readState', evse: 1 }, signal);
  return [powerW, pilot];
}

async function story(): Promise<string> {
  const { time, simulator, events } = await started();
  simulator.plug(1);
  await charging(simulator);
  await time.advance(7_654_321);
  return JSON.stringify([events, simulator.display()]);
}

async function energyWhenRead(readEveryMs: number): Promise<number> {
  const { time, simulator } = await started();
  simulator.plug(1, { soc: 75, capacityKwh: 40 });
  await charging(simulator, 13_000);
  for (let passedMs = 0; passedMs < 3_600_000; passedMs += readEveryMs) {
    await simulator.command(readMeter, signal);
    await time.advance(readEveryMs);
  }
  return simulator.image().evses[0]?.meter.registerWh ?? 0;
}

function diskFull(): never {
  throw new Error('disk full');
}
