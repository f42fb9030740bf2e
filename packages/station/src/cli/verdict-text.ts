import type { Finding, OcmfReading, OcmfRecord } from '@kerbside/ocmf';

import { serialOf, type Judged, type JudgedRecord, type JudgedSession } from './record-verdicts.ts';
import { columns } from './text-layout.ts';

const colours = { green: 32, yellow: 33, red: 31 } as const;
type Colour = keyof typeof colours;

const keySentences = {
  given: 'The key was given by you.',
  record: 'The key came with the record: compare it with the one that is printed on the meter.',
  neighbour: 'The key came with another record of this meter: compare it with the one that is printed on the meter.',
} as const;

/** What was found, for people: each record, then each session. */
export function verdictText({ records, sessions }: Judged, isColoured: boolean): string {
  const paint = (colour: Colour, word: string): string =>
    isColoured ? `\u001B[${colours[colour]}m${word}\u001B[0m` : word;
  const blocks = [
    ...records.map((record, index) => recordLines(record, index + 1, paint)),
    ...sessions.map((session) => sessionLines(session, paint)),
  ];
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

type Paint = (colour: Colour, word: string) => string;

function recordLines({ found, ocmf, verdict, keyFrom }: JudgedRecord, number: number, paint: Paint): readonly string[] {
  const { signature, why, findings, ok } = verdict;
  const transaction = found.transaction === null ? null : `transaction ${found.transaction}`;
  const title = [`Record ${number}`, transaction, found.context].filter((part) => part !== null).join(', ');
  const word = signature === 'valid' && !ok ? 'VALID, BUT NOT TO BE BILLED BY' : signature.toUpperCase();
  const colour = ok ? 'green' : signature === 'unverifiable' ? 'yellow' : 'red';
  const rows: readonly (readonly [string, string])[] = [
    ...(why === null ? [] : [['why', why] as const]),
    ...findings.map(findingRow),
    ...(ocmf === null ? [] : fieldRows(ocmf)),
    ...(keyFrom === null || signature !== 'valid' ? [] : [['key', keySentences[keyFrom]] as const]),
  ];
  return [`${plain(title)}: ${paint(colour, word)}`, ...columns(rows.map(([name, text]) => [name, plain(text)]))];
}

function sessionLines({ transaction, findings, begin, end, energyWh }: JudgedSession, paint: Paint): readonly string[] {
  const isSound = findings.every(({ severity }) => severity !== 'error');
  const title = transaction === null ? 'The session' : `The session of transaction ${transaction}`;
  const rows: readonly (readonly [string, string])[] = [
    ...findings.map(findingRow),
    ['begin', readingText(begin)],
    ['end', readingText(end)],
    ['energy', energyWh === null ? 'cannot be told' : `${energyWh} Wh`],
  ];
  const word = isSound ? paint('green', 'BEGIN AND END BELONG TOGETHER') : paint('red', 'NOT TO BE BILLED BY');
  return [`${plain(title)}: ${word}`, ...columns(rows.map(([name, text]) => [name, plain(text)]))];
}

function findingRow({ severity, sentence }: Finding): readonly [string, string] {
  return [severity === 'error' ? 'not allowed' : 'note', sentence];
}

function fieldRows(ocmf: OcmfRecord): readonly (readonly [string, string])[] {
  const { GI = '', IS = '', IT = '', ID = '', IL = '', TT = '', CI = '' } = ocmf.fields;
  const user = IS === 'true' ? `${ID} (${[IT, IL].filter((word) => word !== '').join(', ')})` : 'nobody is named';
  const rows: readonly (readonly [string, string])[] = [
    ['meter', serialOf(ocmf)],
    ['signed by', GI],
    ['number', ocmf.pagination?.text ?? ''],
    ['user', user],
    ['charge point', CI],
    ['tariff', TT],
    ...ocmf.readings.map((reading) => [eventNames[reading.event] ?? 'reading', readingText(reading)] as const),
    ['method', ocmf.signature.method],
  ];
  return rows.filter(([, text]) => text !== '');
}

const eventNames: Readonly<Record<string, string>> = {
  B: 'begin',
  C: 'charging',
  X: 'exception',
  E: 'end',
  L: 'end (local)',
  R: 'end (remote)',
  A: 'end (abort)',
  P: 'end (power)',
  S: 'suspended',
  T: 'tariff',
};

function readingText({ value, unit, time, obis, status }: OcmfReading): string {
  const state = status === 'G' ? '' : `, status ${status}`;
  return `${value} ${unit} at ${time} (${obis}${state})`;
}

/** A record says what its writer wants; on a terminal it must not do so. */
function plain(text: string): string {
  return text.replaceAll(/\p{Cc}|\p{Cf}/gu, '\u00B7');
}
