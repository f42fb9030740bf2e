/** What happened to a fact on its way, without the version-free `kind` of the fact's content. */
export interface FactRef {
  readonly seq: number;
  /** The key of the transaction; null outside one. */
  readonly transaction: string | null;
  /** What the fact is, such as `transactionStarted` or `meterValues`. */
  readonly fact: string;
}

/** One step of the queue, told to observers (log, metrics, UI). */
export type DeliveryEvent =
  | ({ readonly kind: 'enqueued' } & FactRef)
  /** A CALL left; `transmission` counts those of this fact that failed before, plus one. */
  | ({
      readonly kind: 'transmitted';
      readonly messageId: string;
      readonly transmission: number;
      readonly seqs: number;
    } & FactRef)
  | ({ readonly kind: 'delivered'; readonly late: boolean } & FactRef)
  | ({
      readonly kind: 'refused';
      readonly code: string;
      readonly text: string;
      readonly final: boolean;
      readonly security: boolean;
    } & FactRef)
  | ({ readonly kind: 'unanswered' } & FactRef)
  /** The link went while its answer was due; it is sent again under its own id. */
  | ({ readonly kind: 'cut' } & FactRef)
  | ({ readonly kind: 'parked'; readonly reason: string } & FactRef)
  /** A parked fact waits in the queue again, because its Start was delivered. */
  | ({ readonly kind: 'unparked' } & FactRef)
  | ({ readonly kind: 'dropped'; readonly reason: DropReason } & FactRef)
  | ({ readonly kind: 'thinned' } & FactRef)
  | { readonly kind: 'overflowBegan'; readonly waiting: number; readonly bound: number }
  | { readonly kind: 'overflowEnded'; readonly waiting: number; readonly dropped: number }
  /** `traffic.overflowResetsConnection`: the link is to be closed, once in an episode. */
  | { readonly kind: 'resetConnection' }
  /** An answer could not be recorded; nothing more of the transactions is sent until it is. */
  | { readonly kind: 'storeBlocked'; readonly problem: string }
  | { readonly kind: 'storeRecovered' }
  /** A hook of the station failed; the delivery went on without its writes. */
  | { readonly kind: 'hookFailed'; readonly problem: string }
  | { readonly kind: 'resendBegan'; readonly reason: ResendReason; readonly parked: number };

/**
 * Why a fact left the outbox undelivered. *notTaken*: the backend does not know it. *switchedOff*: it is not to be sent any more.
 * *deleted*: a person took it out.
 */
export type DropReason = 'overflow' | 'expired' | 'notTaken' | 'switchedOff' | 'deleted';

/** Why parked facts are tried again (`parameters.md` row 12). */
export type ResendReason = 'boot' | 'endpoint' | 'success' | 'interval' | 'operator' | 'backend';

/** The queue at one moment, for UI and API. */
export interface OutboxSnapshot {
  readonly waiting: number;
  readonly waitingByFact: Readonly<Record<string, number>>;
  readonly parked: number;
  readonly inFlight:
    | (FactRef & { readonly messageId: string; readonly ageMs: number; readonly transmission: number })
    | null;
  /** The first of the transaction lane. */
  readonly head: (FactRef & { readonly failed: number; readonly lastError: string }) | null;
  /** Milliseconds until the next transmission is due; null when none is planned. */
  readonly nextDueInMs: number | null;
  /** Why nothing more is sent: the store cannot record answers. */
  readonly storeBlocked: boolean;
  readonly overflow: boolean;
  readonly counters: DeliveryCounters;
}

/** Counted since the start of the process. */
export interface DeliveryCounters {
  readonly enqueued: number;
  readonly transmitted: number;
  readonly delivered: number;
  readonly refused: number;
  readonly unanswered: number;
  readonly cut: number;
  readonly parked: number;
  readonly dropped: number;
  readonly thinned: number;
}
