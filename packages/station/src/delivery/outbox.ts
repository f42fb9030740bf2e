import { KerbsideError } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import type { Store, Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import type { DeliveryEvent, OutboxSnapshot, ResendReason } from './delivery-events.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { BackendSession, FactAnswer, Outcome } from './session.ts';

/** What an outbox is made of. */
export interface OutboxDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs' | 'valid'>;
  readonly random: Random;
  readonly settings: () => DeliverySettings;
  /**
   * More writes for the commit that takes a delivered fact out of the queue (cache …). The id that the backend gave the
   * transaction is written by the outbox itself (collection `backendTransactions`).
   */
  readonly onDelivered?: (fact: Fact, answer: FactAnswer) => readonly Write[];
  /** After that commit. For MeterValues the removal may still be lost in a power cut (then it is sent again). */
  readonly afterDelivered?: (fact: Fact, answer: FactAnswer) => void;
  readonly onEvent?: (event: DeliveryEvent) => void;
}

/** What is to be sent next. */
export type NextMessage =
  | { readonly kind: 'send'; readonly seq: number; readonly lane: 'transaction' | 'event' | 'parked' }
  /** Nothing before this time on the monotonic clock. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'idle' };

/** A parked fact with its content, as shown and exported. */
export interface DeadLetter {
  readonly seq: number;
  readonly transaction: string | null;
  /** Null when the stored text cannot be read. */
  readonly fact: Fact | null;
  readonly parkedAtMs: number;
  readonly failed: number;
  readonly lastError: string;
}

/** The durable queue of facts for the backend (row 11, 12, 12a, 12b of `parameters.md`). */
export class Outbox {
  constructor(deps: OutboxDeps) {
    void deps;
  }
  /** Loads what waits. Call once, before anything else. */
  async open(): Promise<void> {
    throw pending();
  }
  /** Stops the timers; nothing is lost. May be called twice. */
  close(): void {}
  /**
   * Commits facts together with the caller's documents; resolves with the seqs of the facts when they are on disk.
   * @throws KerbsideError `store.unavailable`: nothing happened.
   */
  async append(facts: readonly Fact[], alsoWrites: readonly Write[] = []): Promise<readonly number[]> {
    void [facts, alsoWrites];
    throw pending();
  }
  /** Tells each change after which `next` may say something else. Returns the way to stop listening. */
  onChange(listener: () => void): () => void {
    void listener;
    return () => {};
  }
  /** Whether messages of the queue may be sent: connected and registered. Set by the scheduler. */
  setOnline(online: boolean): void {
    void online;
  }
  /** What to send next; parks what is not worth an attempt on the way. */
  next(): NextMessage {
    return { kind: 'idle' };
  }
  /** Sends what `next` named and settles it; resolves when the next CALL may leave. Never rejects. */
  async transmit(message: NextMessage & { readonly kind: 'send' }, session: BackendSession): Promise<void> {
    void [message, session];
  }
  /** An answer that came after its time-out: settles the waiting fact as if it had come in time. */
  lateAnswer(messageId: string, outcome: Outcome<FactAnswer>): void {
    void [messageId, outcome];
  }
  /** Tries the parked facts again as soon as nothing waits. */
  resendParked(reason: ResendReason): void {
    void reason;
  }
  /** Whether a fact was answered, failed once, parked or dropped: nothing has to wait for it any longer. */
  passed(seq: number): boolean {
    void seq;
    return true;
  }
  /** Resolves with true when `passed(seq)`, with false when the signal is aborted first. */
  async whenPassed(seq: number, signal: AbortSignal): Promise<boolean> {
    void [seq, signal];
    return true;
  }
  /** How many facts of the transaction lane wait before this one. */
  waitingBefore(seq: number): number {
    void seq;
    return 0;
  }
  /** The id that the backend gave a transaction; null before. */
  backendTransaction(transaction: string): string | null {
    void transaction;
    return null;
  }
  /** The transaction to which the backend gave this id, the newest when several; null for none. */
  transactionOf(backendTransaction: string): string | null {
    void backendTransaction;
    return null;
  }
  snapshot(): OutboxSnapshot {
    throw pending();
  }
  /** What is parked, in order. */
  async deadLetters(): Promise<readonly DeadLetter[]> {
    return [];
  }
}

function pending(): KerbsideError {
  return new KerbsideError('internal.bug', 'Not built yet.');
}
