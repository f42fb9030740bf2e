import { compareDecimals, shiftDecimal } from './decimal.ts';
import type { OcmfReading, OcmfRecord } from './record.ts';

/** Something that a record says and should not, or does not say and should. */
export interface Finding {
  /** Names the rule, for programs. */
  readonly code: string;
  /** *error*: not to be billed by. *warning*: the public software may refuse it. */
  readonly severity: 'error' | 'warning';
  readonly sentence: string;
}

interface Rule {
  readonly code: string;
  readonly severity: Finding['severity'];
  /** What is wrong, or null. */
  readonly check: (record: OcmfRecord) => string | null;
}

const refusedLevels: ReadonlySet<string> = new Set(['MISMATCH', 'INVALID', 'OUTDATED', 'UNKNOWN']);
/** By how many places a register in this unit is moved to be in Wh. */
const energyUnits: ReadonlyMap<string, number> = new Map([
  ['Wh', 0],
  ['kWh', 3],
]);
const endEvents = 'ELRAP';
/** Versions up to this are read by the release of the public software that is named beside it. */
const newestVersion = { minor: 3, release: 'V1.4.1' } as const;
/** A=1, any channel, C a register that the law looks at, D=8, any tariff, F of the whole. */
const lawRelevant =
  /^(?:0?1)-[\da-z]{1,2}:(?:0?1|98|9e|b[\da-f]|c[0-7])\.(?:0?8)\.[\da-z]{1,2}(?:[*.](?:00|0|ff|255|c8|200))?$/i;

const rules: readonly Rule[] = [
  {
    code: 'version.missing',
    severity: 'error',
    check: ({ version }) => (version === '' ? 'The record names no version of its format (FV).' : null),
  },
  { code: 'version.new', severity: 'warning', check: versionProblem },
  {
    code: 'pagination.missing',
    severity: 'warning',
    check: ({ pagination }) =>
      pagination === null ? 'The record has no number (PG), so a missing one would not be noticed.' : null,
  },
  {
    code: 'serial.missing',
    severity: 'error',
    check: ({ fields }) =>
      !fields['MS'] && !fields['GS']
        ? 'The record names the serial number of neither meter (MS) nor gateway (GS).'
        : null,
  },
  {
    code: 'level.refused',
    severity: 'error',
    check: ({ fields: { IL = '' } }) =>
      refusedLevels.has(IL) ? `The user was not accepted: the level of identification is ${IL}.` : null,
  },
  {
    code: 'unit.missing',
    severity: 'error',
    check: ({ readings: [first] }) => (first?.unit ? null : 'The first reading has no unit (RU).'),
  },
  {
    code: 'unit.unknown',
    severity: 'error',
    check: (record) => {
      const other = billed(record).find(({ unit }) => unit !== '' && !energyUnits.has(unit));
      return other === undefined ? null : `Energy is counted in Wh or kWh, and a reading has ${other.unit} (RU).`;
    },
  },
  { code: 'unit.mixed', severity: 'warning', check: (record) => mixedUnits(billed(record)) },
  {
    code: 'status.missing',
    severity: 'error',
    check: ({ readings: [first] }) => (first?.status ? null : 'The first reading has no status of the meter (ST).'),
  },
  {
    code: 'time.unreadable',
    severity: 'error',
    check: anyReading((reading) => (reading.timeMs === null ? `The time ${reading.time} cannot be read.` : null)),
  },
  {
    code: 'time.status',
    severity: 'warning',
    check: anyReading((reading) => (reading.clock === null ? 'A reading does not say what its time is worth.' : null)),
  },
  {
    code: 'time.unknown',
    severity: 'warning',
    check: anyReading(({ clock }) =>
      clock === 'U' ? 'The clock of the meter was not set: the time is only a guess.' : null,
    ),
  },
  {
    code: 'value.unreadable',
    severity: 'error',
    check: anyReading(({ value }) =>
      compareDecimals(value, '0') === null ? `The register ${value} is no decimal number.` : null,
    ),
  },
  {
    code: 'meter.status',
    severity: 'error',
    check: anyReading(({ status }) =>
      status === '' || status === 'G' ? null : `The meter did not say that it is well: its status is ${status}.`,
    ),
  },
  {
    code: 'energy.unusable',
    severity: 'error',
    check: anyReading(({ errors }) =>
      errors.includes('E') ? 'The meter says itself that its energy cannot be used.' : null,
    ),
  },
  {
    code: 'time.unusable',
    severity: 'warning',
    check: anyReading(({ errors }) =>
      errors.includes('t') ? 'The meter says itself that its time cannot be used.' : null,
    ),
  },
  {
    code: 'begin.several',
    severity: 'error',
    check: (record) => (billed(record).filter(isBegin).length > 1 ? 'The record has more than one begin.' : null),
  },
  {
    code: 'end.several',
    severity: 'error',
    check: (record) => (billed(record).filter(isEnd).length > 1 ? 'The record has more than one end.' : null),
  },
  { code: 'register.back', severity: 'error', check: (record) => backwards(billed(record)) },
  { code: 'time.back', severity: 'error', check: (record) => timeBack(billed(record)) },
  { code: 'time.relative', severity: 'error', check: (record) => relativeMix(billed(record)) },
  {
    code: 'register.other',
    severity: 'warning',
    check: (record) =>
      billed(record).length > 0 ? null : 'No reading names a register of energy that the law looks at.',
  },
];

/** What one record by itself says wrong, in the order of the rules. */
export function recordFindings(record: OcmfRecord): readonly Finding[] {
  return findingsOf(rules, (rule) => rule.check(record));
}

