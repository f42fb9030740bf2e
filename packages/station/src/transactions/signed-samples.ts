import { messageOf } from '../core/errors.ts';
import type { SignedBlob } from '../evse/hardware.ts';
import type { TrustedReading } from '../metering/register-guard.ts';
import type { Sample } from '../metering/sample.ts';
import { archiveRecords } from './archive-records.ts';
import type { MeterSide } from './meter-side.ts';
import { signedRegisterWh } from './signed-reading.ts';
import type { AddedRecords } from './signed-keeping.ts';
import type { TransactionKeeperDeps } from './transaction-keeper-deps.ts';
import type { TransactionRecord } from './transaction-record.ts';

/** A signed reading that the meter gave within a transaction. */
interface SignedSample {
  readonly record: TransactionRecord;
  readonly context: Sample['context'];
  readonly blobs: readonly SignedBlob[];
  /** The register that was read with it. */
  readonly register: Pick<TrustedReading, 'energyImportWh'>;
}

const nothing: AddedRecords = { blobs: [], writes: [] };

/** Signed readings between begin and end of a transaction (eichrecht.md E-02, E-21). */
export class SignedSamples {
  readonly #deps: TransactionKeeperDeps;
  readonly #evse: number;
  readonly #meter: Pick<MeterSide, 'recordsOf'>;

  constructor(evse: number, deps: TransactionKeeperDeps, meter: Pick<MeterSide, 'recordsOf'>) {
    this.#evse = evse;
    this.#deps = deps;
    this.#meter = meter;
  }

  /** Has a reading signed where that is wanted; null otherwise, and when the meter does not: then the sample goes without. */
  async ask(record: TransactionRecord | null, context: Sample['context']): Promise<SignedSample | null> {
    const { legal, rules, command, nowMs, onProblem } = this.#deps;
    const wanted = record?.stage === 'running' && legal()?.intermediate === true && rules().signs(context);
    if (!wanted) return null;
    try {
      const { key: transaction } = record;
      const { reading, signed } = await command({ type: 'signMeter', evse: this.#evse, transaction, wallMs: nowMs() });
      const energyImportWh = signedRegisterWh(signed, 'reading') ?? reading.energyImportWh;
      return signed.length === 0 ? null : { record, context, blobs: signed, register: { energyImportWh } };
    } catch (error) {
      onProblem(`meter of EVSE ${this.#evse} did not sign a reading: ${messageOf(error)}`);
      return null;
    }
  }

  /** Numbers what was asked for, for the commit of its sample. */
  async archive(asked: SignedSample | null, timeMs: number): Promise<AddedRecords> {
    if (asked === null) return nothing;
    return archiveRecords(this.#deps, this.#meter.recordsOf(asked.record, asked.blobs, asked.context, timeMs));
  }

  /** Its transaction is over meanwhile: it is archived, so that none is missing, and goes to nobody. */
  async keep(asked: SignedSample | null): Promise<void> {
    if (asked === null) return;
    const records = this.#meter.recordsOf(asked.record, asked.blobs, asked.context, this.#deps.nowMs());
    const kept = records.map((each) => ({ ...each, carried: false }));
    const { writes } = await archiveRecords(this.#deps, kept);
    await this.#deps.journal.record(writes);
  }
}
