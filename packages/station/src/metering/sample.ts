import type { SignedBlob } from '../evse/hardware.ts';

/** Why a sample was taken, in OCPP's words. */
export type SampleContext =
  | 'Transaction.Begin'
  | 'Transaction.End'
  | 'Sample.Periodic'
  | 'Sample.Clock'
  | 'Trigger'
  | 'Interruption.Begin'
  | 'Interruption.End'
  | 'Other';

/** One measured number. */
export interface MeasuredValue {
  /** OCPP's measurand, such as `Energy.Active.Import.Register`. */
  readonly measurand: string;
  readonly value: number;
  /** `L1`, `L1-N` …; absent for a total. */
  readonly phase?: string;
  /** Where it was measured; absent for the outlet. */
  readonly location?: 'Inlet' | 'EV' | 'Body' | 'Cable';
}

/** How signed data are written for a backend. It is decided with the fact, so that a message that is sent again is the same. */
export interface CarriedForm {
  /** *oca*: as the Open Charge Alliance's note says; *bare*: the data alone. */
  readonly data: 'oca' | 'bare';
  /** How the public key stands beside them, if it does. */
  readonly key: 'oca' | 'hex' | 'none';
}

/** Signed data with the number under which they are archived. */
export interface ArchivedBlob extends SignedBlob {
  readonly number: number;
  /** Absent: with the key, in the form of OCA. */
  readonly form?: CarriedForm;
}

/** What was measured at one moment. */
export interface Sample {
  readonly timeMs: number;
  readonly context: SampleContext;
  readonly values: readonly MeasuredValue[];
  /** Signed data taken with it, untouched. */
  readonly signed?: readonly ArchivedBlob[];
}