/** What the records of one session say wrong together; begin and end may be one record or two. */
export function sessionFindings(records: readonly OcmfRecord[]): readonly Finding[] {
  return findingsOf(sessionRules, (rule) => rule.check(records));
}

interface SessionRule {
  readonly code: string;
  readonly severity: Finding['severity'];
  readonly check: (records: readonly OcmfRecord[]) => string | null;
}

const sameFields = ['GS', 'MS', 'IS', 'IT', 'ID', 'CI'] as const;

const sessionRules: readonly SessionRule[] = [
  {
    code: 'session.begin',
    severity: 'error',
    check: (records) => (records.flatMap(billed).some(isBegin) ? null : 'The session has no begin.'),
  },
  {
    code: 'session.end',
    severity: 'error',
    check: (records) => (records.flatMap(billed).some(isEnd) ? null : 'The session has no end.'),
  },
  {
    code: 'session.several',
    severity: 'error',
    check: (records) =>
      records.flatMap(billed).filter(isBegin).length > 1 || records.flatMap(billed).filter(isEnd).length > 1
        ? 'The session has more than one begin or end.'
        : null,
  },
  { code: 'session.differs', severity: 'error', check: differences },
  { code: 'session.pagination', severity: 'error', check: paginationBack },
  { code: 'session.register', severity: 'error', check: (records) => backwards(records.flatMap(billed)) },
  { code: 'session.units', severity: 'warning', check: (records) => mixedUnits(records.flatMap(billed)) },
  { code: 'session.time', severity: 'error', check: (records) => timeBack(records.flatMap(billed)) },
  { code: 'session.relative', severity: 'error', check: (records) => relativeMix(records.flatMap(billed)) },
];

function findingsOf<R extends { readonly code: string; readonly severity: Finding['severity'] }>(
  table: readonly R[],
  check: (rule: R) => string | null,
): readonly Finding[] {
  return table.flatMap((rule) => {
    const sentence = check(rule);
    return sentence === null ? [] : [{ code: rule.code, severity: rule.severity, sentence }];
  });
}

function anyReading(check: (reading: OcmfReading) => string | null): Rule['check'] {
  return ({ readings }) => readings.map(check).find((sentence) => sentence !== null) ?? null;
}

/** The readings of the energy register that the law looks at; a record may carry others beside it, such as export. */
function billed({ readings }: OcmfRecord): readonly OcmfReading[] {
  const relevant = readings.filter(({ obis }) => lawRelevant.test(obis));
  const [first] = relevant;
  return relevant.filter(({ obis }) => obis === first?.obis);
}

function isBegin({ event }: OcmfReading): boolean {
  return event === 'B';
}

function isEnd({ event }: OcmfReading): boolean {
  return event !== '' && endEvents.includes(event);
}

function versionProblem({ version }: OcmfRecord): string | null {
  if (version === '') return null;
  const { major = '', minor = '' } = /^(?<major>\d+)\.(?<minor>\d+)$/.exec(version)?.groups ?? {};
  if (major === '') return `The version ${version} is none of the format (FV).`;
  const { minor: newest, release } = newestVersion;
  if (Number(major) < 1 || (Number(major) === 1 && Number(minor) <= newest)) return null;
  return `Version ${version} of the format is newer than what release ${release} of the public software reads.`;
}

function neighbours<T>(list: readonly T[]): readonly (readonly [T, T])[] {
  return list.slice(1).map((second, index) => [list[index] as T, second] as const);
}

function backwards(readings: readonly OcmfReading[]): string | null {
  const pair = neighbours(readings).find(
    ([before, after]) => (compareDecimals(wattHours(after), wattHours(before)) ?? 0) < 0,
  );
  if (pair === undefined) return null;
  const [before, after] = pair;
  return `The register goes back from ${before.value} ${before.unit} to ${after.value} ${after.unit}.`;
}

/** The register in Wh, exactly; empty when it cannot be told, for which there are rules of their own. */
function wattHours({ value, unit }: OcmfReading): string {
  const places = energyUnits.get(unit);
  return places === undefined ? '' : (shiftDecimal(value, places) ?? '');
}

function mixedUnits(readings: readonly OcmfReading[]): string | null {
  const units = [...new Set(readings.map(({ unit }) => unit))];
  return units.length > 1 ? `The register is written in ${units.join(' and in ')}.` : null;
}

function timeBack(readings: readonly OcmfReading[]): string | null {
  const pair = neighbours(readings).find(
    ([before, after]) => before.timeMs !== null && after.timeMs !== null && after.timeMs < before.timeMs,
  );
  return pair === undefined ? null : `The time goes back from ${pair[0].time} to ${pair[1].time}.`;
}

/** A duration by a relative clock is exact only when its end comes from the same clock. */
function relativeMix(readings: readonly OcmfReading[]): string | null {
  const begin = readings.find(isBegin);
  const end = readings.find(isEnd);
  return begin?.clock === 'R' && end !== undefined && end.clock !== 'R'
    ? 'The begin has a relative time and the end has none.'
    : null;
}

function differences(records: readonly OcmfRecord[]): string | null {
  const pair = neighbours(records).flatMap(([before, after]) =>
    sameFields.filter((key) => (before.fields[key] ?? '') !== (after.fields[key] ?? '')),
  );
  return pair.length === 0 ? null : `The records of the session differ in ${[...new Set(pair)].join(', ')}.`;
}

function paginationBack(records: readonly OcmfRecord[]): string | null {
  const pair = neighbours(records).find(
    ([{ pagination: before }, { pagination: after }]) =>
      before !== null && after !== null && after.context === before.context && after.number <= before.number,
  );
  return pair === undefined
    ? null
    : `The numbers of the records do not rise: ${pair[0].pagination?.text} is followed by ${pair[1].pagination?.text}.`;
}
