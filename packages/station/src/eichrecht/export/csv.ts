import type { OcmfReading, OcmfRecord } from '@kerbside/ocmf';

import type { ArchivedRecord } from '../../transactions/signed-keeping.ts';
import { csvLine } from './csv-line.ts';
import { ocmfOf } from './record-facts.ts';

interface Row {
  readonly record: ArchivedRecord;
  /** Null when the record is no readable OCMF. */
  readonly ocmf: OcmfRecord | null;
}

type Column = readonly [name: string, cell: (row: Row) => string];

const field =
  (key: string) =>
  ({ ocmf }: Row): string =>
    ocmf?.fields[key] ?? '';

const first =
  (cell: (reading: OcmfReading) => string) =>
  ({ ocmf }: Row): string =>
    ocmf?.readings[0] === undefined ? '' : cell(ocmf.readings[0]);

/** Only where a record has more than one reading. */
const last =
  (cell: (reading: OcmfReading) => string) =>
  ({ ocmf }: Row): string => {
    const reading = (ocmf?.readings.length ?? 0) > 1 ? ocmf?.readings.at(-1) : undefined;
    return reading === undefined ? '' : cell(reading);
  };

/** What stands in the table, from left to right; names of fields as OCMF spells them. */
const columns: readonly Column[] = [
  ['number', ({ record }) => String(record.number)],
  ['archived', ({ record }) => new Date(record.timeMs).toISOString()],
  ['transaction', ({ record }) => record.transaction ?? ''],
  ['evse', ({ record }) => String(record.evse)],
  ['context', ({ record }) => record.context],
  ['state', ({ record }) => record.state],
  ['test', ({ record }) => (record.test ? 'TEST ONLY' : '')],
  ['meterSerial', ({ record }) => record.meterSerial],
  ['pagination', ({ record }) => record.pagination],
  ['encoding', ({ record }) => record.blob.encoding],
  ['firstTime', first(({ time }) => time)],
  ['firstEvent', first(({ event }) => event)],
  ['firstValue', first(({ value }) => value)],
  ['firstStatus', first(({ status }) => status)],
  ['firstErrors', first(({ errors }) => errors)],
  ['lastTime', last(({ time }) => time)],
  ['lastEvent', last(({ event }) => event)],
  ['lastValue', last(({ value }) => value)],
  ['lastStatus', last(({ status }) => status)],
  ['lastErrors', last(({ errors }) => errors)],
  ['unit', first(({ unit }) => unit)],
  ['obis', first(({ obis }) => obis)],
  ...['FV', 'GI', 'GS', 'GV', 'MV', 'MM', 'MS', 'MF', 'IS', 'IL'].map((key): Column => [key, field(key)]),
  ['IF', ({ ocmf }) => ocmf?.flags.join(' ') ?? ''],
  ...['IT', 'ID', 'TT', 'CF', 'CT', 'CI'].map((key): Column => [key, field(key)]),
  ['method', ({ record, ocmf }) => ocmf?.signature.method ?? record.blob.method],
  ['publicKey', ({ record }) => record.blob.publicKey],
  ['data', ({ record }) => record.blob.data],
];

/** The first line of the table. */
export const csvHead: string = csvLine(columns.map(([name]) => name));

/** One line for each record (RFC 4180). */
export function csvLines(records: readonly ArchivedRecord[]): string {
  return records
    .map((record) => {
      const row = { record, ocmf: ocmfOf(record) };
      return csvLine(columns.map(([, cell]) => cell(row)));
    })
    .join('');
}
