import { KerbsideError } from '../../core/errors.ts';
import type { Refusal } from './messages.ts';

interface Pending {
  readonly resolve: () => void;
  readonly reject: (error: KerbsideError) => void;
}

/** A commit handed in so soon after the last answer (ms) belongs to a chain: somebody commits, waits and commits again. */
const CHAIN_MS = 0.1;

/** How long no chain is seen after looking was in vain: at first, and after many times in a row (ms). */
const SHORT_PAUSE_MS = 2;
const LONG_PAUSE_MS = 50;

/** The commits whose sync has not been reported, in the order of their calls. */
export class PendingCommits {
  #queue: Pending[] = [];
  /** How many of the queue's head are settled; they are cut off now and then, not one by one. */
  #head = 0;
  #settledAtMs = Number.NEGATIVE_INFINITY;
  #pausedUntilMs = 0;
  #pauseMs = SHORT_PAUSE_MS;
  /** How many were settled in all, modulo 2³². */
  #total = 0;
  readonly #refusals = new Map<number, Refusal>();

  /** Adds one; the promise settles with `settle` or `rejectAll`. */
  add(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ resolve, reject });
    });
  }

  /** Whether one caller alone commits step by step, so that the way between the threads is a good part of its waiting. */
  get isChain(): boolean {
    if (this.#queue.length - this.#head !== 1) return false;
    const nowMs = performance.now();
    return nowMs - this.#settledAtMs < CHAIN_MS && nowMs >= this.#pausedUntilMs;
  }

  /** Takes note whether treating a chain as such was worth it; a slow disk or a busy machine soon makes it rare. */
  notePaid(hasPaid: boolean): void {
    if (hasPaid) {
      this.#pauseMs = SHORT_PAUSE_MS;
      return;
    }
    this.#pausedUntilMs = performance.now() + this.#pauseMs;
    this.#pauseMs = Math.min(LONG_PAUSE_MS, this.#pauseMs * 2);
  }

  /** Notes which of those that will be settled next were not written. */
  refuse(refusals: readonly Refusal[]): void {
    for (const refusal of refusals) this.#refusals.set(refusal.index, refusal);
  }

  /** Settles the oldest `count`. */
  settle(count: number): void {
    const end = Math.min(this.#queue.length, this.#head + count);
    this.#settledAtMs = performance.now();
    for (; this.#head < end; this.#head++) {
      const refusal = this.#refusals.get(this.#total);
      if (refusal === undefined) this.#queue[this.#head]?.resolve();
      else this.#queue[this.#head]?.reject(new KerbsideError(refusal.code, refusal.message));
      this.#refusals.delete(this.#total);
      this.#total = (this.#total + 1) | 0;
    }
    if (this.#head === this.#queue.length || this.#head > 4_096) {
      this.#queue = this.#queue.slice(this.#head);
      this.#head = 0;
    }
  }

  /** Rejects all, because no answer will come. */
  rejectAll(error: KerbsideError): void {
    for (const pending of this.#queue.splice(this.#head)) pending.reject(error);
  }
}
