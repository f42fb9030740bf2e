import type { Logbook } from '../../eichrecht/logbook.ts';
import type { HardwareAnswer, HardwareCommand, MeterState, SignedBlob, SignedRecord } from '../../evse/hardware.ts';
import type { SampleContext } from '../../metering/sample.ts';
import type { Store } from '../../store/store.ts';
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

/**
 * Fetches what the meter numbered and the archive has not, so that no number is missing; what the meter cannot give again is told once
 * (eichrecht.md E-11). Rejects when meter or store do not answer.
 */
export async function fillGaps(state: MeterState, deps: MeterRecordsDeps): Promise<void> {
  const { evse, meter, identity, signed, logbook, onProblem } = deps;
  const from = identity.known?.paginationFrom ?? state.pagination;
  const archived = await signed().lastPagination(evse, meter.serial);
  const last = Math.max(from, archived);
  if (state.pagination <= last) return;
  const got = deps.memory ? await readSince(last, state.pagination, deps) : new Set<number>();
  const missing = state.pagination - last - got.size;
  if (missing <= 0) return;
  const text = `${missing} signed ${missing === 1 ? 'record' : 'records'} of meter ${meter.serial} at EVSE ${evse} between T${last + 1} and T${state.pagination} cannot be had any more.`;
  onProblem(text);
  await identity.giveUpTo(state.pagination, logbook().entry('recordsMissing', evse, text, 'station'));
}

/** The numbers that the meter gave again; they are archived. */
async function readSince(after: number, until: number, deps: MeterRecordsDeps): Promise<ReadonlySet<number>> {
  const { evse, command, signed, store } = deps;
  const got = new Set<number>();
  for (let last = after; last < until;) {
    const { records } = await command({ type: 'readRecords', evse, after: last });
    const numbers = records.flatMap((each) => paginationOf(each.signed) ?? []).filter((number) => number > last);
    if (numbers.length === 0) break;
    const { writes } = await signed().add(
      records.map((each) => kept(deps, each.transaction, contexts[each.kind], each.signed)),
    );
    await store.commit(writes);
    for (const number of numbers) got.add(number);
    last = Math.max(...numbers);
  }
  return got;
}

/** A record that goes to no backend. */
function kept(deps: MeterRecordsDeps, transaction: string, context: SampleContext, blob: SignedBlob): NewSigned {
  const { evse, clock, meter } = deps;
  const { serial: meterSerial, test } = meter;
  return { transaction, evse, context, meterSerial, test, timeMs: clock.nowMs(), blob, carried: false };
}
