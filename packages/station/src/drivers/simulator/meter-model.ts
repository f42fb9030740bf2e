import type { ChargePlace, MeterBoundary, MeterReading, SignedRecord, UserAssignment } from '../../evse/hardware.ts';
import type { StoredKey } from '../signing/key-pair.ts';

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

/** What a transaction is begun with. */
export interface TransactionOrder {
  readonly transaction: string;
  readonly idToken: string;
  readonly assignment?: UserAssignment;
  readonly tariffText?: string;
  readonly place?: ChargePlace;
}

/** A transaction in the meter; without `end` it is open, also over a power cut. */
export interface MeterTransaction extends TransactionOrder {
  readonly begin: MeterBoundary;
  readonly end: MeterBoundary | null;
  /** The reading of the begin, for the record that will hold both. */
  readonly held?: HeldReading;
}

/** A reading that will be signed later. */
export interface HeldReading {
  /** OCMF: TM, RV, EF. */
  readonly time: string;
  readonly register: string;
  readonly errors: string;
}

/** A record that the meter remembers. */
export interface MeterRecord extends SignedRecord {
  readonly number: number;
}

/** The billing meter: its register never restarts. */
export interface Meter {
  /** The cumulative register at the moment of the state that holds the meter. */
  readonly registerWh: number;
  readonly mode: MeterMode;
  /** How long it takes to sign while *slow*. */
  readonly delaySeconds: number;
  /** Counts the records given; in signed data it shows that none is missing. */
  readonly pagination: number;
  /** What the register had counted when the meter restarted or was replaced; it shows what came since. */
  readonly restartedAtWh?: number;
  /** Oldest first; at most one is open. */
  readonly transactions: readonly MeterTransaction[];
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
  /** What it signed, oldest first. */
  readonly records?: readonly MeterRecord[];
}

/** How many finished transactions the meter can still answer for. */
const KEPT_TRANSACTIONS = 100;
/** How many records it remembers. */
const KEPT_RECORDS = 1_000;

/** What is to be read, and signed. */
export interface BoundaryRequest {
  readonly kind: 'begin' | 'reading' | 'end';
  /** What happened (OCMF: TX). */
  readonly event: string;
  /** The number of the record, should there be one. */
  readonly number: number;
  /** Null: the meter knows no such transaction. */
  readonly order: TransactionOrder | null;
  readonly held: HeldReading | undefined;
}

/** What came of it; `held` is what a later record needs. */
export interface MadeBoundary extends MeterBoundary {
  readonly held?: HeldReading;
}

/** Makes the reading and the signed data of a boundary. */
export type MakeBoundary = (request: BoundaryRequest) => MadeBoundary;

/** A meter's state after a boundary, with the boundary. */
export interface Metered {
  readonly meter: Meter;
  readonly boundary: MeterBoundary;
}

/** Opens a transaction, or gives the begin it already has. One that is still open is aborted first: a meter holds one at a time. */
export function beginTransaction(meter: Meter, order: TransactionOrder, make: MakeBoundary): Metered {
  const known = transactionOf(meter, order.transaction);
  if (known !== undefined) return { meter, boundary: known.begin };
  const open = openTransaction(meter);
  const free = open === null ? meter : endTransaction(meter, open, 'A', make).meter;
  const request = { kind: 'begin', event: 'B', number: free.pagination + 1, order, held: undefined } as const;
  const { held, ...begin } = make(request);
  const begun: MeterTransaction = { ...order, begin, end: null, ...(held === undefined ? {} : { held }) };
  const transactions = [...free.transactions, begun].slice(-KEPT_TRANSACTIONS);
  return { meter: withRecord({ ...free, transactions }, order.transaction, 'begin', begin), boundary: begin };
}

/** Signs a reading of the transaction that is open; null when it is not. */
export function signReading(meter: Meter, transaction: string, make: MakeBoundary): Metered | null {
  const order = transactionOf(meter, transaction);
  if (order === undefined || order.end !== null) return null;
  const boundary = make({ kind: 'reading', event: 'C', number: meter.pagination + 1, order, held: undefined });
  return { meter: withRecord(meter, transaction, 'reading', boundary), boundary };
}

/** Ends a transaction, or gives the end it already has; of an unknown one, the register as it stands and nothing signed. */
export function endTransaction(meter: Meter, transaction: string, event: string, make: MakeBoundary): Metered {
  const known = transactionOf(meter, transaction);
  if (known !== undefined && known.end !== null) return { meter, boundary: known.end };
  const request = {
    kind: 'end',
    event,
    number: meter.pagination + 1,
    order: known ?? null,
    held: known?.held,
  } as const;
  const { reading, signed } = make(request);
  if (known === undefined) return { meter, boundary: { reading, signed: [] } };
  const end = { reading, signed };
  const transactions = meter.transactions.map((each) => (each === known ? withoutHeld({ ...known, end }) : each));
  return { meter: withRecord({ ...meter, transactions }, transaction, 'end', end), boundary: end };
}

/** The records that came after the one of this number, oldest first. */
export function recordsAfter(meter: Meter, after: number, most: number): readonly SignedRecord[] {
  const later = (meter.records ?? []).filter(({ number }) => number > after).slice(0, most);
  return later.map(({ transaction, kind, signed }) => ({ transaction, kind, signed }));
}

/** The id of the transaction that is open in the meter. */
export function openTransaction(meter: Meter): string | null {
  return meter.transactions.find((candidate) => candidate.end === null)?.transaction ?? null;
}

function transactionOf(meter: Meter, transaction: string): MeterTransaction | undefined {
  return meter.transactions.find((candidate) => candidate.transaction === transaction);
}

/** Numbers and remembers what was signed. */
function withRecord(meter: Meter, transaction: string, kind: MeterRecord['kind'], { signed }: MeterBoundary): Meter {
  const [blob] = signed;
  if (blob === undefined) return meter;
  const number = meter.pagination + 1;
  const records = [...(meter.records ?? []), { number, transaction, kind, signed: blob }].slice(-KEPT_RECORDS);
  return { ...meter, pagination: number, records };
}

function withoutHeld(transaction: MeterTransaction): MeterTransaction {
  const { held: _, ...rest } = transaction;
  return rest;
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
