import { KerbsideError } from '../core/errors.ts';
import type { Grant, StartCommit, StopCause } from '../evse/evse-state.ts';
import type { MeterBoundary, MeterReading } from '../evse/hardware.ts';
import { RegisterGuard, type Judged, type TrustedReading } from '../metering/register-guard.ts';
import { wholeWattHours } from '../metering/sampling-plan.ts';
import type { ArchivedBlob, Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import { archiveRecords } from './archive-records.ts';
import { carriedBlobs, carriedSamples, carryAll, withSigned } from './carried-signed.ts';
import { endOf, type EndOfSession } from './end-of-session.ts';
import type { TransactionFact } from './facts.ts';
import type { LeftInMeter } from './left-in-meter.ts';
import type { Admission } from './legal-port.ts';
import { MeterSide, type MeterEnd } from './meter-side.ts';
import { openingOf, startedFact, startValues } from './opening.ts';
import { signedBeginMs } from './signed-reading.ts';
import { SignedSamples } from './signed-samples.ts';
import { StopSamples } from './stop-samples.ts';
import { TransactionClock } from './transaction-clock.ts';
import type { TakenSamples, TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import { recordGone, recordWrite, type TransactionRecord } from './transaction-record.ts';

/**
 * Starts, samples and ends the transaction of one EVSE so that every moment of it can be cut: what follows is always on disk
 * before the next thing happens (INV-01, INV-02). It knows no OCPP version and no connection.
 */
export class TransactionKeeper {
  readonly #deps: TransactionKeeperDeps;
  readonly #evse: number;
  readonly #stopSamples: StopSamples;
  readonly #clock: TransactionClock;
  readonly #guard = new RegisterGuard();
  /** When the last transaction was to end, on the monotonic clock: what was read before belongs to it or to nothing. */
  #stoppedAtMs = Number.NEGATIVE_INFINITY;
  #record: TransactionRecord | null = null;
  readonly #meter: MeterSide;
  readonly #signedSamples: SignedSamples;
  /** Serializes what touches the record: a sample never overtakes the end. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(evse: number, deps: TransactionKeeperDeps) {
    this.#evse = evse;
    this.#deps = deps;
    this.#stopSamples = new StopSamples(deps.station);
    this.#clock = new TransactionClock(deps);
    this.#meter = new MeterSide(evse, deps);
    this.#signedSamples = new SignedSamples(evse, deps, this.#meter);
  }

  /** The transaction that is not over, or null. */
  get record(): TransactionRecord | null {
    return this.#record;
  }

  /** What the meter has to do with transactions. */
  get meter(): Pick<MeterSide, 'knows' | 'busy' | 'leftCount'> {
    return this.#meter;
  }

  /** The time of the transaction that runs; null without one. */
  get clockMs(): number | null {
    return this.#record === null ? null : this.#clock.now();
  }

  /** Judges a reading by what the registers have shown in the transaction; to be used for everything that is told of it (V-07). */
  judge(reading: MeterReading): Judged {
    return this.#guard.judge(reading);
  }

  /**
   * Opens the meter's transaction and journals the start. When it resolves, the started fact is on disk and the contactor may
   * close. Rejects when meter, store or calibration law refuse; then nothing is left open, or the meter did not say so: it is
   * asked again before the next start, and after a restart.
   */
  start(grant: Grant): Promise<TransactionRecord> {
    return this.#serialize(async () => {
      await this.#closeInMeter();
      const legal = this.#deps.legal();
      const admission = legal?.applies === true ? await legal.admit(grant) : null;
      const startedMs = this.#clock.begin();
      const opening = openingOf(this.#evse, startedMs, { grant, admission }, this.#deps);
      await this.#deps.journal.record([this.#put(opening)]);
      try {
        return await this.#begin(opening, grant, admission);
      } catch (error) {
        await this.#meter.abandon(opening);
        throw error;
      }
    });
  }

  async #begin(opening: TransactionRecord, grant: Grant, admission: Admission | null): Promise<TransactionRecord> {
    const { key, startedMs } = opening;
    const boundary = await this.#meter.begin(opening, admission);
    const meterStartWh = this.#registerOf(boundary.reading);
    const records = this.#meter.recordsOf(opening, boundary.signed, 'Transaction.Begin', startedMs);
    const signed = await archiveRecords(this.#deps, records);
    const blobs = carriedBlobs(opening, signed.blobs);
    const stopData = this.#stopDataOf(boundary.reading, blobs, 'Transaction.Begin', startedMs);
    const samples = this.#stopSamples.begin(key, stopData);
    const first = startValues(opening, boundary.reading, signed.blobs, this.#deps);
    const running: TransactionRecord = {
      ...opening,
      stage: 'running',
      meterStartWh,
      lastMs: signedBeginMs(boundary.signed, startedMs),
      lastWh: meterStartWh,
      nextIndex: first === null ? 1 : 2,
      samples: samples.count,
      ...(first?.keyCarried === true ? { keyCarried: true } : {}),
    };
    const offline = !this.#deps.online();
    let begun = running;
    const commit: StartCommit = (along, reservation) => {
      if (reservation !== undefined) begun = { ...running, reservation };
      const facts = [startedFact(begun, blobs, offline), ...(first === null ? [] : [first.fact])];
      return this.#journal(begun, facts, [this.#put(begun), ...samples.writes, ...signed.writes, ...along]);
    };
    const companion = this.#deps.companionOf?.(grant) ?? grant.companion;
    await (companion === undefined ? commit([]) : companion.start(running, commit));
    samples.accept();
    this.#guard.begin(boundary.reading.energyImportWh, boundary.reading.energyExportWh);
    this.#record = begun;
    return begun;
  }

  /** Of a session that is untold only the station itself keeps anything. */
  #journal({ untold }: TransactionRecord, facts: readonly TransactionFact[], writes: readonly Write[]): Promise<void> {
    const { journal } = this.#deps;
    return untold === true ? journal.record(writes) : journal.append(facts, writes);
  }

  async #closeInMeter(): Promise<void> {
    await this.#meter.closeLeft();
    if (this.#meter.leftCount === 0) return;
    throw new KerbsideError('driver.timeout', `the meter of EVSE ${this.#evse} does not close an earlier transaction`);
  }

  /** Asks the meter again to close what it did not close. */
  closeLeft(): Promise<void> {
    return this.#serialize(() => this.#meter.closeLeft());
  }

  /** Takes over what a meter has not closed of a session that is over for everybody else. */
  restoreLeft(left: LeftInMeter): void {
    this.#meter.restore(left);
  }

  /** The station goes down: the meter is asked no more. */
  stop(): void {
    this.#meter.stop();
  }

  /** Journals a periodic reading of the running transaction, signed where that is wanted. Does nothing when none runs. */
  async sample(reading: TrustedReading, context: Sample['context'], tellBackend: boolean): Promise<void> {
    if (this.#record?.untold === true) return this.checkpoint(reading);
    const asked = tellBackend ? await this.#signedSamples.ask(this.#record, context) : null;
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return this.#signedSamples.keep(asked);
      const timeMs = Math.max(record.lastMs, this.#clock.now());
      const signed = await this.#signedSamples.archive(asked, timeMs);
      const read = asked === null ? reading : { ...reading, ...asked.register };
      const moment = { timeMs, context, reading: read };
      const plain = tellBackend ? this.#deps.sampleOf('periodic', read, context, timeMs) : null;
      const told = withSigned(plain, signed.blobs, moment);
      const stopData = this.#stopDataOf(read, [], context, timeMs);
      await this.#journalSamples(record, {
        timeMs,
        reading: read,
        told: told === null ? [] : [told],
        stopData: stopData === null ? [] : [stopData],
        spreadMs: 0,
        writes: signed.writes,
      });
    });
  }

  /**
   * Journals what was taken at a boundary of the clock. Gives back what belongs to no transaction: everything when none ran at
   * the boundary, and an interval that began before this one. A boundary that the transaction has passed already is left out
   * (V-12). `atMs`: when the meter was asked, on the monotonic clock.
   */
  async aligned(taken: TakenSamples & { readonly atMs: number }): Promise<readonly Sample[]> {
    if (this.#record?.untold === true) return [];
    const asked = taken.told.length > 0 ? await this.#signedSamples.ask(this.#record, 'Sample.Clock') : null;
    return this.#serialize(async () => {
      const record = this.#record;
      const { timeMs } = taken;
      if (record === null || record.stage !== 'running' || timeMs < record.lastMs)
        await this.#signedSamples.keep(asked);
      if (record === null) return taken.atMs <= this.#stoppedAtMs ? [] : taken.told;
      if (timeMs > (record.stop?.timeMs ?? Number.POSITIVE_INFINITY)) return taken.told;
      if (timeMs < record.lastMs) return [];
      const during = (sample: Sample): boolean => sample.timeMs >= record.startedMs;
      const told = taken.told.filter(during);
      const signed = await this.#signedSamples.archive(record.stage === 'running' ? asked : null, timeMs);
      await this.#journalSamples(record, {
        ...taken,
        told: told.map((sample, place) =>
          place < told.length - 1 || signed.blobs.length === 0 ? sample : { ...sample, signed: signed.blobs },
        ),
        stopData: taken.stopData.filter(during),
        writes: signed.writes,
      });
      return taken.told.filter((sample) => !during(sample));
    });
  }

  /** Samples with the register that they stand for, in one commit. */
  async #journalSamples(record: TransactionRecord, taken: TakenSamples): Promise<void> {
    const { journal, rules } = this.#deps;
    // One place is for the end.
    const samples = this.#stopSamples.add(taken.stopData, rules().maxStopSamples - 1);
    const { carry = carryAll, keyCarried: before = false } = record;
    const { samples: carried, keyCarried } = carriedSamples(taken.told, carry, before);
    const fact = this.#meterValues(record, carried);
    const next: TransactionRecord = {
      ...record,
      lastMs: taken.timeMs,
      lastWh: this.#lastWh(record, taken.reading),
      nextIndex: record.nextIndex + (fact === null ? 0 : 1),
      samples: samples.count,
      ...(fact !== null && keyCarried ? { keyCarried } : {}),
    };
    const writes = [this.#put(next), ...samples.writes, ...(taken.writes ?? [])];
    await (fact === null ? journal.record(writes) : journal.append([fact], writes, taken.spreadMs));
    samples.accept();
    this.#record = next;
  }

  /** The last register that can be trusted; a reading without one changes nothing. */
  #lastWh(record: TransactionRecord, { energyImportWh }: TrustedReading): number {
    if (energyImportWh === undefined) return record.lastWh;
    return Math.max(record.lastWh, this.#registerOf({ energyImportWh }));
  }

  /** Makes the last trustworthy register durable between samples, for a power cut. */
  checkpoint(reading: TrustedReading): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return;
      const lastMs = Math.max(record.lastMs, this.#clock.now());
      const next: TransactionRecord = { ...record, lastMs, lastWh: this.#lastWh(record, reading) };
      await this.#deps.journal.record([this.#put(next)]);
      this.#record = next;
    });
  }

  /** Signed values are never given up for being taken offline (parameters.md row 17). */
  #meterValues(record: TransactionRecord, taken: readonly Sample[]): TransactionFact | null {
    const offline = !this.#deps.online();
    const keepsAll = !offline || this.#deps.rules().retransmit;
    const samples = keepsAll ? taken : taken.filter(({ signed = [] }) => signed.length > 0);
    if (samples.length === 0) return null;
    const { key: transaction, nextIndex: index } = record;
    return { kind: 'meterValues', transaction, evse: this.#evse, samples, offline, index };
  }

  /**
   * Journals that the transaction is to end and why, so that a cut from here on ends it with this reason and time. When the
   * store refuses, it rejects, and `finish` still knows both.
   */
  beginStop(cause: StopCause): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return;
      const timeMs = Math.max(record.lastMs, this.#clock.now());
      const stopping: TransactionRecord = { ...record, stage: 'stopping', stop: { ...cause, timeMs } };
      this.#record = stopping;
      this.#stoppedAtMs = this.#deps.monotonicMs();
      await this.#deps.journal.record([this.#put(stopping)]);
    });
  }

  /**
   * Closes the meter's transaction and journals the end. To be called with the contactor open. A meter that does not answer
   * does not keep the transaction open: the last trustworthy register counts (E-07). Rejects only when the store refuses.
   */
  finish(): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null) return;
      const stop = record.stop ?? {
        reason: 'other' as const,
        idToken: null,
        timeMs: Math.max(record.lastMs, this.#clock.now()),
      };
      // After a power cut the reading is of now, whenever the transaction ended: a time before the begin would be none.
      const given = await this.#meter.end(record, Math.max(stop.timeMs, this.#deps.nowMs()), stop.reason);
      const end = await endOf(record, given, stop.timeMs, this.#meter, this.#deps);
      const meterWh = this.#meterStop(record, given, end);
      const samples = this.#endSamples(record, given, end, { meterWh, timeMs: stop.timeMs });
      const ended: TransactionFact = {
        kind: 'transactionEnded',
        transaction: record.key,
        evse: this.#evse,
        timeMs: stop.timeMs,
        meterWh,
        reason: stop.reason,
        idToken: stop.idToken,
        samples,
        offline: !this.#deps.online(),
        index: record.nextIndex,
        ...(record.free === undefined ? {} : { free: true }),
      };
      const cleared = this.#stopSamples.clear();
      const session = end.session({ meterWh, ended: stop, offline: ended.offline });
      const writes = [recordGone(this.#deps.station, record.key), ...cleared.writes, ...end.writes, ...session];
      await this.#journal(record, [ended], writes);
      cleared.accept();
      end.accept();
      this.#meter.done();
      this.#record = null;
      this.#guard.end();
      this.#clock.end();
    });
  }

  /**
   * What the transaction ends with: never less than anything that was shown of it (X-02, fault 37), but where the meter signed
   * it: then what was signed (eichrecht.md pitfall 12).
   */
  #meterStop(record: TransactionRecord, given: MeterEnd, { billing }: EndOfSession): number {
    const shownWh = Math.max(record.lastWh, wholeWattHours(this.#guard.highestWh ?? 0));
    if (given.kind === 'silent') return shownWh;
    const registerWh = this.#registerOf(given.boundary.reading);
    if (registerWh >= shownWh || billing === 'signed') return registerWh;
    this.#deps.onProblem(
      `meter of EVSE ${this.#evse} went back from ${shownWh} to ${registerWh} Wh; the larger value counts`,
    );
    return shownWh;
  }

  /** What goes into transactionData; its last sample says what meterStop says. */
  #endSamples(
    record: TransactionRecord,
    given: MeterEnd,
    { blobs }: EndOfSession,
    { meterWh, timeMs }: { readonly meterWh: number; readonly timeMs: number },
  ): readonly Sample[] {
    const { carry = carryAll, keyCarried = false, lastWh, lastMs } = record;
    const last =
      given.kind === 'silent'
        ? this.#stopDataOf({ energyImportWh: lastWh }, [], 'Transaction.End', lastMs)
        : this.#endSample(given.boundary, carriedBlobs(record, blobs), meterWh, timeMs);
    const all = this.#stopSamples.all();
    return carriedSamples(last === null ? all : [...all, last], carry, keyCarried).samples;
  }

  #endSample(
    { reading }: MeterBoundary,
    blobs: readonly ArchivedBlob[],
    meterWh: number,
    timeMs: number,
  ): Sample | null {
    const held = wholeWattHours(reading.energyImportWh) < meterWh;
    const { reading: trusted } = this.#guard.judge(reading);
    const shown = { ...trusted, energyImportWh: held ? meterWh : reading.energyImportWh };
    return this.#stopDataOf(shown, blobs, 'Transaction.End', timeMs);
  }

  /** Takes up a transaction that a power cut or a restart left open; `finish` then ends it, a start that never was is undone. */
  async recover(record: TransactionRecord, samples: ReadonlyMap<number, Sample>): Promise<void> {
    this.#meter.resume(record.key);
    if (record.stage === 'starting') {
      await this.#meter.abandon(record);
      return;
    }
    this.#stopSamples.restore(record.key, samples);
    const stop = record.stop ?? { reason: 'powerLoss' as const, idToken: null, timeMs: record.lastMs };
    this.#guard.begin(record.lastWh);
    this.#record = { ...record, stage: 'stopping', stop };
  }

  /** The register in whole watt-hours; what is no number from 0 up never gets into a bill. */
  #registerOf({ energyImportWh }: Pick<MeterReading, 'energyImportWh'>): number {
    if (Number.isFinite(energyImportWh) && energyImportWh >= 0) return wholeWattHours(energyImportWh);
    throw new KerbsideError('driver.refused', `the meter of EVSE ${this.#evse} gave ${energyImportWh} as its register`);
  }

  #stopDataOf(
    reading: TrustedReading,
    signed: readonly ArchivedBlob[],
    context: Sample['context'],
    timeMs: number,
  ): Sample | null {
    return withSigned(this.#deps.sampleOf('stopData', reading, context, timeMs), signed, { timeMs, context, reading });
  }

  #put(record: TransactionRecord): Write {
    return recordWrite(this.#deps.station, record);
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
