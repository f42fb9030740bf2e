import { messageOf } from '../../core/errors.ts';
import type { Logbook } from '../../eichrecht/logbook.ts';
import type { HardwareAnswer, HardwareCommand, MeterState, SignedBlob, SignedRecord } from '../../evse/hardware.ts';
import type { SampleContext } from '../../metering/sample.ts';
import type { Store, Write } from '../../store/store.ts';
import type { MeterLabel } from '../../transactions/legal-port.ts';
import { paginationOf } from '../../transactions/signed-reading.ts';
import type { NewSigned, SignedKeeping } from '../../transactions/signed-keeping.ts';
import type { MeterIdentity } from './meter-identity.ts';

/** What is needed to have every record of a meter. */
export interface MeterRecordsDeps {
  readonly evse: number;
  readonly clock: { readonly nowMs: () => number };
  readonly store: Store;
  readonly meter: MeterLabel;
  /** Whether the meter gives records again. */
  readonly memory: boolean;
  readonly identity: Pick<MeterIdentity, 'known' | 'giveUpTo'>;
  readonly command: <C extends HardwareCommand>(command: C) => Promise<HardwareAnswer<C['type']>>;
  readonly signed: () => SignedKeeping;
  readonly logbook: () => Logbook;
  readonly onProblem: (problem: string) => void;
}

const contexts: Readonly<Record<SignedRecord['kind'], SampleContext>> = {
  begin: 'Transaction.Begin',
  reading: 'Sample.Periodic',
  end: 'Transaction.End',
};

/**
 * Closes a transaction that the meter has open and the station knows nothing of, such as after a lost database; its records are kept
 * for ourselves (eichrecht.md E-09). Rejects when meter or store do not answer.
 */
export async function closeStray(transaction: string, deps: MeterRecordsDeps): Promise<void> {
  const { evse, command, clock, signed, store, logbook, onProblem } = deps;
  const wallMs = clock.nowMs();
  const end = await command({ type: 'endMeter', evse, transaction, wallMs, reason: 'powerFailure' });
  // It knows the transaction, so it gives the begin that it gave before.
  const begin =
    end.signed.length === 0 ? null : await command({ type: 'beginMeter', evse, transaction, idToken: '', wallMs });
  const records = [
    ...(begin?.signed ?? []).map((blob) => kept(deps, transaction, 'Transaction.Begin', blob)),
    ...end.signed.map((blob) => kept(deps, transaction, 'Transaction.End', blob)),
  ];
  const text = `The meter of EVSE ${evse} had a transaction open that the station does not know (${transaction}). It was closed, and its records are kept.`;
  onProblem(text);
  const { writes } = await signed().add(records);
  await store.commit([...writes, ...logbook().entry('lateRecord', evse, text, 'station')]);
}

/** Records that the archive has not, and the writes of what cannot be had any more. */
export interface MissingRecords {
  readonly records: readonly NewSigned[];
  readonly writes: readonly Write[];
}

/**
 * Fetches what the meter numbered between two numbers; what it cannot give again is told and goes into the legal logbook, so that no
 * number is missing unnoticed (eichrecht.md E-11). Never rejects.
 */
export async function missingRecords(after: number, before: number, deps: MeterRecordsDeps): Promise<MissingRecords> {
  const from = Math.max(after, deps.identity.known?.paginationFrom ?? before);
  const wanted = before - 1 - from;
  if (wanted <= 0) return { records: [], writes: [] };
  const { evse, meter, logbook, onProblem } = deps;
  const records = deps.memory ? await readBetween(from, before, deps) : [];
  const missing = wanted - records.length;
  if (missing <= 0) return { records, writes: [] };
  const text = `${missing} signed ${missing === 1 ? 'record' : 'records'} of meter ${meter.serial} at EVSE ${evse} between T${from + 1} and T${before - 1} cannot be had any more.`;
  onProblem(text);
  return { records, writes: logbook().entry('recordsMissing', evse, text, 'station') };
}

/** Brings the archive to where the meter is. Rejects when the store does not take it. */
export async function fillGaps(state: MeterState, deps: MeterRecordsDeps): Promise<void> {
  const { evse, meter, identity, signed, store } = deps;
  const archived = await signed().lastPagination(evse, meter.serial);
  const { records, writes } = await missingRecords(archived, state.pagination + 1, deps);
  if (records.length > 0) {
    const added = await signed().add(records);
    await store.commit([...added.writes, ...writes]);
  }
  // What is at the end and lost is told once.
  if (records.length === 0 && writes.length > 0) await identity.giveUpTo(state.pagination, writes);
}

async function readBetween(after: number, before: number, deps: MeterRecordsDeps): Promise<readonly NewSigned[]> {
  const { evse, command, onProblem } = deps;
  const found = new Map<number, NewSigned>();
  try {
    for (let last = after; last < before - 1;) {
      const { records } = await command({ type: 'readRecords', evse, after: last });
      const numbered = records.map((each) => ({ each, number: paginationOf(each.signed) ?? 0 }));
      const fresh = numbered.filter(({ number }) => number > last);
      if (fresh.length === 0) break;
      for (const { each, number } of fresh)
        if (number < before) found.set(number, kept(deps, each.transaction, contexts[each.kind], each.signed));
      last = Math.max(...fresh.map(({ number }) => number));
    }
  } catch (error) {
    onProblem(`the meter of EVSE ${evse} does not give its records: ${messageOf(error)}`);
  }
  return [...found.values()];
}

/** A record that goes to no backend. */
function kept(deps: MeterRecordsDeps, transaction: string, context: SampleContext, blob: SignedBlob): NewSigned {
  const { evse, clock, meter } = deps;
  const { serial: meterSerial, test } = meter;
  return { transaction, evse, context, meterSerial, test, timeMs: clock.nowMs(), blob, carried: false };
}
