import {
  readOcmf,
  recordFindings,
  sessionFindings,
  shiftDecimal,
  type OcmfReading,
  type OcmfRecord,
} from '@kerbside/ocmf';

import { messageOf } from '../core/errors.ts';
import type { SignedBlob } from '../evse/hardware.ts';
import type { MeterLabel } from './legal-port.ts';

/** What has to be true of a record beside its own rules. */
export interface ExpectedOfRecord {
  readonly meter: MeterLabel;
  /** The key of the meter that was commissioned, hex; null: not known. */
  readonly publicKey: string | null;
  /** The highest number that is archived of this meter; a new record has a higher one. */
  readonly lastPagination: number;
}

/** What a reading says of its moment (OCMF: TX). */
const eventsAt = { begin: 'B', reading: 'CTSX', end: 'ELRAP' } as const;

/** The number of a record among those of transactions; null when it names none. */
export function paginationOf(blob: SignedBlob): number | null {
  const own = blob.encoding === 'OCMF' ? readOrNull(blob)?.pagination : null;
  if (own !== null && own !== undefined) return own.context === 'T' ? own.number : null;
  const found = /^T?(\d{1,15})$/.exec(blob.pagination ?? '');
  return found === null ? null : Number(found[1]);
}

/**
 * The signed total register at a begin or an end, in Wh with all its decimals; null when the records name none, such as a meter
 * that only signs what a transaction took. Its floor is what OCPP calls meterStart and meterStop (eichrecht.md pitfall 12).
 */
export function signedRegisterWh(blobs: readonly SignedBlob[], at: keyof typeof eventsAt): number | null {
  const readings = recordsOf(blobs).flatMap((record) => record.readings);
  const events = eventsAt[at];
  const found = readings.find((reading) => reading.event !== '' && events.includes(reading.event) && isTotal(reading));
  return found === undefined ? null : wattHours(found);
}

/** A clock that differs from the station's by more is not believed. */
const nearMs = 5_000;

/** The time of a signed begin where it is a little later than that of the station; that of the station otherwise. */
export function signedBeginMs(blobs: readonly SignedBlob[], startedMs: number): number {
  const readings = recordsOf(blobs).flatMap((record) => record.readings);
  const timeMs = readings.find(({ event }) => event === 'B')?.timeMs ?? startedMs;
  return timeMs > startedMs && timeMs - startedMs <= nearMs ? timeMs : startedMs;
}

/** Why nothing may be charged on a begin that a meter signed; null when it may. */
export function beginProblem(blobs: readonly SignedBlob[], expected: ExpectedOfRecord): string | null {
  for (const blob of blobs) {
    const problem = recordProblem(blob, expected);
    if (problem !== null) return problem;
  }
  const finding = recordsOf(blobs)
    .flatMap(recordFindings)
    .find(({ severity }) => severity === 'error');
  return finding?.sentence ?? null;
}

/** Why a session cannot be billed by what was signed at its begin and its end; null when it can. */
export function sessionProblem(
  begin: readonly SignedBlob[],
  end: readonly SignedBlob[],
  expected: ExpectedOfRecord,
): string | null {
  for (const blob of end) {
    const problem = recordProblem(blob, expected);
    if (problem !== null) return problem;
  }
  const ofEnd = recordsOf(end);
  // What is no OCMF cannot be read here.
  if (ofEnd.length < end.length) return null;
  const combined = ofEnd.some(({ readings }) => readings.some(({ event }) => event === 'B'));
  const records = combined ? ofEnd : [...recordsOf(begin), ...ofEnd];
  const findings = [...ofEnd.flatMap(recordFindings), ...sessionFindings(records)];
  return findings.find(({ severity }) => severity === 'error')?.sentence ?? null;
}

function recordProblem(blob: SignedBlob, { meter, publicKey, lastPagination }: ExpectedOfRecord): string | null {
  if (publicKey !== null && blob.publicKey !== '' && plainKey(blob.publicKey) !== plainKey(publicKey))
    return 'The record came with another public key than that of the meter.';
  const number = paginationOf(blob);
  if (number !== null && number <= lastPagination)
    return `The record has the number ${number}, and ${lastPagination} is archived already.`;
  if (blob.encoding !== 'OCMF') return null;
  let record: OcmfRecord;
  try {
    record = readOcmf(blob.data);
  } catch (error) {
    return `The record cannot be read: ${messageOf(error)}`;
  }
  const { MS = '', GS = '' } = record.fields;
  if (meter.serial !== '' && ![MS, GS].includes(meter.serial) && (MS !== '' || GS !== ''))
    return `The record is of meter ${MS === '' ? GS : MS}, and ${meter.serial} is installed.`;
  return null;
}

/** A public key without what people and programs write around it. */
export function plainKey(key: string): string {
  return key.replaceAll(/[\s:]|^0x/gi, '').toLowerCase();
}

function recordsOf(blobs: readonly SignedBlob[]): readonly OcmfRecord[] {
  return blobs.flatMap((blob) => (blob.encoding === 'OCMF' ? (readOrNull(blob) ?? []) : []));
}

function readOrNull(blob: SignedBlob): OcmfRecord | null {
  try {
    return readOcmf(blob.data);
  } catch {
    return null;
  }
}

/** B2, B3, C2 and C3 count from the begin of a transaction, C and D=2 what is given back. */
function isTotal({ obis, unit }: OcmfReading): boolean {
  return /^k?Wh$/.test(unit) && !/:(?:0?2\.|B[23]\.|C\d\.)/i.test(obis);
}

/** Null for what is no number from 0 up. */
function wattHours({ value, unit }: OcmfReading): number | null {
  const text = unit === 'kWh' ? shiftDecimal(value, 3) : value;
  const registerWh = Number(text ?? Number.NaN);
  return Number.isFinite(registerWh) && registerWh >= 0 ? registerWh : null;
}
