import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { VirtualTime } from '../../core/virtual-time.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import { lockFault } from '../../evse/own-faults.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { FaultDesk } from './fault-desk.ts';
import { TestEvse } from '../evse/test-evse.ts';

function fault(errorCode: string, over: Partial<HardwareFault> = {}): HardwareFault {
  return { id: errorCode, errorCode, vendorCode: 'V', text: 'Text', severity: 'fault', ...over };
}

const ground = fault('GroundFailure');
const reader = fault('ReaderFailure', { severity: 'warning' });

class LimitedEvse extends TestEvse {
  readonly description = { fixedCable: false, state: { cableMilliamps: null, pilot: 'A' } };
  limits = 0;

  limitChanged(): void {
    this.limits += 1;
  }

  get faults(): readonly string[] {
    return this.state.faults.map(({ id }) => id);
  }
}

class Bench {
  readonly time = new VirtualTime();
  readonly evses = [new LimitedEvse(1), new LimitedEvse(2)] as const;
  there: readonly LimitedEvse[] = this.evses;
  readonly derated: string[] = [];
  shown = 0;
  readonly desk = new FaultDesk({
    time: this.time,
    evses: () => this.there.map((evse) => evse as unknown as EvseController),
    onStation: () => {
      this.shown += 1;
    },
    onDerated: (evse, text) => this.derated.push(`${evse} ${text}`),
  });

  pilot(state: 'A' | 'B'): void {
    this.evses[0].dispatch({ kind: 'pilot', state });
    this.desk.pilotChanged(1);
  }
}

describe('a fault of an EVSE', () => {
  test('comes and goes there and nowhere else', () => {
    const bench = new Bench();
    bench.desk.report(1, fault('OverVoltage'), true);
    assert.deepEqual([bench.evses[0].faults, bench.evses[1].faults, bench.desk.station], [['OverVoltage'], [], []]);
    bench.desk.report(1, fault('OverVoltage'), false);
    assert.deepEqual(bench.evses[0].faults, []);
  });

  test('is held until plug and car are gone', () => {
    const bench = new Bench();
    bench.desk.cableChanged(1, 32_000);
    bench.pilot('B');
    bench.desk.report(1, ground, true);
    bench.desk.report(1, ground, false);
    assert.deepEqual(bench.evses[0].faults, ['GroundFailure']);
    bench.desk.cableChanged(1, null);
    assert.deepEqual(bench.evses[0].faults, ['GroundFailure']);
    bench.pilot('A');
    assert.deepEqual(bench.evses[0].faults, []);
  });

  test('is held for 10 s when only the car left, and no longer than the cable is there', async () => {
    const bench = new Bench();
    bench.desk.cableChanged(1, 32_000);
    bench.pilot('B');
    bench.desk.report(1, ground, true);
    bench.pilot('A');
    await bench.time.advance(4_000);
    bench.desk.report(1, ground, false);
    await bench.time.advance(5_999);
    assert.deepEqual(bench.evses[0].faults, ['GroundFailure']);
    await bench.time.advance(1);
    assert.deepEqual(bench.evses[0].faults, []);
  });

  test('that comes again while it is held goes by the hardware once more', async () => {
    const bench = new Bench();
    bench.desk.cableChanged(1, 32_000);
    bench.pilot('B');
    bench.desk.report(1, ground, true);
    bench.pilot('A');
    bench.desk.report(1, ground, false);
    bench.desk.report(1, ground, true);
    await bench.time.advance(60_000);
    assert.deepEqual(bench.evses[0].faults, ['GroundFailure']);
    bench.desk.report(1, ground, false);
    assert.deepEqual(bench.evses[0].faults, []);
  });

  test('that is held is let go of when the station stops', async () => {
    const bench = new Bench();
    bench.desk.cableChanged(1, 32_000);
    bench.pilot('B');
    bench.desk.report(1, ground, true);
    bench.pilot('A');
    bench.desk.report(1, ground, false);
    bench.desk.stop();
    bench.desk.stop();
    await bench.time.advance(60_000);
    assert.deepEqual(bench.evses[0].faults, ['GroundFailure']);
  });

  test('of the lock is over when the lock moves', () => {
    const bench = new Bench();
    bench.evses[0].dispatch({ kind: 'fault', fault: lockFault, active: true });
    bench.desk.lockMoved(1);
    assert.deepEqual(bench.evses[0].faults, []);
  });

  test('that lowers the limit is told once, and its end', () => {
    const bench = new Bench();
    const hot = fault('HighTemperature', { severity: 'warning', limitMilliamps: 16_500 });
    bench.desk.report(1, hot, true);
    bench.desk.report(1, hot, true);
    bench.desk.report(1, hot, false);
    assert.deepEqual([bench.derated, bench.evses[0].limits], [['1 Limited to 16 A', '1 No longer limited'], 2]);
  });
});

describe('a fault of the station', () => {
  test('that keeps everybody from charging is one of each EVSE', () => {
    const bench = new Bench();
    bench.desk.report(0, fault('InternalError'), true);
    assert.deepEqual(
      bench.evses.map(({ faults }) => faults),
      [['InternalError'], ['InternalError']],
    );
    bench.desk.report(0, fault('InternalError'), false);
    assert.deepEqual([bench.evses[0].faults, bench.desk.station, bench.shown], [[], [], 2]);
  });

  test('that is a warning stays with the station', () => {
    const bench = new Bench();
    bench.desk.report(0, reader, true);
    assert.deepEqual([bench.evses[0].faults, bench.desk.station], [[], [reader]]);
  });

  test('that came before the EVSEs were there concerns them all the same; one of its own does not', () => {
    const bench = new Bench();
    bench.there = [];
    bench.desk.report(0, fault('InternalError'), true);
    bench.desk.reportOwn(fault('InternalError', { id: 'store' }), true);
    bench.there = bench.evses;
    bench.desk.adopt();
    assert.deepEqual(bench.evses[0].faults, ['InternalError']);
    assert.deepEqual(
      bench.desk.station.map(({ id }) => id),
      ['InternalError', 'store'],
    );
  });

  test('lowers the limit of all', () => {
    const bench = new Bench();
    bench.desk.report(0, fault('HighTemperature', { severity: 'warning', limitMilliamps: 10_000 }), true);
    assert.deepEqual(bench.derated, ['1 Limited to 10 A', '2 Limited to 10 A']);
  });
});
