import type { MainMeterDescription, MeterReading } from '../../evse/hardware.ts';
import { mainMeterMeasurands } from './meter-model.ts';

/** What the main meter of the simulated station is. */
export const mainMeterDescription: MainMeterDescription = {
  type: 'simulated main meter',
  serial: 'SIM-MAIN-METER',
  phases: 3,
  measurands: mainMeterMeasurands,
};

/** What one EVSE takes at this moment, and has taken in all. */
export interface Taken {
  readonly registerWh: number;
  readonly reading: MeterReading;
}

/** The main meter sees the sum of what the EVSEs take, and the voltage of the grid. */
export function mainMeterReading(taken: readonly Taken[]): MeterReading {
  const sumOf = (values: (reading: MeterReading) => readonly number[]): readonly number[] =>
    [0, 1, 2].map((phase) => taken.reduce((sum, { reading }) => sum + (values(reading)[phase] ?? 0), 0));
  const volts = taken[0]?.reading.voltageV?.[0] ?? 230;
  return {
    energyImportWh: Math.round(taken.reduce((sum, { registerWh }) => sum + registerWh, 0) * 1000) / 1000,
    energyExportWh: 0,
    powerW: taken.reduce((sum, { reading }) => sum + (reading.powerW ?? 0), 0),
    phasePowerW: sumOf((reading) => reading.phasePowerW ?? []),
    currentA: sumOf((reading) => reading.currentA ?? []),
    voltageV: [volts, volts, volts],
    frequencyHz: 50,
  };
}
