import type { Cancel, Time } from './time.ts';

interface Entry {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** Lets every promise chain that can go on without a timer run to its end. */
export type Settle = () => Promise<void>;

/** A time that stands still until a test moves it; timers fire in order of their due time, then of their creation. */
export class VirtualTime implements Time {
  #nowMs = 0;
  #order = 0;
  #wallOffsetMs: number;
  readonly #entries = new Set<Entry>();
  readonly #settle: Settle;

  /** @param startWallMs the system's wall clock at the beginning (default 2026-11-22T12:00:00Z) */
  constructor(startWallMs: number = Date.UTC(2026, 10, 22, 12), settle: Settle = macrotask) {
    this.#wallOffsetMs = startWallMs;
    this.#settle = settle;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  systemWallMs(): number {
    return this.#nowMs + this.#wallOffsetMs;
  }

  /** Makes the operating system's clock jump, as an administrator or NTP would. */
  setSystemWallMs(wallMs: number): void {
    this.#wallOffsetMs = wallMs - this.#nowMs;
  }

  after(delayMs: number, callback: () => void): Cancel {
    const entry: Entry = { dueMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, callback };
    this.#entries.add(entry);
    return () => {
      this.#entries.delete(entry);
    };
  }

  /** How many timers wait. */
  get pendingTimers(): number {
    return this.#entries.size;
  }

  /** When the next timer is due, on the monotonic clock; `undefined` when none waits. */
  get nextDueMs(): number | undefined {
    return this.#next()?.dueMs;
  }

  /** Moves time on by `byMs`, firing what becomes due and letting promises settle before, between and after. */
  async advance(byMs: number): Promise<void> {
    const endMs = this.#nowMs + byMs;
    await this.#settle();
    for (let next = this.#next(); next !== undefined && next.dueMs <= endMs; next = this.#next()) {
      this.#entries.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.callback();
      await this.#settle();
    }
    this.#nowMs = endMs;
  }

  /** Moves time from timer to timer until `condition` holds; false when it does not within `limitMs`. */
  async until(condition: () => boolean, limitMs: number): Promise<boolean> {
    const endMs = this.#nowMs + limitMs;
    await this.#settle();
    while (!condition()) {
      const dueMs = this.nextDueMs;
      if (dueMs === undefined || dueMs > endMs) {
        this.#nowMs = endMs;
        return false;
      }
      await this.advance(dueMs - this.#nowMs);
    }
    return true;
  }

  #next(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (
        first === undefined ||
        entry.dueMs < first.dueMs ||
        (entry.dueMs === first.dueMs && entry.order < first.order)
      ) {
        first = entry;
      }
    }
    return first;
  }
}

/** A turn of the event loop: all microtasks, and whatever I/O was ready, are done. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
