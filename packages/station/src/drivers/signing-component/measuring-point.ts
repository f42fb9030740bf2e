import { compareDecimals, shiftDecimal } from '@kerbside/ocmf';

import { KerbsideError } from '../../core/errors.ts';
import type {
  HardwareCommand,
  MeterBoundary,
  MeterReading,
  MeterState,
  SigningComponent as Identity,
  SigningDescription,
} from '../../evse/hardware.ts';
import { recordsAtOnce } from '../hardware-shapes.ts';
import type { KeyPair, StoredKey } from '../signing/key-pair.ts';
import { clockShowsMs, clockState, readingMoment, setClock } from '../signing/meter-clock.ts';
import type { MeterClock } from '../signing/meter-clock.ts';
import { endEvents, signedRecord } from '../signing/signed-record.ts';
import {
  beginTransaction,
  endTransaction,
  openTransaction,
  recordsAfter,
  signReading,
} from '../signing/transaction-ledger.ts';
import type { MakeBoundary, Metered, TransactionLedger } from '../signing/transaction-ledger.ts';

/** What the component keeps of one measuring point: one key for one meter, from the moment they were locked together. */
export interface MeasuringPoint extends TransactionLedger {
  readonly evse: number;
  /** The serial number of the meter that it is locked to. */
  readonly serial: string;
  /** The legally relevant part as it was when it was locked. */
  readonly checksum: string;
  readonly key: StoredKey;
  /** The highest register that was signed, in kWh, as it was signed. */
  readonly register: string | null;
  /** The transaction within which the register was seen below what was signed before; its energy cannot be used. */
  readonly spoilt?: string;
}

/** What is asked of the component instead of the meter behind it. */
export type LegalCommand = Extract<
  HardwareCommand,
  { type: 'meterState' | 'setMeterClock' | 'beginMeter' | 'signMeter' | 'endMeter' | 'readRecords' }
>;

/** How things are at the moment of a command. */
export interface PointSurroundings {
  /** The meter behind: its reading, or in words why there is none. */
  readonly behind: { readonly reading: MeterReading } | { readonly problem: string };
  /** Why nothing may be signed, whatever the meter says; null: it may. */
  readonly seal: string | null;
  readonly clock: MeterClock | null;
  readonly nowMs: number;
  readonly component: Identity;
  readonly pair: KeyPair;
  /** What the driver behind says of its meter. */
  readonly meter: { readonly vendor: string; readonly type: string };
}

/** What the component answers; `point` and `clock` are as they must be kept before the answer leaves. */
export interface PointOutcome {
  readonly point: MeasuringPoint;
  readonly clock: MeterClock | null;
  readonly answer: object | null;
  /** Why it refuses. */
  readonly problem?: string;
}

/** What a station is told of a meter with the component in front. */
export const componentSigning: SigningDescription = {
  test: true,
  records: 'single',
  intermediate: true,
  clock: true,
  memory: true,
};

/** TT came with 1.1; every check software reads it (eichrecht.md E-31). */
const ocmfVersion = '1.1';
const longestTariffText = 250;

/** Answers one command for a measuring point; decides only, the shell stores what came of it. */
export function askPoint(point: MeasuringPoint, command: LegalCommand, around: PointSurroundings): PointOutcome {
  switch (command.type) {
    case 'meterState':
      return unchanged(point, around, meterState(point, around));
    case 'setMeterClock':
      return setPointClock(point, command, around);
    case 'readRecords':
      return unchanged(point, around, { records: recordsAfter(point, command.after, recordsAtOnce) });
    case 'beginMeter':
    case 'signMeter':
    case 'endMeter':
      return boundary(point, command, around);
  }
}

/** Whether the answer is one that was given before: it needs neither meter nor key. */
export function answersFromMemory(point: MeasuringPoint, command: LegalCommand): boolean {
  if (command.type === 'readRecords' || command.type === 'setMeterClock') return true;
  if (command.type === 'meterState' || command.type === 'signMeter') return false;
  const known = point.transactions.find(({ transaction }) => transaction === command.transaction);
  return known !== undefined && (command.type === 'beginMeter' || known.end !== null);
}

/** The register in kWh, digit for digit as the meter told it in Wh; null when that is no decimal number. */
export function registerText({ energyImportWh }: MeterReading): string | null {
  return shiftDecimal(String(energyImportWh), -3);
}

function meterState(point: MeasuringPoint, around: PointSurroundings): MeterState {
  const { clock, nowMs, component, pair } = around;
  const problem = whyNot(point, around);
  return {
    serial: point.serial,
    publicKey: pair.publicKey,
    condition: problem === null ? 'good' : 'failed',
    ...(problem === null ? {} : { problem: problem.slice(0, 500) }),
    clock: clockState('informative', clock),
    wallMs: clock === null ? null : clockShowsMs(clock, nowMs),
    openTransaction: openTransaction(point),
    pagination: point.pagination,
    component,
  };
}

