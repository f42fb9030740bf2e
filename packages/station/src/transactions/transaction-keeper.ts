import { KerbsideError, messageOf } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { Grant, StopCause } from '../evse/evse-state.ts';
import type { HardwareAnswer, HardwareCommand, MeterReading, SignedBlob } from '../evse/hardware.ts';
import { wholeWattHours } from '../metering/sampling-plan.ts';
import type { Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import type { TransactionFact } from './facts.ts';
import type { Journal } from './journal.ts';
import { StopSamples } from './stop-samples.ts';
import { TransactionClock } from './transaction-clock.ts';
import { recordToJson, transactionCollection, type TransactionRecord } from './transaction-record.ts';

/** What the keeper works with. */
export interface TransactionKeeperDeps {
  readonly station: string;
  readonly random: Random;
  readonly journal: Journal;
  /** The station's wall clock. */
  readonly nowMs: () => number;
  readonly monotonicMs: () => number;
  /** Sends a command to the hardware; gives up after the command's time limit. */
  readonly command: <C extends HardwareCommand>(command: C) => Promise<HardwareAnswer<C['type']>>;
  /** Whether the backend is being talked to at this moment. */
  readonly online: () => boolean;
  readonly rules: () => TransactionRules;
  /** Turns a meter reading into the values of a list of measurands. */
  readonly sampleOf: (
    kind: SampleKind,
    reading: MeterReading,
    context: Sample['context'],
    timeMs: number,
  ) => Sample | null;
  readonly onProblem: (problem: string) => void;
}

/** Which list of measurands a sample is for. */
export type SampleKind = 'periodic' | 'stopData';

/** What parameters decide about the journal. */
export interface TransactionRules {
  /** `RetransmitMeterValues`: whether samples taken offline are kept. */
  readonly retransmit: boolean;
  /** `StopTransactionMaxMeterValues`. */
  readonly maxStopSamples: number;
}

/**
 * Starts, samples and ends the transaction of one EVSE so that every moment of it can be cut: what follows is always on disk
 * before the next thing happens (INV-01, INV-02). It knows no OCPP version and no connection.
 */
export class TransactionKeeper {
  readonly #deps: TransactionKeeperDeps;
  readonly #evse: number;
  readonly #stopSamples: StopSamples;
  readonly #clock: TransactionClock;
  #record: TransactionRecord | null = null;
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

  /**
   * Opens the meter's transaction and journals the start. When it resolves, the started fact is on disk and the contactor may
   * close. Rejects when meter or store refuse; then nothing is left open.
   */
  start(grant: Grant): Promise<TransactionRecord> {
    return this.#serialize(async () => {
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
        return await this.#begin(opening);
      } catch (error) {
        await this.#abandon(opening);
        throw error;
      }
    });
  }

  async #begin(opening: TransactionRecord): Promise<TransactionRecord> {
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
    await this.#deps.journal.append([started], [this.#put(running), ...samples.writes]);
    samples.accept();
    this.#record = running;
    return running;
  }

  /** Closes the meter's side of a start that did not come about; the backend never hears of it. */
  async #abandon(opening: TransactionRecord): Promise<void> {
    const command = {
      type: 'endMeter',
      evse: this.#evse,
      transaction: opening.key,
      wallMs: this.#clock.now(),
    } as const;
    await this.#deps.command(command).catch((error: unknown) => this.#deps.onProblem(messageOf(error)));
    await this.#deps.journal
      .record([this.#delete(opening.key)])
      .catch((error: unknown) => this.#deps.onProblem(messageOf(error)));
  }

  /** Journals a periodic reading of the running transaction. Does nothing when none runs. */
  sample(reading: MeterReading, context: Sample['context'], tellBackend: boolean): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return;
      const timeMs = Math.max(record.lastMs, this.#clock.now());
      const lastWh = Math.max(record.lastWh, this.#registerOf(reading));
      const stopData = this.#stopDataOf(reading, [], context, timeMs);
      // One place is for the end.
      const samples = this.#stopSamples.add(stopData, this.#deps.rules().maxStopSamples - 1);
      const fact = this.#meterValues(record, reading, context, timeMs, tellBackend);
      const next: TransactionRecord = {
        ...record,
        lastMs: timeMs,
        lastWh,
        nextIndex: record.nextIndex + (fact === null ? 0 : 1),
        samples: samples.count,
      };
      const writes = [this.#put(next), ...samples.writes];
      await (fact === null ? this.#deps.journal.record(writes) : this.#deps.journal.append([fact], writes));
      samples.accept();
      this.#record = next;
    });
  }

  /** Makes the last trustworthy register durable between samples, for a power cut. */
  checkpoint(reading: MeterReading): Promise<void> {
    return this.#serialize(async () => {
      const record = this.#record;
      if (record === null || record.stage !== 'running') return;
      const lastMs = Math.max(record.lastMs, this.#clock.now());
      const lastWh = Math.max(record.lastWh, this.#registerOf(reading));
      const next: TransactionRecord = { ...record, lastMs, lastWh };
      await this.#deps.journal.record([this.#put(next)]);
      this.#record = next;
    });
  }

  #meterValues(
    record: TransactionRecord,
    reading: MeterReading,
    context: Sample['context'],
    timeMs: number,
    tellBackend: boolean,
  ): TransactionFact | null {
    const offline = !this.#deps.online();
    if (!tellBackend || (offline && !this.#deps.rules().retransmit)) return null;
    const sample = this.#deps.sampleOf('periodic', reading, context, timeMs);
    if (sample === null) return null;
    const { key: transaction, nextIndex: index } = record;
    return { kind: 'meterValues', transaction, evse: this.#evse, samples: [sample], offline, index };
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
      const registerWh = boundary === null ? record.lastWh : this.#registerOf(boundary.reading);
      if (registerWh < record.lastWh) {
        this.#deps.onProblem(
          `meter of EVSE ${this.#evse} went back from ${record.lastWh} to ${registerWh} Wh; the larger value counts`,
        );
      }
      const endSample =
        boundary === null ? null : this.#stopDataOf(boundary.reading, boundary.signed, 'Transaction.End', stop.timeMs);
      const samples = endSample === null ? this.#stopSamples.all() : [...this.#stopSamples.all(), endSample];
      const ended: TransactionFact = {
        kind: 'transactionEnded',
        transaction: record.key,
        evse: this.#evse,
        timeMs: stop.timeMs,
        meterWh: Math.max(record.lastWh, registerWh),
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
      this.#clock.end();
    });
  }

  /** Takes up a transaction that a power cut or a restart left open; `finish` then ends it, a start that never was is undone. */
  async recover(record: TransactionRecord, samples: ReadonlyMap<number, Sample>): Promise<void> {
    if (record.stage === 'starting') {
      await this.#abandon(record);
      return;
    }
    this.#stopSamples.restore(record.key, samples);
    const stop = record.stop ?? { reason: 'powerLoss' as const, idToken: null, timeMs: record.lastMs };
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
  #registerOf({ energyImportWh }: MeterReading): number {
    if (Number.isFinite(energyImportWh) && energyImportWh >= 0) return wholeWattHours(energyImportWh);
    throw new KerbsideError('driver.refused', `the meter of EVSE ${this.#evse} gave ${energyImportWh} as its register`);
  }

  #stopDataOf(
    reading: MeterReading,
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
