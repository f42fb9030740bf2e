import type { StopReason } from '../evse/evse-state.ts';
import type { ArchivedBlob, Sample } from '../metering/sample.ts';

/** A fact about a transaction, as it lies in the journal. Nothing in it depends on an OCPP version or on the backend's ids. */
export type TransactionFact =
  | {
      readonly kind: 'transactionStarted';
      readonly transaction: string;
      readonly evse: number;
      readonly connector: number;
      readonly idToken: string;
      readonly timeMs: number;
      readonly meterWh: number;
      readonly offline: boolean;
      /** Counts the facts of one transaction from 0 (2.x seqNo). */
      readonly index: number;
      readonly signed: readonly ArchivedBlob[];
      /** The reservation that it used; absent: none (RS-05). */
      readonly reservation?: number;
      /** It is free of charge: what the backend says of the identifier changes nothing. */
      readonly free?: true;
    }
  | {
      readonly kind: 'meterValues';
      /** Null for clock-aligned and triggered samples outside a transaction. */
      readonly transaction: string | null;
      readonly evse: number;
      readonly samples: readonly Sample[];
      readonly offline: boolean;
      readonly index: number;
    }
  | {
      readonly kind: 'transactionEnded';
      readonly transaction: string;
      readonly evse: number;
      readonly timeMs: number;
      readonly meterWh: number;
      readonly reason: StopReason;
      /** The identifier that stopped it; null when none did. */
      readonly idToken: string | null;
      /** What goes into transactionData, begin and end included. */
      readonly samples: readonly Sample[];
      readonly offline: boolean;
      readonly index: number;
      /** It was free of charge. */
      readonly free?: true;
    };

/** Durable, unordered news for the backend; never before or between a Start and its Stop. */
export type EventFact = {
  readonly kind: 'securityEvent';
  readonly type: string;
  readonly timeMs: number;
  readonly detail: string;
  /** Kept longer than others when too many wait. */
  readonly critical: boolean;
  /** Its number in the security log. */
  readonly logged: number;
  /** The clock was not set when it happened. */
  readonly estimated: boolean;
};

/** Everything that the outbox may hold. */
export type Fact = TransactionFact | EventFact;
