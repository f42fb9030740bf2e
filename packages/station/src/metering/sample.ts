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

/** What was measured at one moment. */
export interface Sample {
  readonly timeMs: number;
  readonly context: SampleContext;
  readonly values: readonly MeasuredValue[];
  /** Signed data taken with it, untouched. */
  readonly signed?: readonly SignedBlob[];
}
