import type { ArchivedBlob } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import { archiveRecords } from './archive-records.ts';
import type { MeterEnd, MeterSide } from './meter-side.ts';
import type { SessionRecord } from './session-keeping.ts';
import { sessionProblem } from './signed-reading.ts';
import type { NewSigned } from './signed-keeping.ts';
import type { TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import type { TransactionRecord } from './transaction-record.ts';

type EndingDeps = Pick<TransactionKeeperDeps, 'legal' | 'signed' | 'sessions' | 'meter' | 'onPowerLoss' | 'onProblem'>;

/** How a session is billed, and what goes into the commit of its end. */
export interface EndOfSession {
  readonly billing: SessionRecord['billing'];
  readonly blobs: readonly ArchivedBlob[];
  /** Archive and logbook. */
  readonly writes: readonly Write[];
  /** The writes of the session's own record, and of who goes on after a power failure. */
  readonly session: (end: {
    readonly meterWh: number;
    readonly ended: NonNullable<TransactionRecord['stop']>;
    readonly offline: boolean;
  }) => readonly Write[];
  /** To be called when the commit is on disk. */
  readonly accept: () => void;
}

/**
 * Judges how a session that ends is billed: by what the meter signed, or not at all where calibration law applies and something is
 * missing or contradicts; no value is made up for it (eichrecht.md E-06, E-07).
 */
export async function endOf(
  record: TransactionRecord,
  given: MeterEnd,
  endedMs: number,
  meter: Pick<MeterSide, 'recordsOf' | 'leave'>,
  deps: EndingDeps,
): Promise<EndOfSession> {
  const signed = given.kind === 'ended' ? given.boundary.signed : [];
  const records = meter.recordsOf(record, signed, 'Transaction.End', endedMs);
  const problem = record.legal === undefined ? null : await problemOf(record, given, records, deps);
  const added = await archiveRecords(deps, records);
  const left = given.kind === 'silent' && given.open ? meter.leave(record) : null;
  const billing = billingOf(record, problem);
  return {
    billing,
    blobs: added.blobs,
    writes: [...added.writes, ...noteOf(record, problem, deps), ...(left?.writes ?? [])],
    session: (end) => sessionOf(record, end, { billing, problem }, deps),
    accept: () => left?.accept(),
  };
}

/** The session's own record, and who goes on after a power failure. */
function sessionOf(
  record: TransactionRecord,
  { meterWh, ended, offline }: Parameters<EndOfSession['session']>[0],
  judged: Pick<SessionRecord, 'billing' | 'problem'>,
  deps: EndingDeps,
): readonly Write[] {
  const session = deps.sessions().end({
    transaction: record.key,
    evse: record.evse,
    connector: record.connector,
    idToken: record.idToken,
    startedMs: record.startedMs,
    endedMs: ended.timeMs,
    meterStartWh: record.meterStartWh,
    meterStopWh: meterWh,
    reason: ended.reason,
    stopIdToken: ended.idToken,
    offline,
    ...judged,
    meterSerial: record.legal?.meter.serial ?? deps.meter?.serial ?? null,
    test: record.legal?.meter.test ?? deps.meter?.test ?? false,
    ...(record.free === undefined ? {} : { free: true }),
    ...(record.untold === undefined ? {} : { untold: true }),
  });
  return ended.reason === 'powerLoss' ? [...session, ...(deps.onPowerLoss?.(record) ?? [])] : session;
}

async function problemOf(
  { key, evse, legal }: TransactionRecord,
  given: MeterEnd,
  records: readonly NewSigned[],
  deps: EndingDeps,
): Promise<string | null> {
  if (legal === undefined) return null;
  if (given.kind === 'silent') return given.why;
  if (records.length === 0) return `the meter of EVSE ${evse} signed nothing at the end`;
  const { meter, publicKey } = legal;
  const archived = await deps.signed().of(key);
  const begin = archived.filter(({ context }) => context === 'Transaction.Begin').map(({ blob }) => blob);
  // What an earlier attempt to end archived already is no new record.
  const known = new Set(archived.map(({ blob }) => blob.data));
  const fresh = records.every(({ blob }) => !known.has(blob.data));
  const lastPagination = fresh ? await deps.signed().lastPagination(evse, meter.serial) : 0;
  const end = records.map(({ blob }) => blob);
  return sessionProblem(begin, end, { meter, publicKey, lastPagination });
}

function noteOf({ key, evse }: TransactionRecord, problem: string | null, deps: EndingDeps): readonly Write[] {
  if (problem === null) return [];
  const text = `The session ${key} at EVSE ${evse} cannot be billed: ${problem}`;
  deps.onProblem(text);
  return deps.legal()?.note('unbillable', text) ?? [];
}

function billingOf({ legal }: TransactionRecord, problem: string | null): SessionRecord['billing'] {
  if (problem !== null) return 'unbillable';
  return legal === undefined ? 'unsigned' : 'signed';
}
