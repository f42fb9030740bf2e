import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { MeterReading } from '../evse/hardware.ts';
import { measurandNames, measure, supportedItems, type MeasurandContext } from './measurands.ts';
import { rotationOf } from './phase-rotation.ts';

const context: MeasurandContext = {
  offeredMilliamps: 16_000,
  phases: 3,
  nominalVolts: 230,
  rotation: rotationOf('Unknown'),
};
const reading: MeterReading = {
  energyImportWh: 1234.5,
  energyExportWh: 3,
  powerW: 11_040,
  currentA: [16, 15.9, 15.8],
  voltageV: [230, 231, 229],
  frequencyHz: 50.01,
  temperatureC: 31.5,
  soc: 42,
};

test('every phase of a measurand is a value of its own, voltage against neutral (V-05)', () => {
  assert.deepEqual(measure(['Current.Import', 'Voltage'], reading, context), [
    { measurand: 'Current.Import', value: 16, phase: 'L1' },
    { measurand: 'Current.Import', value: 15.9, phase: 'L2' },
    { measurand: 'Current.Import', value: 15.8, phase: 'L3' },
    { measurand: 'Voltage', value: 230, phase: 'L1-N' },
    { measurand: 'Voltage', value: 231, phase: 'L2-N' },
    { measurand: 'Voltage', value: 229, phase: 'L3-N' },
  ]);
});

test('totals have no phase, and what is not measured at the outlet says where', () => {
  const wanted = ['Energy.Active.Import.Register', 'Power.Active.Import', 'Temperature', 'SoC'];
  assert.deepEqual(measure(wanted, reading, context), [
    { measurand: 'Energy.Active.Import.Register', value: 1234.5 },
    { measurand: 'Power.Active.Import', value: 11_040 },
    { measurand: 'Temperature', value: 31.5, location: 'Body' },
    { measurand: 'SoC', value: 42, location: 'EV' },
  ]);
});

test('what is offered follows the limit, the phases and the voltage (V-13)', () => {
  const offered = (over: Partial<MeasurandContext>): readonly number[] =>
    measure(['Current.Offered', 'Power.Offered'], reading, { ...context, ...over }).map(({ value }) => value);
  assert.deepEqual(offered({}), [16, 11_040]);
  assert.deepEqual(offered({ offeredMilliamps: 0 }), [0, 0]);
  assert.deepEqual(offered({ phases: 1, offeredMilliamps: 6_500 }), [6.5, 1495]);
});

test('an empty list means the import register (V-01)', () => {
  assert.deepEqual(measure([], reading, context), [{ measurand: 'Energy.Active.Import.Register', value: 1234.5 }]);
});

test('an item may name one phase, as the family writes it', () => {
  assert.deepEqual(measure(['Current.Import.L2'], reading, context), [
    { measurand: 'Current.Import', value: 15.9, phase: 'L2' },
  ]);
  assert.deepEqual(measure(['Voltage.L3'], reading, context), [{ measurand: 'Voltage', value: 229, phase: 'L3-N' }]);
  assert.deepEqual(measure(['Voltage.L3-N'], reading, context), [{ measurand: 'Voltage', value: 229, phase: 'L3-N' }]);
  assert.deepEqual(measure(['Current.Import.L4', 'SoC.L1'], reading, context), []);
});

test('nothing comes twice, though it is asked for twice', () => {
  const wanted = ['Current.Import.L1', 'Current.Import', 'SoC', 'SoC'];
  assert.deepEqual(
    measure(wanted, reading, context).map(({ measurand, phase }) => `${measurand} ${phase ?? ''}`.trim()),
    ['Current.Import L1', 'Current.Import L2', 'Current.Import L3', 'SoC'],
  );
});

test('what the meter does not give is left out, not invented (fault 16)', () => {
  const poor = { energyImportWh: 1 };
  const names = measure(measurandNames, poor, context).map(({ measurand }) => measurand);
  assert.deepEqual(names, ['Energy.Active.Import.Register', 'Current.Offered', 'Power.Offered']);
  assert.deepEqual(measure(['Voltage'], { ...poor, voltageV: [] }, context), []);
});

test('a one-phase meter gives one phase', () => {
  assert.deepEqual(measure(['Current.Import'], { energyImportWh: 1, currentA: [10] }, context), [
    { measurand: 'Current.Import', value: 10, phase: 'L1' },
  ]);
});

test('names that are none give nothing, those of objects included', () => {
  for (const name of ['Power.Reactive.Import', '', '.', 'constructor', 'toString', '__proto__', 'constructor.L1']) {
    assert.deepEqual(measure([name], reading, context), [], name);
  }
});

test('the power of each phase is told beside the total, and only where the meter knows it', () => {
  const perPhase = { ...reading, phasePowerW: [3680, 3657, 3634] };
  assert.deepEqual(measure(['Power.Active.Import'], perPhase, context), [
    { measurand: 'Power.Active.Import', value: 11_040 },
    { measurand: 'Power.Active.Import', value: 3680, phase: 'L1' },
    { measurand: 'Power.Active.Import', value: 3657, phase: 'L2' },
    { measurand: 'Power.Active.Import', value: 3634, phase: 'L3' },
  ]);
  assert.deepEqual(measure(['Power.Active.Import.L3'], perPhase, context), [
    { measurand: 'Power.Active.Import', value: 3634, phase: 'L3' },
  ]);
});

test('phases are those of the grid: terminal 1 of a meter turned to STR is L2', () => {
  const turned = { ...context, rotation: rotationOf('STR') };
  assert.deepEqual(measure(['Current.Import'], reading, turned), [
    { measurand: 'Current.Import', value: 15.8, phase: 'L1' },
    { measurand: 'Current.Import', value: 16, phase: 'L2' },
    { measurand: 'Current.Import', value: 15.9, phase: 'L3' },
  ]);
  assert.deepEqual(measure(['Voltage.L2'], reading, turned), [{ measurand: 'Voltage', value: 230, phase: 'L2-N' }]);
  const single = { ...turned, phases: 1 };
  assert.deepEqual(measure(['Current.Import'], { ...reading, currentA: [10] }, single), [
    { measurand: 'Current.Import', value: 10, phase: 'L2' },
  ]);
});

test('phases that are not connected are not told', () => {
  const values = measure(['Current.Import', 'Power.Offered'], reading, { ...context, phases: 2 });
  assert.deepEqual(
    values.map(({ phase, value }) => [phase, value]),
    [
      ['L1', 16],
      ['L2', 15.9],
      [undefined, 7360],
    ],
  );
});

test('at the inlet everything says so, and nothing is offered', () => {
  const inlet = { ...context, offeredMilliamps: null, location: 'Inlet' as const };
  assert.deepEqual(measure(['Energy.Active.Import.Register', 'Current.Offered', 'Power.Offered'], reading, inlet), [
    { measurand: 'Energy.Active.Import.Register', value: 1234.5, location: 'Inlet' },
  ]);
});

test('a list may name what a meter measures, in the phases that it has, and what the station knows itself', () => {
  const meter = { type: 'm', serial: '1', signs: false, measurands: ['Current.Import', 'Voltage', 'Power.Factor'] };
  const evse = { id: 1, phases: 1, meter } as unknown as Parameters<typeof supportedItems>[0]['evses'][number];
  const supported = supportedItems({ evses: [evse] }, () => rotationOf('TRS'));
  assert.deepEqual([...supported].toSorted(), [
    'Current.Import',
    'Current.Import.L3',
    'Current.Offered',
    'Power.Offered',
    'Voltage',
    'Voltage.L3',
    'Voltage.L3-N',
  ]);
});
