import {
  OcmfError,
  readOcmf,
  sessionFindings,
  shiftDecimal,
  subtractDecimals,
  verifyRecord,
  type Finding,
  type FoundRecord,
  type OcmfReading,
  type OcmfRecord,
  type Verdict,
} from '@kerbside/ocmf';

import { verifySignature } from '../metering/verify-signature.ts';

/** A record with what is to be said of it. */
export interface JudgedRecord {
  readonly found: FoundRecord;
  /** Null when it cannot be read. */
  readonly ocmf: OcmfRecord | null;
  readonly verdict: Verdict;
  /** Where the key came from: who checks, the record itself, another record of the same meter beside it, or there is none. */
  readonly keyFrom: 'given' | 'record' | 'neighbour' | null;
}

/** What the begin and the end of a session say together. */
export interface JudgedSession {
  readonly transaction: string | null;
  readonly findings: readonly Finding[];
  readonly begin: OcmfReading;
  readonly end: OcmfReading;
  /** In Wh, to the last digit; null when it cannot be told. */
  readonly energyWh: string | null;
}

/** Records that came together, and their sessions as far as begin and end are among them. */
export interface Judged {
  readonly records: readonly JudgedRecord[];
  readonly sessions: readonly JudgedSession[];
  readonly ok: boolean;
}

/**
 * Verifies records, and judges the sessions that are complete.
 * @param key goes before the keys that stand beside the records; null when there is none
 */
export async function judgeRecords(found: readonly FoundRecord[], key: string | null): Promise<Judged> {
  const read = found.map((each) => ({ each, ocmf: readOrNull(each) }));
  const records: JudgedRecord[] = [];
  for (const { each, ocmf } of read) {
    const own = each.publicKey ?? ocmf?.parts.publicKey ?? null;
    const neighbour = own === null ? neighbourKey(ocmf, read) : null;
    const publicKey = key ?? own ?? neighbour;
    const source = key !== null ? 'given' : own !== null ? 'record' : 'neighbour';
    const verdict = await verdictOf(each, publicKey);
    records.push({ found: each, ocmf, verdict, keyFrom: publicKey === null ? null : source });
  }
  const sessions = sessionsOf(records);
  const isSound = (findings: readonly Finding[]): boolean => findings.every(({ severity }) => severity !== 'error');
  const ok = records.every(({ verdict }) => verdict.ok) && sessions.every(({ findings }) => isSound(findings));
  return { records, sessions, ok };
}

/** The serial number that a record names: of the meter, or else of what signs for it. */
export function serialOf(ocmf: OcmfRecord): string {
  return ocmf.fields['MS'] || (ocmf.fields['GS'] ?? '');
}

type Read = { readonly each: FoundRecord; readonly ocmf: OcmfRecord | null };

/** A station may send the key with the first record of a transaction only. */
function neighbourKey(ocmf: OcmfRecord | null, all: readonly Read[]): string | null {
  if (ocmf === null) return null;
  const serial = serialOf(ocmf);
  const other = all.find((one) => one.ocmf !== null && serialOf(one.ocmf) === serial && one.each.publicKey !== null);
  return other?.each.publicKey ?? null;
}

function verdictOf({ data, format }: FoundRecord, key: string | null): Promise<Verdict> {
  if (format === 'OCMF') return verifyRecord(data, key, verifySignature);
  const why = `Records of the format ${format} cannot be checked here; the public transparency software may know it.`;
  return Promise.resolve({ signature: 'unverifiable', why, findings: [], ok: false });
}

function readOrNull({ data, format }: FoundRecord): OcmfRecord | null {
  if (format !== 'OCMF') return null;
  try {
    return readOcmf(data);
  } catch (error) {
    if (error instanceof OcmfError) return null;
    throw error;
  }
}

const isBegin = ({ event }: OcmfReading): boolean => event === 'B';
const isEnd = ({ event }: OcmfReading): boolean => event !== '' && 'ELRAP'.includes(event);

function sessionsOf(records: readonly JudgedRecord[]): readonly JudgedSession[] {
  const byTransaction = Map.groupBy(records, ({ found }) => found.transaction);
  return [...byTransaction].flatMap(([transaction, group]) => {
    const ofSession = group.flatMap(({ ocmf }) => ocmf ?? []);
    const readings = ofSession.flatMap((ocmf) => ocmf.readings);
    const begin = readings.find(isBegin);
    const end = readings.findLast((reading) => isEnd(reading) && reading.obis === begin?.obis);
    // A begin alone may be all that somebody has; and records that name no transaction may be of many.
    if (begin === undefined || end === undefined) return [];
    if (transaction === null && ofSession.filter((ocmf) => ocmf.readings.some(isBegin)).length > 1) return [];
    return [{ transaction, findings: sessionFindings(ofSession), begin, end, energyWh: energyOf(begin, end) }];
  });
}

function energyOf(begin: OcmfReading, end: OcmfReading): string | null {
  const [from, to] = [wattHours(begin), wattHours(end)];
  return from === null || to === null ? null : subtractDecimals(to, from);
}

function wattHours({ value, unit }: OcmfReading): string | null {
  if (unit === 'kWh') return shiftDecimal(value, 3);
  return unit === 'Wh' ? shiftDecimal(value, 0) : null;
}
