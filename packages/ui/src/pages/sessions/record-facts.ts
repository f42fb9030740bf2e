import type { OcmfReading, OcmfRecord } from '@kerbside/ocmf';

import { fields, text } from './data.ts';
import type { Fact } from './parts.ts';
import { momentOf } from './reading-moment.ts';
import { wordFor, type RecordWords } from './record-words.ts';

/** Every field ahead of the readings, in the order of the standard, then what the maker of the meter added. */
export function headFacts(record: OcmfRecord, words: RecordWords): readonly Fact[] {
  const payload = fields(JSON.parse(record.parts.payload));
  const keys = [
    ...Object.keys(words.fields),
    ...Object.keys(payload).filter((key) => !Object.hasOwn(words.fields, key)),
  ];
  return keys
    .filter((key) => Object.hasOwn(payload, key) && key !== 'RD')
    .map((key) => {
      const value = record.fields[key] ?? (key === 'LC' ? lossOf(record, words) : written(payload[key]));
      return {
        key,
        name: wordFor(words.fields, key) ?? words.vendorField,
        value,
        meaning: meaningOf(record, key, value, words),
      };
    });
}

/** The loss in the cable, which is an object: name, number, resistance, unit. */
function lossOf({ parts: { payload } }: OcmfRecord, { loss }: RecordWords): string {
  const cable = fields(fields(JSON.parse(payload, keepNumbers))['LC']);
  const parts = Object.entries(cable).map(([key, part]) => `${wordFor(loss, key) ?? key}: ${written(part)}`);
  return parts.join(', ');
}

function written(value: unknown): string {
  return Array.isArray(value)
    ? value.map(written).join(', ')
    : typeof value === 'object'
      ? JSON.stringify(value)
      : text(value);
}

/** A number keeps its text where the browser tells it: 5.0 is not 5 to whoever wrote it. */
function keepNumbers(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  return typeof value === 'number' ? (context?.source ?? value) : value;
}

function meaningOf(record: OcmfRecord, key: string, value: string, words: RecordWords): string | null {
  switch (key) {
    case 'PG':
      return wordFor(words.pagination, record.pagination?.context ?? '');
    case 'IS':
      return value === 'true' ? words.yes : value === 'false' ? words.no : null;
    case 'IL':
      return wordFor(words.level, value);
    case 'IF':
      return record.flags.map((flag) => wordFor(words.flag, flag) ?? flag).join(', ');
    case 'IT':
      return wordFor(words.idType, value);
    case 'CT':
      return wordFor(words.place, value);
    default:
      return null;
  }
}

/** Every field of a reading; the value stands as the meter wrote it. */
export function readingFacts(reading: OcmfReading, language: string, words: RecordWords): readonly Fact[] {
  const clock = reading.clock ?? '';
  const errors = reading.errors
    .split('')
    .map((letter) => wordFor(words.error, letter) ?? letter)
    .join(', ');
  const facts: readonly (Fact & { readonly key: string })[] = [
    {
      key: 'TM',
      name: '',
      value: reading.time,
      meaning: joined(momentOf(reading.time, language), wordFor(words.clock, clock)),
    },
    { key: 'TX', name: '', value: reading.event, meaning: wordFor(words.event, reading.event) },
    { key: 'RV', name: '', value: reading.value, meaning: reading.unit },
    { key: 'RU', name: '', value: reading.unit },
    { key: 'RI', name: '', value: reading.obis, meaning: registerOf(reading.obis, words) },
    { key: 'RT', name: '', value: reading.current, meaning: wordFor(words.current, reading.current) },
    { key: 'CL', name: '', value: reading.loss, meaning: reading.unit },
    { key: 'ST', name: '', value: reading.status, meaning: wordFor(words.state, reading.status) },
    { key: 'EF', name: '', value: reading.errors === '' ? '–' : reading.errors, meaning: errors || words.noError },
  ];
  return facts.map((fact) => ({ ...fact, name: wordFor(words.reading, fact.key) ?? '' }));
}

/** What a register counts: group C of its OBIS code, in hex as OCMF writes it, or in decimals as meters are labelled. */
function registerOf(obis: string, words: RecordWords): string | null {
  const group = /^(?:[\dA-F]+-[\dA-Fb]+:)?([\dA-F]+)\./i.exec(obis)?.[1]?.toUpperCase() ?? '';
  return wordFor(words.register, group);
}

/** How the signature was made, and itself. */
export function signatureFacts({ parts, signature }: OcmfRecord, words: RecordWords): readonly Fact[] {
  const signed = text(fields(JSON.parse(parts.signature))['SD']);
  const values = { SA: signature.method, SE: signature.encoding, SM: signature.mime, SD: signed };
  return Object.entries(values).map(([key, value]) => ({ key, name: wordFor(words.signature, key) ?? '', value }));
}

function joined(moment: string | null, clock: string | null): string | null {
  const parts = [moment, clock].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join('; ');
}
