import type { Random } from '../core/random.ts';
import type { Grant, StartCompanion } from '../evse/evse-state.ts';
import type { HardwareAnswer, HardwareCommand } from '../evse/hardware.ts';
import type { TrustedReading } from '../metering/register-guard.ts';
import type { Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import type { CarryRules } from './carried-signed.ts';
import type { Journal } from './journal.ts';
import type { LegalMeter, MeterLabel } from './legal-port.ts';
import type { SessionKeeping } from './session-keeping.ts';
import type { SignedKeeping } from './signed-keeping.ts';
import type { TransactionRecord } from './transaction-record.ts';

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
    reading: TrustedReading,
    context: Sample['context'],
    timeMs: number,
  ) => Sample | null;
  /** The meter when it signs; null when it does not. */
  readonly meter: MeterLabel | null;
  /** Calibration law at this EVSE; null: it can never apply here. */
  readonly legal: () => LegalMeter | null;
  /** Where signed records are archived. */
  readonly signed: () => SignedKeeping;
  /** Where sessions are archived. */
  readonly sessions: () => SessionKeeping;
  /** What belongs to a start from its first moment on; absent: what was granted with it. */
  readonly companionOf?: (grant: Grant) => StartCompanion | undefined;
  /** The power ended a transaction: what belongs into the commit of its end so that it goes on; absent: nothing. */
  readonly onPowerLoss?: (record: TransactionRecord) => readonly Write[];
  /** Resolves after so many ms; never once the station has stopped. */
  readonly pause: (ms: number) => Promise<void>;
  readonly onProblem: (problem: string) => void;
}

/** Which list of measurands a sample is for. */
export type SampleKind = 'started' | 'periodic' | 'stopData';

/** Samples of one moment of a transaction, on its own clock. */
export interface TakenSamples {
  readonly timeMs: number;
  readonly reading: TrustedReading;
  /** For MeterValues. */
  readonly told: readonly Sample[];
  /** For StopTransaction.transactionData. */
  readonly stopData: readonly Sample[];
  /** Its message leaves so much later, to be spread over a site. */
  readonly spreadMs: number;
  /** What has to be written with them. */
  readonly writes?: readonly Write[];
}

/** What parameters decide about the journal. */
export interface TransactionRules {
  /** `RetransmitMeterValues`: whether samples taken offline are kept. */
  readonly retransmit: boolean;
  /** `StopTransactionMaxMeterValues`. */
  readonly maxStopSamples: number;
  /** Whether samples of a context are signed by the meter while a transaction runs (E-21). */
  readonly signs: (context: Sample['context']) => boolean;
  /** `SampledDataSignStartedReadings`: whether the values that follow StartTransaction are signed (E-20). */
  readonly signsStart: boolean;
  /** How signed data go to the backend. */
  readonly carry: CarryRules;
}
