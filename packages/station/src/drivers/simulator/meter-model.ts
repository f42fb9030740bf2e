import type { MeterReading } from '../../evse/hardware.ts';
import type { StoredKey } from '../signing/key-pair.ts';
import type { TransactionLedger } from '../signing/transaction-ledger.ts';

/** How the meter answers: *slow* delays what it signs, *silent* never answers, *unsigned* leaves out what it should sign. */
export type MeterMode = (typeof meterModes)[number];

/** The ways in which a meter answers, for checks and help. */
export const meterModes: readonly ['ok', 'fail', 'silent', 'slow', 'unsigned'] = [
  'ok',
  'fail',
  'silent',
  'slow',
  'unsigned',
];

/** The billing meter: its register never restarts. */
export interface Meter extends TransactionLedger {
  /** The cumulative register at the moment of the state that holds the meter. */
  readonly registerWh: number;
  readonly mode: MeterMode;
  /** How long it takes to sign while *slow*. */
  readonly delaySeconds: number;
  /** What the register had counted when the meter restarted or was replaced; it shows what came since. */
  readonly restartedAtWh?: number;
  /** Of a meter that took the place of the first one. */
  readonly serial?: string;
  /** Absent until a meter that signs is asked first; null: it has lost it. */
  readonly key?: StoredKey | null;
  /** What it had before its key was lost or changed. */
  readonly formerKey?: StoredKey;
  /** It says that nothing it gives may be used, and why. */
  readonly failure?: string;
  /** It has no power while the station has; what had been counted then. */
  readonly offAtWh?: number;
}

/** What the meter measures besides its register. */
export interface Measured {
  readonly registerWh: number;
  readonly milliamps: readonly number[];
  readonly volts: number;
  readonly temperatureC: number;
  readonly soc: number | null;
}

/** A reading as the contract tells it: the register to the thousandth of a watt-hour, state of charge in whole percent. */
export function meterReading(measured: Measured): MeterReading {
  const { registerWh, milliamps, volts, temperatureC, soc } = measured;
  return {
    energyImportWh: Math.round(registerWh * 1000) / 1000,
    energyExportWh: 0,
    powerW: powerWatts(milliamps, volts),
    phasePowerW: milliamps.map((value) => powerWatts([value], volts)),
    currentA: milliamps.map((value) => value / 1000),
    voltageV: milliamps.map(() => volts),
    frequencyHz: 50,
    temperatureC,
    ...(soc === null ? {} : { soc: Math.floor(soc) }),
  };
}

/** The power of currents against one voltage, in watts. */
export function powerWatts(milliamps: readonly number[], volts: number): number {
  return (milliamps.reduce((sum, value) => sum + value, 0) * volts) / 1000;
}

/** What the simulated main meter can measure, in OCPP's words. */
export const mainMeterMeasurands: readonly string[] = [
  'Energy.Active.Import.Register',
  'Energy.Active.Export.Register',
  'Power.Active.Import',
  'Current.Import',
  'Voltage',
  'Frequency',
];

/** What the simulated meter of an EVSE can measure. */
export const meterMeasurands: readonly string[] = [...mainMeterMeasurands, 'Temperature', 'SoC'];
