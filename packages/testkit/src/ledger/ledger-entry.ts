import type { JsonObject } from '@kerbside/station';

/** The messages that a ledger books. */
export type BookedAction = 'StartTransaction' | 'MeterValues' | 'StopTransaction';

/** One booking; a ledger is nothing but the list of them. */
export interface LedgerEntry {
  /** Counts the bookings, from 1. */
  readonly sequence: number;
  readonly action: BookedAction;
  readonly identity: string;
  readonly messageId: string;
  readonly payload: JsonObject;
  /** When the backend received it, by its wall clock. */
  readonly atMs: number;
  /** The id that the backend gave; of a StartTransaction only. */
  readonly transactionId?: number;
  /**
   * What it was to the books: `new`, `retransmission` (same message id, same payload, booked before) or `double` (the same
   * business fact under another message id).
   */
  readonly kind: 'new' | 'retransmission' | 'double';
}

/** One transaction as the bookings tell it. */
export interface LedgerTransaction {
  readonly transactionId: number;
  readonly identity: string;
  readonly connectorId: number;
  readonly idTag: string;
  readonly meterStart: number;
  readonly startTimestamp: string;
  readonly reservationId?: number;
  readonly start: LedgerEntry;
  /** The transaction that this one repeats: it was opened by a double or an unrecognized retransmission. */
  readonly copyOf?: number;
  readonly meterValues: readonly LedgerMeterValues[];
  /** In order of arrival; a clean transaction has one. */
  readonly stops: readonly LedgerStop[];
}

/** One MeterValues message of a transaction. */
export interface LedgerMeterValues {
  readonly entry: LedgerEntry;
  /** The `meterValue` array as received. */
  readonly readings: readonly JsonObject[];
}

/** One StopTransaction. */
export interface LedgerStop {
  readonly entry: LedgerEntry;
  readonly meterStop: number;
  readonly timestamp: string;
  /** `Local` when the message has none (OCPP 1.6 §6.45). */
  readonly reason: string;
  readonly idTag?: string;
  readonly transactionData: readonly JsonObject[];
}

/** What `Ledger.export` writes and `Ledger.import` reads. */
export interface LedgerJson {
  readonly format: 'kerbside-ledger-1';
  readonly entries: readonly LedgerEntry[];
}
