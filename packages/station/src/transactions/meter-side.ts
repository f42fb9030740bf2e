import { KerbsideError, messageOf } from '../core/errors.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { StopReason } from '../evse/evse-state.ts';
import type { MeterBoundary, MeterEndReason, SignedBlob } from '../evse/hardware.ts';
import type { SampleContext } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import { archiveRecords } from './archive-records.ts';
import type { Admission, MeterLabel } from './legal-port.ts';
import { LegalRefusal } from './legal-port.ts';
import { leftOfRecord, leftWrite, type LeftInMeter } from './left-in-meter.ts';
import { beginProblem, signedRegisterWh } from './signed-reading.ts';
import type { NewSigned } from './signed-keeping.ts';
import type { TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import { recordGone, type TransactionRecord } from './transaction-record.ts';

/** What the meter gave at the end of a transaction, or why it gave nothing. */
export type MeterEnd =
  | { readonly kind: 'ended'; readonly boundary: MeterBoundary }
  /** `open`: its transaction may be open in the meter still. */
  | { readonly kind: 'silent'; readonly why: string; readonly open: boolean };

/** Between two attempts to have a signed end. */
const retryMs = 5_000;

const unlabelled: MeterLabel = { serial: '', test: false };

/**
 * The meter's side of the transactions of one EVSE: opens, closes and signs them, and remembers what it did not close, so that
 * no transaction stays open in a meter (eichrecht.md E-09, pitfall 9).
 */
export class MeterSide {
  readonly #deps: TransactionKeeperDeps;
  readonly #evse: number;
  /** What may be open in the meter though it is over for everybody else. */
  readonly #left = new LazyMap<string, LeftInMeter>();
  /** What the meter may rightly have open now. */
  #current: string | null = null;
  /** What it signed at the begin that is under way. */
  #begun: readonly SignedBlob[] = [];
  /** Until when the signed end of the present transaction is waited for, on the monotonic clock. */
  #endUntilMs: number | null = null;
  #stopped = false;

  constructor(evse: number, deps: TransactionKeeperDeps) {
    this.#evse = evse;
    this.#deps = deps;
  }

  /** Whether the station knows of a transaction that is open in the meter. */
  knows(transaction: string): boolean {
    return transaction === this.#current || this.#left.get(transaction) !== undefined;
  }

  /** Whether a transaction begins, runs or ends in the meter: its clock is left alone then (E-15). */
  get busy(): boolean {
    return this.#current !== null;
  }

  /** How many transactions it should have closed and did not. */
  get leftCount(): number {
    return this.#left.size;
  }

  /** The transaction goes on after a restart. */
  resume(transaction: string): void {
    this.#current = transaction;
  }

  /** Takes over what the store remembers of an earlier life. */
  restore(left: LeftInMeter): void {
    this.#left.set(left.transaction, left);
    this.#tellLeft();
  }

  /**
   * Opens a transaction in the meter. Rejects when the meter refuses, or gave something that nothing may be charged on: then
   * `abandon` follows.
   */
  async begin(opening: TransactionRecord, admission: Admission | null): Promise<MeterBoundary> {
    const { key, startedMs, idToken } = opening;
    this.#current = key;
    this.#begun = [];
    const written = admission === null ? {} : writtenOf(admission);
    const command = { type: 'beginMeter', evse: this.#evse, transaction: key, idToken, wallMs: startedMs } as const;
    const boundary = await this.#deps.command({ ...command, ...written });
    this.#begun = boundary.signed;
    if (admission === null) return boundary;
    const problem = await this.#beginProblem(boundary.signed, admission);
    if (problem === null) return withSignedRegister(boundary, 'begin');
    throw new LegalRefusal(problem, 'The meter gave no valid signed begin');
  }

  async #beginProblem(blobs: readonly SignedBlob[], admission: Admission): Promise<string | null> {
    if (blobs.length === 0)
      return admission.combined ? null : `the meter of EVSE ${this.#evse} signed nothing at the begin`;
    const { meter, publicKey } = admission;
    const lastPagination = await this.#deps.signed().lastPagination(this.#evse, meter.serial);
    return beginProblem(blobs, { meter, publicKey, lastPagination });
  }

  /** The transaction runs no more, and the meter is done with it. */
  done(): void {
    this.#current = null;
    this.#begun = [];
    this.#endUntilMs = null;
  }

  /**
   * Closes the meter's side of a start that did not come about; the backend never hears of it. A meter that says no has nothing
   * open; one that does not answer may have, so the record stays until it does. What it signed is archived for ourselves.
   */
  async abandon(opening: TransactionRecord): Promise<void> {
    const given = this.#begun;
    const writes = [recordGone(this.#deps.station, opening.key)];
    await this.#closeLeft({ ...leftOfRecord(opening, this.#label(opening)), kind: 'start' }, given, writes);
    this.done();
  }

  /** Closes what was left open. Resolves when it tried; `leftCount` tells what came of it. */
  async closeLeft(): Promise<void> {
    for (const left of this.#left.values()) await this.#closeLeft(left, [], this.#writesOf(left));
  }

  #writesOf(left: LeftInMeter): readonly Write[] {
    if (left.kind === 'start') return [recordGone(this.#deps.station, left.transaction)];
    const text = `The meter closed the transaction ${left.transaction} late; its record is kept, the session stays unbillable.`;
    return [leftWrite(this.#deps.station, left, 'delete'), ...(this.#deps.legal()?.note('lateRecord', text) ?? [])];
  }

  async #closeLeft(left: LeftInMeter, given: readonly SignedBlob[], writes: readonly Write[]): Promise<void> {
    const { journal, onProblem } = this.#deps;
    try {
      const records = await this.#closeAndRead(left, given);
      const added = await archiveRecords(this.#deps, records);
      await journal.record([...added.writes, ...writes]);
      this.#left.delete(left.transaction);
    } catch (error) {
      onProblem(messageOf(error));
      this.#left.set(left.transaction, left);
    }
    this.#tellLeft();
  }

  /** What the meter signed of it. One that says no has nothing open. */
  async #closeAndRead(left: LeftInMeter, given: readonly SignedBlob[]): Promise<readonly NewSigned[]> {
    const { transaction } = left;
    const wallMs = this.#deps.nowMs();
    const toRecord = (context: SampleContext) => (blob: SignedBlob) => this.#kept(left, context, blob);
    const begun = given.map(toRecord('Transaction.Begin'));
    const reason = left.kind === 'start' ? 'abort' : 'powerFailure';
    try {
      const command = { type: 'endMeter', evse: this.#evse, transaction, wallMs } as const;
      const end = await this.#deps.command(this.#signs ? { ...command, reason } : command);
      const ended = end.signed.map(toRecord('Transaction.End'));
      if (ended.length === 0 || given.length > 0) return [...begun, ...ended];
      // It knows the transaction, so it gives the begin that it gave before.
      const again = { type: 'beginMeter', evse: this.#evse, transaction, idToken: left.idToken, wallMs } as const;
      const begin = await this.#deps.command(again);
      return [...begin.signed.map(toRecord('Transaction.Begin')), ...ended];
    } catch (error) {
      if (!(error instanceof KerbsideError && error.code === 'driver.refused')) throw error;
      this.#deps.onProblem(messageOf(error));
      return begun;
    }
  }

  /** A record that goes to no backend. */
  #kept({ transaction, meter, wallMs }: LeftInMeter, context: SampleContext, blob: SignedBlob): NewSigned {
    const { serial: meterSerial, test } = meter;
    return { transaction, evse: this.#evse, context, meterSerial, test, timeMs: wallMs, blob, carried: false };
  }

  /** The records of a transaction, for its backend. */
  recordsOf(
    record: Pick<TransactionRecord, 'key' | 'legal' | 'carry' | 'untold'>,
    blobs: readonly SignedBlob[],
    context: SampleContext,
    timeMs: number,
  ): readonly NewSigned[] {
    const { serial: meterSerial, test } = this.#label(record);
    const { key: transaction } = record;
    const carried = record.carry?.signed !== false && record.untold !== true;
    return blobs.map((blob) => {
      return { transaction, evse: this.#evse, context, meterSerial, test, timeMs, blob, carried };
    });
  }

  /**
   * Closes the transaction in the meter after the contactor opened. Where the law applies it is asked again until
   * `eichrecht.signedEndTimeout` is over (E-08). Never rejects, and never resolves once the station has stopped.
   */
  async end(record: TransactionRecord, wallMs: number, reason: StopReason): Promise<MeterEnd> {
    const { monotonicMs, pause, onProblem } = this.#deps;
    const legal = this.#deps.legal();
    const mustSign = record.legal !== undefined && legal !== null;
    this.#endUntilMs ??= monotonicMs() + (mustSign ? legal.signedEndMs : 0);
    const command = { type: 'endMeter', evse: this.#evse, transaction: record.key, wallMs } as const;
    for (;;) {
      try {
        const given = await this.#deps.command(this.#signs ? { ...command, reason: endReasons[reason] } : command);
        const boundary = mustSign ? withSignedRegister(given, 'end') : given;
        registerOf(boundary, this.#evse);
        return { kind: 'ended', boundary };
      } catch (error) {
        const why = `meter of EVSE ${this.#evse} did not close its transaction: ${messageOf(error)}`;
        onProblem(why);
        // The next life of the station asks again: no session is given up because this one ends.
        if (this.#stopped) return new Promise(() => undefined);
        if (monotonicMs() + retryMs >= this.#endUntilMs) return { kind: 'silent', why, open: mustSign };
        await pause(retryMs);
      }
    }
  }

  /** The transaction of an ended session may be open in the meter: the write that remembers it. Counts once it is accepted. */
  leave(record: TransactionRecord): { readonly writes: readonly Write[]; readonly accept: () => void } {
    const left: LeftInMeter = { ...leftOfRecord(record, this.#label(record)), kind: 'session' };
    const accept = (): void => {
      this.#left.set(left.transaction, left);
      this.#tellLeft();
    };
    return { writes: [leftWrite(this.#deps.station, left, 'put')], accept };
  }

  /** Asks the meter no more. */
  stop(): void {
    this.#stopped = true;
  }

  #tellLeft(): void {
    this.#deps.legal()?.leftInMeter(this.#left.size);
  }

  get #signs(): boolean {
    return this.#deps.meter !== null;
  }

  #label({ legal }: Pick<TransactionRecord, 'legal'>): MeterLabel {
    return legal?.meter ?? this.#deps.meter ?? unlabelled;
  }
}

/** What is written into the meter. */
function writtenOf({
  assignment,
  tariffText,
  place,
}: Admission): Pick<Admission, 'assignment' | 'tariffText' | 'place'> {
  return {
    ...(assignment === undefined ? {} : { assignment }),
    ...(tariffText === undefined ? {} : { tariffText }),
    ...(place === undefined ? {} : { place }),
  };
}

/** What is billed by counts: the register that was signed, not the one that was read beside it (pitfall 12). */
function withSignedRegister(boundary: MeterBoundary, at: 'begin' | 'end'): MeterBoundary {
  const signedWh = signedRegisterWh(boundary.signed, at);
  if (signedWh === null) return boundary;
  return { ...boundary, reading: { ...boundary.reading, energyImportWh: signedWh } };
}

/** Rejects a register that is no number from 0 up: it never gets into a bill. */
function registerOf({ reading: { energyImportWh } }: MeterBoundary, evse: number): void {
  if (Number.isFinite(energyImportWh) && energyImportWh >= 0) return;
  throw new KerbsideError('driver.refused', `the meter of EVSE ${evse} gave ${energyImportWh} as its register`);
}

/** Why a transaction ends, as a meter signs it. */
const endReasons: Readonly<Record<StopReason, MeterEndReason>> = {
  local: 'local',
  remote: 'remote',
  evDisconnected: 'end',
  deAuthorized: 'abort',
  emergencyStop: 'abort',
  hardReset: 'remote',
  softReset: 'remote',
  powerLoss: 'powerFailure',
  reboot: 'abort',
  unlockCommand: 'remote',
  other: 'abort',
};
