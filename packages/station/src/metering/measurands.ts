import type { MeterReading } from '../evse/hardware.ts';
import type { MeasuredValue } from './sample.ts';

/** What else a measurand may depend on. */
export interface MeasurandContext {
  readonly offeredMilliamps: number;
  readonly phases: number;
  readonly nominalVolts: number;
}

type Measure = (reading: MeterReading, context: MeasurandContext) => readonly MeasuredValue[];

const phaseNames = ['L1', 'L2', 'L3'] as const;

function total(measurand: string, value: number | undefined): readonly MeasuredValue[] {
  return value === undefined ? [] : [{ measurand, value }];
}

function perPhase(measurand: string, values: readonly number[] | undefined, suffix: string): readonly MeasuredValue[] {
  return (values ?? []).map((value, index) => ({ measurand, value, phase: `${phaseNames[index] ?? 'L1'}${suffix}` }));
}

/** Every measurand that a meter reading can give, all phases of it (V-05). */
const measures: Readonly<Record<string, Measure>> = {
  'Energy.Active.Import.Register': (reading) => total('Energy.Active.Import.Register', reading.energyImportWh),
  'Energy.Active.Export.Register': (reading) => total('Energy.Active.Export.Register', reading.energyExportWh),
  'Power.Active.Import': (reading) => total('Power.Active.Import', reading.powerW),
  'Current.Import': (reading) => perPhase('Current.Import', reading.currentA, ''),
  Voltage: (reading) => perPhase('Voltage', reading.voltageV, '-N'),
  Frequency: (reading) => total('Frequency', reading.frequencyHz),
  Temperature: (reading) =>
    total('Temperature', reading.temperatureC).map((value) => ({ ...value, location: 'Body' as const })),
  SoC: (reading) => total('SoC', reading.soc).map((value) => ({ ...value, location: 'EV' as const })),
  'Current.Offered': (_reading, context) => total('Current.Offered', context.offeredMilliamps / 1000),
  'Power.Offered': (_reading, context) =>
    total('Power.Offered', (context.offeredMilliamps / 1000) * context.nominalVolts * context.phases),
};

/** The measurands that can be asked for. */
export const measurandNames: readonly string[] = Object.keys(measures);

const fallback = ['Energy.Active.Import.Register'];

/**
 * The values of the asked measurands, in that order. An item may name a phase (`Current.Import.L1`). An empty list means the
 * import register (V-01). What the meter cannot give is left out (fault 16).
 */
export function measure(
  wanted: readonly string[],
  reading: MeterReading,
  context: MeasurandContext,
): readonly MeasuredValue[] {
  const seen = new Set<string>();
  const items = wanted.length === 0 ? fallback : wanted;
  return items
    .flatMap((item) => measureItem(item, reading, context))
    .filter((value) => {
      const identity = `${value.measurand}|${value.phase ?? ''}|${value.location ?? ''}`;
      return seen.has(identity) ? false : seen.add(identity) !== undefined;
    });
}

function measureNamed(name: string): Measure | undefined {
  return Object.hasOwn(measures, name) ? measures[name] : undefined;
}

function measureItem(item: string, reading: MeterReading, context: MeasurandContext): readonly MeasuredValue[] {
  const whole = measureNamed(item);
  if (whole !== undefined) return whole(reading, context);
  const split = item.lastIndexOf('.');
  const phase = item.slice(split + 1);
  const part = measureNamed(item.slice(0, split));
  return part === undefined
    ? []
    : part(reading, context).filter((value) => value.phase === phase || value.phase === `${phase}-N`);
}
