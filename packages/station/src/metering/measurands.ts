import type { HardwareDescription } from '../evse/hardware.ts';
import type { PhaseRotation } from './phase-rotation.ts';
import type { TrustedReading } from './register-guard.ts';
import type { MeasuredValue } from './sample.ts';

/** What else a measurand may depend on. */
export interface MeasurandContext {
  /** What is offered to the EV; null at a place that offers nothing, such as the main meter. */
  readonly offeredMilliamps: number | null;
  readonly phases: number;
  readonly nominalVolts: number;
  readonly rotation: PhaseRotation;
  /** Where the meter is, when that is not the outlet. */
  readonly location?: 'Inlet';
}

type Measure = (reading: TrustedReading, context: MeasurandContext) => readonly MeasuredValue[];

function total(measurand: string, value: number | undefined): readonly MeasuredValue[] {
  return value === undefined ? [] : [{ measurand, value }];
}

/** Phases under the names that they have in the grid, in the order of these (`ConnectorPhaseRotation`). */
function perPhase(
  measurand: string,
  values: readonly number[] | undefined,
  { phases, rotation }: MeasurandContext,
  suffix = '',
): readonly MeasuredValue[] {
  return (values ?? [])
    .slice(0, phases)
    .map((value, index) => ({ measurand, value, phase: `${rotation[index] ?? 'L1'}${suffix}` }))
    .toSorted((one, other) => one.phase.localeCompare(other.phase));
}

function offeredAmps({ offeredMilliamps }: MeasurandContext): number | undefined {
  return offeredMilliamps === null ? undefined : offeredMilliamps / 1000;
}

function offeredWatts(context: MeasurandContext): number | undefined {
  const amps = offeredAmps(context);
  return amps === undefined ? undefined : amps * context.nominalVolts * context.phases;
}

/** Every measurand that a meter reading can give, all phases of it (V-05). */
const measures: Readonly<Record<string, Measure>> = {
  'Energy.Active.Import.Register': (reading) => total('Energy.Active.Import.Register', reading.energyImportWh),
  'Energy.Active.Export.Register': (reading) => total('Energy.Active.Export.Register', reading.energyExportWh),
  'Power.Active.Import': (reading, context) => [
    ...total('Power.Active.Import', reading.powerW),
    ...perPhase('Power.Active.Import', reading.phasePowerW, context),
  ],
  'Current.Import': (reading, context) => perPhase('Current.Import', reading.currentA, context),
  Voltage: (reading, context) => perPhase('Voltage', reading.voltageV, context, '-N'),
  Frequency: (reading) => total('Frequency', reading.frequencyHz),
  Temperature: (reading) =>
    total('Temperature', reading.temperatureC).map((value) => ({ ...value, location: 'Body' as const })),
  SoC: (reading) => total('SoC', reading.soc).map((value) => ({ ...value, location: 'EV' as const })),
  'Current.Offered': (_reading, context) => total('Current.Offered', offeredAmps(context)),
  'Power.Offered': (_reading, context) => total('Power.Offered', offeredWatts(context)),
};

/** What the station itself knows, whatever the meter measures. */
const ownMeasurands: readonly string[] = ['Current.Offered', 'Power.Offered'];

/** How the phases of a measurand are named; the others have none. */
const phaseSuffixes: Readonly<Record<string, readonly string[]>> = {
  'Power.Active.Import': [''],
  'Current.Import': [''],
  Voltage: ['', '-N'],
};

/** The energies of an interval, by the register that they are the difference of. */
export const intervalMeasurands: Readonly<Record<string, 'importWh' | 'exportWh'>> = {
  'Energy.Active.Import.Interval': 'importWh',
  'Energy.Active.Export.Interval': 'exportWh',
};

/** The measurands that can be asked for at any moment. */
export const measurandNames: readonly string[] = Object.keys(measures);

const fallback = ['Energy.Active.Import.Register'];

/**
 * The values of the asked measurands, in that order. An item may name a phase (`Current.Import.L1`). An empty list means the
 * import register (V-01). What the meter cannot give is left out (fault 16).
 */
export function measure(
  wanted: readonly string[],
  reading: TrustedReading,
  context: MeasurandContext,
): readonly MeasuredValue[] {
  const seen = new Set<string>();
  const items = wanted.length === 0 ? fallback : wanted;
  return items
    .flatMap((item) => measureItem(item, reading, context))
    .map((value) =>
      context.location === undefined || value.location !== undefined ? value : { ...value, location: context.location },
    )
    .filter((value) => {
      const identity = `${value.measurand}|${value.phase ?? ''}|${value.location ?? ''}`;
      return seen.has(identity) ? false : seen.add(identity) !== undefined;
    });
}

/** Everything that a list may name on this hardware, phases one by one included (V-09). */
export function supportedItems(
  description: Pick<HardwareDescription, 'evses' | 'mainMeter'>,
  rotationAt: (connector: number) => PhaseRotation,
): ReadonlySet<string> {
  const supported = new Set(ownMeasurands);
  const meters = [
    ...description.evses.map(({ id, phases, meter }) => ({ id, phases, measurands: meter?.measurands ?? [] })),
    ...(description.mainMeter === undefined || description.mainMeter === null
      ? []
      : [{ id: 0, ...description.mainMeter }]),
  ];
  for (const { id, phases, measurands } of meters) {
    const labels = rotationAt(id).slice(0, phases);
    for (const name of measurands) {
      if (!Object.hasOwn(measures, name)) continue;
      supported.add(name);
      for (const suffix of phaseSuffixes[name] ?? [])
        for (const label of labels) supported.add(`${name}.${label}${suffix}`);
      supported.add(name.replace(/\.Register$/, '.Interval'));
    }
  }
  return supported;
}

function measureNamed(name: string): Measure | undefined {
  return Object.hasOwn(measures, name) ? measures[name] : undefined;
}

function measureItem(item: string, reading: TrustedReading, context: MeasurandContext): readonly MeasuredValue[] {
  const whole = measureNamed(item);
  if (whole !== undefined) return whole(reading, context);
  const split = item.lastIndexOf('.');
  const phase = item.slice(split + 1);
  const part = measureNamed(item.slice(0, split));
  return part === undefined
    ? []
    : part(reading, context).filter((value) => value.phase === phase || value.phase === `${phase}-N`);
}
