import type { MeterBoundary, MeterReading } from '../../evse/hardware.ts';

/** How the meter answers: *slow* delays begin and end, *silent* never answers. */
export type MeterMode = 'ok' | 'fail' | 'silent' | 'slow';

/** The ways in which a meter answers, for checks and help. */
export const meterModes: readonly ['ok', 'fail', 'silent', 'slow'] = ['ok', 'fail', 'silent', 'slow'];

/** A transaction in the meter; without `end` it is open, also over a power cut. */
export interface MeterTransaction {
  readonly transaction: string;
  readonly idToken: string;
  readonly begin: MeterBoundary;
  readonly end: MeterBoundary | null;
}

/** The billing meter: its register never restarts. */
export interface Meter {
  /** The cumulative register at the moment of the state that holds the meter. */
  readonly registerWh: number;
  readonly mode: MeterMode;
  /** How long begin and end take while *slow*. */
  readonly delaySeconds: number;
  /** Counts the boundaries given; in signed data it shows that none is missing. */
  readonly pagination: number;
  /** What the register had counted when the meter restarted or was replaced; it shows what came since. */
  readonly restartedAtWh?: number;
  /** Oldest first; at most one is open. */
  readonly transactions: readonly MeterTransaction[];
}

/** How many finished transactions the meter can still answer for. */
const KEPT_TRANSACTIONS = 100;

/** Makes the reading and the signed data of a boundary. */
export type MakeBoundary = (
  pagination: number,
  transaction: string,
  idToken: string,
  kind: 'begin' | 'end',
) => MeterBoundary;

/** A meter's state after a boundary, with the boundary. */
export interface Metered {
  readonly meter: Meter;
  readonly boundary: MeterBoundary;
}

/** Opens a transaction, or gives the begin it already has. One that is still open is ended first: a meter holds one at a time. */
export function beginTransaction(meter: Meter, transaction: string, idToken: string, make: MakeBoundary): Metered {
  const known = meter.transactions.find((candidate) => candidate.transaction === transaction);
  if (known !== undefined) return { meter, boundary: known.begin };
  const open = meter.transactions.find((candidate) => candidate.end === null);
  const free = open === undefined ? meter : endTransaction(meter, open.transaction, make).meter;
  const pagination = free.pagination + 1;
  const begin = make(pagination, transaction, idToken, 'begin');
  const transactions = [...free.transactions, { transaction, idToken, begin, end: null }].slice(-KEPT_TRANSACTIONS);
  return { meter: { ...free, pagination, transactions }, boundary: begin };
}

/** Ends a transaction, or gives the end it already has; of an unknown one, the register as it stands and nothing signed. */
export function endTransaction(meter: Meter, transaction: string, make: MakeBoundary): Metered {
  const known = meter.transactions.find((candidate) => candidate.transaction === transaction);
  if (known === undefined) {
    return { meter, boundary: { ...make(meter.pagination, transaction, '', 'end'), signed: [] } };
  }
  if (known.end !== null) return { meter, boundary: known.end };
  const pagination = meter.pagination + 1;
  const end = make(pagination, transaction, known.idToken, 'end');
  const transactions = meter.transactions.map((candidate) => (candidate === known ? { ...known, end } : candidate));
  return { meter: { ...meter, pagination, transactions }, boundary: end };
}

/** The id of the transaction that is open in the meter. */
export function openTransaction(meter: Meter): string | null {
  return meter.transactions.find((candidate) => candidate.end === null)?.transaction ?? null;
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
