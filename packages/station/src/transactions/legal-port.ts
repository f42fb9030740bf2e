import { KerbsideError } from '../core/errors.ts';
import type { Grant } from '../evse/evse-state.ts';
import type { ChargePlace, UserAssignment } from '../evse/hardware.ts';
import type { Write } from '../store/store.ts';
import type { NewSigned } from './signed-keeping.ts';

/** The meter whose records are archived. */
export interface MeterLabel {
  readonly serial: string;
  /** Nothing that it signs may be billed by. */
  readonly test: boolean;
}

/** What is written into the meter before a transaction and signed with it. */
export interface Admission {
  readonly assignment?: UserAssignment;
  readonly tariffText?: string;
  readonly place?: ChargePlace;
  /** Begin and end may come in one record at the end. */
  readonly combined: boolean;
  readonly meter: MeterLabel;
  /** As it was commissioned; null: not known. */
  readonly publicKey: string | null;
}

/** What happened at a meter that calibration law has to know, for the legal logbook. */
export type LegalNote = 'unbillable' | 'lateRecord' | 'recordsMissing';

/** The calibration law at one EVSE, as a port of its transactions (eichrecht.md sections 1, 2 and 4). */
export interface LegalMeter {
  /** Whether Eichrecht applies to transactions that start now. */
  readonly applies: boolean;
  /** Whether the meter can sign a reading within a transaction. */
  readonly intermediate: boolean;
  /** How long the signed end is waited for, in ms (`eichrecht.signedEndTimeout`). */
  readonly signedEndMs: number;
  /**
   * Checks in order what has to hold before a start (E-06). Rejects with `LegalRefusal`; then nothing was asked of the meter that
   * would have to be taken back.
   */
  admit(grant: Grant): Promise<Admission>;
  /** The meter as it is now, and its key. */
  readonly identity: { readonly meter: MeterLabel; readonly publicKey: string | null };
  /** What the meter numbered between two numbers and can give again, and the logbook's writes of what it cannot. Never rejects. */
  missing(
    after: number,
    before: number,
  ): Promise<{ readonly records: readonly NewSigned[]; readonly writes: readonly Write[] }>;
  /** Writes of an entry in the legal logbook, for the commit in which it counts. */
  note(kind: LegalNote, text: string): readonly Write[];
  /** Transactions that the meter did not close: so many are open in it now. */
  leftInMeter(count: number): void;
}

/** A start that calibration law forbids, with what to tell people. */
export class LegalRefusal extends KerbsideError {
  /** At most 40 characters, for the connector's status; null: a block shows why. */
  readonly info: string | null;

  constructor(message: string, info: string | null, options?: { readonly cause?: unknown }) {
    super('eichrecht.noStart', message, options);
    this.info = info;
  }
}
