import { bytesOfBase64, bytesOfHex } from './bytes.ts';
import { curves, type Curve } from './curves.ts';
import { isObject, readLossless, textOf, type LosslessObject } from './lossless-json.ts';
import { OcmfError } from './ocmf-error.ts';
import { readTime, type ClockStatus } from './reading-time.ts';
import { splitOcmf, type OcmfParts } from './split.ts';

/** One reading of a record; what was left out because it equals the reading before is filled in. */
export interface OcmfReading {
  /** TM as written. */
  readonly time: string;
  /** Milliseconds since 1970; null when the time cannot be read. */
  readonly timeMs: number | null;
  readonly clock: ClockStatus | null;
  /** TX: B begin, C charging, X exception, E L R A P ends, S suspended, T tariff change. */
  readonly event: string;
  /** RV exactly as written, without blanks around it. */
  readonly value: string;
  /** RU, RI, RT. */
  readonly unit: string;
  readonly obis: string;
  readonly current: string;
  /** CL, the losses that were counted so far. */
  readonly loss: string;
  /** ST and EF. */
  readonly status: string;
  readonly errors: string;
}

/** The number of a record in its context: T transactions, F fiscal. */
export interface Pagination {
  readonly context: 'T' | 'F';
  readonly number: number;
  readonly text: string;
}

/** The signature of a record. */
export interface OcmfSignature {
  /** SA, or what is meant without it. */
  readonly method: string;
  /** Null for a method that OCMF does not know. */
  readonly curve: Curve | null;
  readonly encoding: 'hex' | 'base64';
  /** SM. */
  readonly mime: string;
  readonly data: Uint8Array;
}

/** A record, read; what was signed stays in `parts`. */
export interface OcmfRecord {
  readonly parts: OcmfParts;
  /** FV as written; empty when it is missing. */
  readonly version: string;
  readonly pagination: Pagination | null;
  /**
   * Every simple field of the head by its key, as written; truth values and numbers as their text. What stands within another
   * field has both keys, such as `LC.LR`.
   */
  readonly fields: Readonly<Record<string, string>>;
  /** IF. */
  readonly flags: readonly string[];
  readonly readings: readonly OcmfReading[];
  readonly signature: OcmfSignature;
}

/**
 * Reads a record.
 * @throws OcmfError with what is wrong with its form; what a record says may still be wrong, see `verifyRecord`
 */
export function readOcmf(text: string): OcmfRecord {
  const parts = splitOcmf(text);
  const payload = readLossless(parts.payload, 'payload');
  const flags = payload['IF'];
  return {
    parts,
    version: textOf(payload['FV']) ?? '',
    pagination: paginationOf(textOf(payload['PG']) ?? ''),
    fields: Object.fromEntries(simpleFields(payload, '')),
    flags: Array.isArray(flags) ? flags.flatMap((flag) => textOf(flag) ?? []) : [],
    readings: readingsOf(payload),
    signature: signatureOf(parts.signature),
  };
}

function simpleFields(object: LosslessObject, prefix: string): readonly (readonly [string, string])[] {
  return Object.entries(object).flatMap(([key, value]) => {
    if (isObject(value) && prefix === '') return simpleFields(value, `${key}.`);
    const simple = textOf(value);
    return simple === null ? [] : [[`${prefix}${key}`, simple] as const];
  });
}

function paginationOf(text: string): Pagination | null {
  const found = /^(?<context>[TF])(?<number>\d{1,15})$/.exec(text)?.groups;
  if (found === undefined) return null;
  return { context: found['context'] === 'F' ? 'F' : 'T', number: Number(found['number']), text };
}

const noReading: OcmfReading = {
  time: '',
  timeMs: null,
  clock: null,
  event: '',
  value: '',
  unit: '',
  obis: '',
  current: '',
  loss: '',
  status: '',
  errors: '',
};

function readingsOf(payload: LosslessObject): readonly OcmfReading[] {
  const list = payload['RD'];
  if (!Array.isArray(list) || list.length === 0) throw new OcmfError('The record has no readings (RD).');
  const readings: OcmfReading[] = [];
  for (const each of list) {
    if (!isObject(each)) throw new OcmfError('A reading of the record (RD) is no object.');
    readings.push(readingOf(each, readings.at(-1) ?? noReading));
  }
  return readings;
}

/** What equals the reading before may be left out. */
function readingOf(reading: LosslessObject, before: OcmfReading): OcmfReading {
  const take = (key: string, previous: string): string => textOf(reading[key]) ?? previous;
  const time = take('TM', before.time);
  const read = readTime(time);
  return {
    time,
    timeMs: read?.timeMs ?? null,
    clock: read?.clock ?? null,
    event: take('TX', before.event),
    // Some meters write the register as text, with blanks before it.
    value: take('RV', before.value).trim(),
    unit: take('RU', before.unit),
    obis: take('RI', before.obis),
    current: take('RT', before.current),
    loss: take('CL', before.loss),
    status: take('ST', before.status),
    errors: take('EF', before.errors),
  };
}

/** Meters in the field write `brainpoolP256r1` where the format says `brainpool256r1`, and case as they like. */
function plainName(method: string): string {
  return method.toLowerCase().replace('brainpoolp', 'brainpool');
}

function signatureOf(text: string): OcmfSignature {
  const fields = readLossless(text, 'signature');
  const method = textOf(fields['SA']) ?? curves[0]?.method ?? '';
  const encoding = (textOf(fields['SE']) ?? 'hex').toLowerCase();
  if (encoding !== 'hex' && encoding !== 'base64')
    throw new OcmfError(`The signature is written in ${encoding}, which is neither hex nor base64.`);
  const written = textOf(fields['SD']);
  if (written === null || written === '') throw new OcmfError('The signature has no data (SD).');
  const data = encoding === 'hex' ? bytesOfHex(written) : bytesOfBase64(written);
  if (data === null) throw new OcmfError(`The data of the signature (SD) are no ${encoding}.`);
  const curve = curves.find((each) => plainName(each.method) === plainName(method)) ?? null;
  return { method, curve, encoding, mime: textOf(fields['SM']) ?? 'application/x-der', data };
}
