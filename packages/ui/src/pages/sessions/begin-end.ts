import { shiftDecimal, subtractDecimals, type OcmfReading, type OcmfRecord } from '@kerbside/ocmf';

import { element } from './dom.ts';
import type { RecordDeps } from './deps.ts';
import { factList } from './parts.ts';
import { momentOf } from './reading-moment.ts';

/** The reasons of a reading that end a session. */
const ends: ReadonlySet<string> = new Set(['E', 'L', 'R', 'A', 'P']);

/** The first and the last reading of a session. */
export interface BeginAndEnd {
  readonly begin: OcmfReading;
  readonly end: OcmfReading;
  /** In kWh, to the last digit; null when the two values have not the same unit or are no numbers. */
  readonly energyKilowattHours: string | null;
}

/** Finds the begin and the end among all readings of a session's records; null when one of them is missing. */
export function beginAndEnd(records: readonly OcmfRecord[]): BeginAndEnd | null {
  const readings = records.flatMap((record) => record.readings);
  const begin = readings.find(({ event }) => event === 'B');
  // A record may carry other registers beside the one that is billed, such as of energy that was fed back.
  const end = readings.findLast(({ event, obis }) => ends.has(event) && obis === begin?.obis);
  if (begin === undefined || end === undefined) return null;
  const first = kilowattHours(begin);
  const last = kilowattHours(end);
  return { begin, end, energyKilowattHours: first === null || last === null ? null : subtractDecimals(last, first) };
}

/** The digits of a meter are never put through a binary fraction, which would change them. */
function kilowattHours({ value, unit }: OcmfReading): string | null {
  if (unit === 'Wh') return shiftDecimal(value, -3);
  return unit === 'kWh' ? value : null;
}

/** All digits of a number as they are, with the decimal sign of a language: `29.500` would be thousands in German. */
export function localDecimal(number: string, language: string): string {
  const sign = new Intl.NumberFormat(language).formatToParts(0.1).find(({ type }) => type === 'decimal')?.value ?? '.';
  return number.replace('.', sign);
}

/** Begin, end and the energy between them, as the meter signed them. */
export function beginAndEndView(found: BeginAndEnd, { words, language }: RecordDeps, id: string): HTMLElement {
  const line = ({ value, unit, time }: OcmfReading): string =>
    `${localDecimal(value, language)} ${unit}, ${momentOf(time, language) ?? time}`;
  const energy = found.energyKilowattHours;
  return element(
    'section',
    { 'aria-labelledby': `${id}-both` },
    element('h2', { id: `${id}-both` }, words.beginEnd),
    factList([
      { name: words.begin, value: line(found.begin) },
      { name: words.end, value: line(found.end) },
      {
        name: words.difference,
        value: energy === null ? '' : element('strong', {}, `${localDecimal(energy, language)} kWh`),
      },
    ]),
  );
}