function setPointClock(
  point: MeasuringPoint,
  command: Extract<LegalCommand, { type: 'setMeterClock' }>,
  around: PointSurroundings,
): PointOutcome {
  const open = openTransaction(point);
  if (open !== null)
    return refused(point, around, `the clock is not set within a transaction, and ${open} is open (E-15)`);
  return { point, clock: setClock(command, around.nowMs), answer: {} };
}

type BoundaryCommand = Extract<LegalCommand, { type: 'beginMeter' | 'signMeter' | 'endMeter' }>;

function boundary(point: MeasuringPoint, command: BoundaryCommand, around: PointSurroundings): PointOutcome {
  const isKnown = answersFromMemory(point, command);
  if (!isKnown) {
    const problem = orderProblem(point, command) ?? whyNot(point, around);
    if (problem !== null) return refused(withSpoilt(point, around), around, problem);
  }
  const metered = carryOut(point, command, maker(point, around, command.wallMs));
  if (metered === null) return refused(point, around, `the transaction ${command.transaction} is not open`);
  return { point: withRegister(metered.meter, point, around), clock: around.clock, answer: metered.boundary };
}

function orderProblem(point: MeasuringPoint, command: BoundaryCommand): string | null {
  if (command.type === 'signMeter' && command.transaction !== openTransaction(point))
    return `the transaction ${command.transaction} is not open`;
  if (command.type === 'beginMeter' && (command.tariffText ?? '').length > longestTariffText)
    return `the tariff text is longer than the ${longestTariffText} characters that are signed`;
  return null;
}

/** Why nothing can be signed now; null when it can. There is never a substitute for a reading (E-06). */
function whyNot(point: MeasuringPoint, { seal, behind }: PointSurroundings): string | null {
  if (seal !== null) return seal;
  if ('problem' in behind) return `the meter behind the component gives no reading: ${behind.problem}`;
  const register = registerText(behind.reading);
  if (register === null) return `the register of the meter is no decimal number: ${behind.reading.energyImportWh} Wh`;
  if (!isBelow(register, point.register)) return null;
  return `the register of the meter went back: ${register} kWh, but ${point.register} kWh was signed before`;
}

function isBelow(register: string, signed: string | null): boolean {
  return signed !== null && (compareDecimals(register, signed) ?? 0) < 0;
}

/** A register that went back within a transaction is told in each later record of it (OCMF: EF E, ST E). */
function withSpoilt(point: MeasuringPoint, { behind, seal }: PointSurroundings): MeasuringPoint {
  const open = openTransaction(point);
  if (open === null || seal !== null || 'problem' in behind || point.spoilt === open) return point;
  const register = registerText(behind.reading);
  return register !== null && isBelow(register, point.register) ? { ...point, spoilt: open } : point;
}

function carryOut(point: MeasuringPoint, command: BoundaryCommand, make: MakeBoundary): Metered<MeasuringPoint> | null {
  if (command.type === 'signMeter') return signReading(point, command.transaction, make);
  if (command.type === 'endMeter')
    return endTransaction(point, command.transaction, endEvents[command.reason ?? 'end'], make);
  const { transaction, idToken, assignment, tariffText, place } = command;
  const order = {
    transaction,
    idToken,
    ...(assignment === undefined ? {} : { assignment }),
    ...(tariffText === undefined ? {} : { tariffText }),
    ...(place === undefined ? {} : { place }),
  };
  return beginTransaction(point, order, make);
}

/** Makes readings and records; asked only after `whyNot` found nothing. */
function maker(point: MeasuringPoint, around: PointSurroundings, toldMs: number): MakeBoundary {
  const { behind, clock, nowMs, component, pair, meter } = around;
  return ({ number, order, event }): MeterBoundary => {
    if ('problem' in behind) throw new KerbsideError('driver.refused', behind.problem);
    const { reading } = behind;
    const register = registerText(reading);
    if (order === null || register === null) return { reading, signed: [] };
    const moment = readingMoment('informative', clock, { nowMs, toldMs });
    const errors = `${point.spoilt === order.transaction ? 'E' : ''}${moment.known ? '' : 't'}`;
    const identity = {
      GI: 'KERBSIDE SIGNING COMPONENT, TEST ONLY',
      GS: `${point.serial}-${point.evse}`,
      GV: component.version,
      MV: meter.vendor,
      MM: meter.type,
      MS: point.serial,
      MF: '',
    };
    const facts = { identity, version: ocmfVersion, number, order, event };
    return { reading, signed: [signedRecord({ ...facts, readings: [{ time: moment.text, register, errors }] }, pair)] };
  };
}

/** The register that the newest record shows, which none may fall below. */
function withRegister(after: MeasuringPoint, before: MeasuringPoint, { behind }: PointSurroundings): MeasuringPoint {
  if (after.pagination === before.pagination || 'problem' in behind) return after;
  return { ...after, register: registerText(behind.reading) };
}

function unchanged(point: MeasuringPoint, { clock }: PointSurroundings, answer: object): PointOutcome {
  return { point, clock, answer };
}

function refused(point: MeasuringPoint, { clock }: PointSurroundings, problem: string): PointOutcome {
  return { point, clock, answer: null, problem };
}
