import { KerbsideError, messageOf } from '../core/errors.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Grant, StopCause } from '../evse/evse-state.ts';
import type { HardwareAnswer, MeterBoundary, MeterReading, SignedBlob } from '../evse/hardware.ts';
import { RegisterGuard, type Judged, type TrustedReading } from '../metering/register-guard.ts';
import { wholeWattHours } from '../metering/sampling-plan.ts';
import type { Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import type { TransactionFact } from './facts.ts';
import { StopSamples } from './stop-samples.ts';
import { TransactionClock } from './transaction-clock.ts';
import type { TakenSamples, TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import { recordToJson, transactionCollection, type TransactionRecord } from './transaction-record.ts';

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
  /** Starts that did not come about, and of which the meter may still know. */
  readonly #leftInMeter = new LazyMap<string, TransactionRecord>();
  /** Serializes what touches the record: a sample never overtakes the end. */
  #tail: Promise<unknown> = Promise.resolve();

  constructor(evse: number, deps: TransactionKeeperDeps) {
    this.#evse = evse;
    this.#deps = deps;
    this.#stopSamples = new StopSamples(deps.station);
    this.#clock = new TransactionClock(deps);
  }

  /** The transaction that is not over, or null. */
  get record(): TransactionRecord | null {
    return this.#record;
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
   * close. Rejects when meter or store refuse; then nothing is left open, or the meter did not say so: it is asked again before
   * the next start, and after a restart.
   */
  start(grant: Grant): Promise<TransactionRecord> {
    return this.#serialize(async () => {
      await this.#closeInMeter();
      const startedMs = this.#clock.begin();
      const opening: TransactionRecord = {
        key: this.#deps.random.uuid(),
        evse: this.#evse,
        connector: 1,
        idToken: grant.idToken,
        parentIdToken: grant.parentIdToken,
        stage: 'starting',
        startedMs,
        meterStartWh: 0,
        lastMs: startedMs,
        lastWh: 0,
        nextIndex: 0,
        samples: 0,
        stop: null,
      };
      await this.#deps.journal.record([this.#put(opening)]);
      try {
        return await this.#begin(opening, grant);
      } catch (error) {
        await this.#abandon(opening);
        throw error;
      }
    });
  }

  async #begin(opening: TransactionRecord, { companion }: Grant): Promise<TransactionRecord> {
    const { key, startedMs, idToken } = opening;
    const command = { type: 'beginMeter', evse: this.#evse, transaction: key, idToken, wallMs: startedMs } as const;
    const boundary = await this.#deps.command(command);
    const meterStartWh = this.#registerOf(boundary.reading);
    const stopData = this.#stopDataOf(boundary.reading, boundary.signed, 'Transaction.Begin', startedMs);
    const samples = this.#stopSamples.begin(key, stopData);
    const running: TransactionRecord = {
      ...opening,
      stage: 'running',
      meterStartWh,
      lastWh: meterStartWh,
      nextIndex: 1,
      samples: samples.count,
    };
    const started: TransactionFact = {
      kind: 'transactionStarted',
      transaction: key,
      evse: this.#evse,
      connector: opening.connector,
      idToken,
      timeMs: startedMs,
      meterWh: meterStartWh,
      offline: !this.#deps.online(),
      index: 0,
      signed: boundary.signed,
    };
    const commit = (along: readonly Write[]): Promise<void> =>
      this.#deps.journal.append([started], [this.#put(running), ...samples.writes, ...along]);
    await (companion === undefined ? commit([]) : companion.start(running, commit));
    samples.accept();
    this.#guard.begin(boundary.reading.energyImportWh, boundary.reading.energyExportWh);
    this.#record = running;
    return running;
  }

  async #closeInMeter(): Promise<void> {
    for (const opening of this.#leftInMeter.values()) await this.#abandon(opening);
    if (this.#leftInMeter.size === 0) return;
    throw new KerbsideError('driver.timeout', `the meter of EVSE ${this.#evse} does not close an earlier transaction`);
  }

  /**
   * Closes the meter's side of a start that did not come about; the backend never hears of it. A meter that says no has nothing
   * open; one that does not answer may have, so the record stays until it does.
   */
  async #abandon(opening: TransactionRecord): Promise<void> {
    const command = {
      type: 'endMeter',
      evse: this.#evse,
      transaction: opening.key,
      wallMs: this.#clock.now(),
    } as const;
    try {
      await this.#deps.command(command);
    } catch (error) {
      this.#deps.onProblem(messageOf(error));
      if (!(error instanceof KerbsideError && error.code === 'driver.refused')) {
        this.#leftInMeter.set(opening.key, opening);
        return;
      }
    }
    this.#leftInMeter.delete(opening.key);
    await this.#deps.journal
      .record([this.#delete(opening.key)])
      .catch((error: unknown) => this.#deps.onProblem(messageOf(error)));
  }

  /** Journals a periodic reading of the running transaction. Does nothing when none runs. */
  sample(reading: TrustedReading, context: Sample['context'], tellBackend: boolean): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return;
      const timeMs = Math.max(record.lastMs, this.#clock.now());
      const told = tellBackend ? this.#deps.sampleOf('periodic', reading, context, timeMs) : null;
      const stopData = this.#stopDataOf(reading, [], context, timeMs);
      await this.#journalSamples(record, {
        timeMs,
        reading,
        told: told === null ? [] : [told],
        stopData: stopData === null ? [] : [stopData],
        spreadMs: 0,
      });
    });
  }

  /**
   * Journals what was taken at a boundary of the clock. Gives back what belongs to no transaction: everything when none ran at
   * the boundary, and an interval that began before this one. A boundary that the transaction has passed already is left out
   * (V-12). `atMs`: when the meter was asked, on the monotonic clock.
   */
  aligned(taken: TakenSamples & { readonly atMs: number }): Promise<readonly Sample[]> {
    return this.#serialize(async () => {
      const record = this.#record;
      const { timeMs } = taken;
      if (record === null) return taken.atMs <= this.#stoppedAtMs ? [] : taken.told;
      if (timeMs > (record.stop?.timeMs ?? Number.POSITIVE_INFINITY)) return taken.told;
      if (timeMs < record.lastMs) return [];
      const during = (sample: Sample): boolean => sample.timeMs >= record.startedMs;
      await this.#journalSamples(record, {
        ...taken,
        told: taken.told.filter(during),
        stopData: taken.stopData.filter(during),
      });
      return taken.told.filter((sample) => !during(sample));
    });
  }

  /** Samples with the register that they stand for, in one commit. */
  async #journalSamples(record: TransactionRecord, taken: TakenSamples): Promise<void> {
    const { journal, rules } = this.#deps;
    // One place is for the end.
    const samples = this.#stopSamples.add(taken.stopData, rules().maxStopSamples - 1);
    const fact = this.#meterValues(record, taken.told);
    const next: TransactionRecord = {
      ...record,
      lastMs: taken.timeMs,
      lastWh: this.#lastWh(record, taken.reading),
      nextIndex: record.nextIndex + (fact === null ? 0 : 1),
      samples: samples.count,
    };
    const writes = [this.#put(next), ...samples.writes];
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

  #meterValues(record: TransactionRecord, samples: readonly Sample[]): TransactionFact | null {
    const offline = !this.#deps.online();
    if (samples.length === 0 || (offline && !this.#deps.rules().retransmit)) return null;
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
      const boundary = await this.#endMeter(record, stop.timeMs);
      const meterWh = this.#meterStop(record, boundary?.reading ?? null);
      const endSample =
        boundary === null
          ? this.#stopDataOf({ energyImportWh: record.lastWh }, [], 'Transaction.End', record.lastMs)
          : this.#endSample(boundary, meterWh, stop.timeMs);
      const samples = endSample === null ? this.#stopSamples.all() : [...this.#stopSamples.all(), endSample];
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
      };
      const cleared = this.#stopSamples.clear();
      await this.#deps.journal.append([ended], [this.#delete(record.key), ...cleared.writes]);
      cleared.accept();
      this.#record = null;
      this.#guard.end();
      this.#clock.end();
    });
  }

  /** What the transaction ends with: never less than anything that was shown of it (X-02, fault 37). */
  #meterStop(record: TransactionRecord, reading: MeterReading | null): number {
    const shownWh = Math.max(record.lastWh, wholeWattHours(this.#guard.highestWh ?? 0));
    if (reading === null) return shownWh;
    const registerWh = this.#registerOf(reading);
    if (registerWh >= shownWh) return registerWh;
    this.#deps.onProblem(
      `meter of EVSE ${this.#evse} went back from ${shownWh} to ${registerWh} Wh; the larger value counts`,
    );
    return shownWh;
  }

  /** The last sample says what meterStop says. */
  #endSample({ reading, signed }: MeterBoundary, meterWh: number, timeMs: number): Sample | null {
    const held = wholeWattHours(reading.energyImportWh) < meterWh;
    const { reading: trusted } = this.#guard.judge(reading);
    const shown = held ? { ...trusted, energyImportWh: meterWh } : trusted;
    return this.#stopDataOf(shown, signed, 'Transaction.End', timeMs);
  }

  /** Takes up a transaction that a power cut or a restart left open; `finish` then ends it, a start that never was is undone. */
  async recover(record: TransactionRecord, samples: ReadonlyMap<number, Sample>): Promise<void> {
    if (record.stage === 'starting') {
      await this.#abandon(record);
      return;
    }
    this.#stopSamples.restore(record.key, samples);
    const stop = record.stop ?? { reason: 'powerLoss' as const, idToken: null, timeMs: record.lastMs };
    this.#guard.begin(record.lastWh);
    this.#record = { ...record, stage: 'stopping', stop };
  }

  async #endMeter(record: TransactionRecord, wallMs: number): Promise<HardwareAnswer<'endMeter'> | null> {
    try {
      const command = { type: 'endMeter', evse: this.#evse, transaction: record.key, wallMs } as const;
      const boundary = await this.#deps.command(command);
      this.#registerOf(boundary.reading);
      return boundary;
    } catch (error) {
      this.#deps.onProblem(`meter of EVSE ${this.#evse} did not close its transaction: ${messageOf(error)}`);
      return null;
    }
  }

  /** The register in whole watt-hours; what is no number from 0 up never gets into a bill. */
  #registerOf({ energyImportWh }: Pick<MeterReading, 'energyImportWh'>): number {
    if (Number.isFinite(energyImportWh) && energyImportWh >= 0) return wholeWattHours(energyImportWh);
    throw new KerbsideError('driver.refused', `the meter of EVSE ${this.#evse} gave ${energyImportWh} as its register`);
  }

  #stopDataOf(
    reading: TrustedReading,
    signed: readonly SignedBlob[],
    context: Sample['context'],
    timeMs: number,
  ): Sample | null {
    const sample = this.#deps.sampleOf('stopData', reading, context, timeMs);
    if (signed.length === 0) return sample;
    return { timeMs, context, values: sample?.values ?? [], signed };
  }

  #put(record: TransactionRecord): Write {
    const { station } = this.#deps;
    return {
      op: 'putDocument',
      station,
      collection: transactionCollection,
      key: record.key,
      value: recordToJson(record),
    };
  }

  #delete(key: string): Write {
    return { op: 'deleteDocument', station: this.#deps.station, collection: transactionCollection, key };
  }

  #serialize<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#tail.then(work, work);
    this.#tail = result.catch(() => undefined);
    return result;
  }
}
