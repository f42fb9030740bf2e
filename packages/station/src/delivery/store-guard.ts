import { messageOf } from '../core/errors.ts';
import type { Cancel, Time } from '../core/time.ts';
import type { Store, Write } from '../store/store.ts';

export interface StoreGuardDeps {
  readonly store: Store;
  readonly time: Time;
  /** A harmless write, which shows whether the store takes any. */
  readonly probe: () => readonly Write[];
  readonly onBlocked: (problem: string) => void;
  readonly onRecovered: () => void;
}

interface Pending {
  readonly writes: readonly Write[];
  readonly done: () => void;
}

const retryMs = 10_000;

/**
 * Writes what must not be forgotten. While the store takes nothing it is *blocked*: what was learnt is kept here and written
 * as soon as possible, and nothing more may be sent whose answer could not be recorded, for that would be sent again and again.
 */
export class StoreGuard {
  readonly #deps: StoreGuardDeps;
  #pending: Pending[] = [];
  #blocked = false;
  #retrying = false;
  #started = false;
  #cancelRetry: Cancel = () => {};
  #stopListening: () => void = () => {};

  constructor(deps: StoreGuardDeps) {
    this.#deps = deps;
  }

  get blocked(): boolean {
    return this.#blocked;
  }

  start(): void {
    const { store } = this.#deps;
    this.#stopListening();
    this.#started = true;
    this.#stopListening = store.onHealth((health) => {
      if (health.kind === 'ok') void this.#retry();
      else this.block(health.problem);
    });
    if (store.health.kind !== 'ok') this.block(store.health.problem);
  }

  stop(): void {
    this.#started = false;
    this.#stopListening();
    this.#cancelRetry();
  }

  /** Resolves when the writes are on disk and `done` was called, or when the store turned out to be blocked. Never rejects. */
  async settle(writes: readonly Write[], done: () => void): Promise<void> {
    if (writes.length === 0) {
      done();
      return;
    }
    // Behind others that wait: writes about one fact keep their order.
    if (this.#blocked) {
      this.#pending.push({ writes, done });
      return;
    }
    try {
      await this.#deps.store.commit(writes);
    } catch (cause) {
      this.#pending.push({ writes, done });
      this.block(messageOf(cause));
      return;
    }
    done();
  }

  /** Queues what may be lost in a power cut. */
  later(writes: readonly Write[]): void {
    if (writes.length === 0) return;
    if (this.#blocked) {
      this.#pending.push({ writes, done: () => {} });
      return;
    }
    try {
      this.#deps.store.commitLater(writes);
    } catch (cause) {
      this.#pending.push({ writes, done: () => {} });
      this.block(messageOf(cause));
    }
  }

  /** Takes note that the store failed; sends and writes wait until it takes a write again. */
  block(problem: string): void {
    this.#cancelRetry();
    if (this.#started) this.#cancelRetry = this.#deps.time.after(retryMs, () => void this.#retry());
    if (this.#blocked) return;
    this.#blocked = true;
    this.#deps.onBlocked(problem);
  }

  async #retry(): Promise<void> {
    if (!this.#blocked || this.#retrying) return;
    this.#retrying = true;
    try {
      if (this.#pending.length === 0) await this.#deps.store.commit(this.#deps.probe());
      for (let [next] = this.#pending; next !== undefined; [next] = this.#pending) {
        await this.#deps.store.commit(next.writes);
        this.#pending.shift();
        next.done();
      }
      this.#cancelRetry();
      this.#blocked = false;
      this.#deps.onRecovered();
    } catch (cause) {
      this.block(messageOf(cause));
    } finally {
      this.#retrying = false;
    }
  }
}
