import { availableParallelism } from 'node:os';

/** How long the worker looks for the next request before it sleeps, when the last one came quickly (ms). */
const WATCH_MS = 0.1;

/** The words of the shared memory. */
const REQUESTS = 0;
const SETTLED = 1;
const LOOKING = 2;

/** The memory that the two ends of a doorbell share. */
export function createBell(): SharedArrayBuffer {
  return new SharedArrayBuffer(12);
}

/**
 * The worker's end. The worker sleeps in `Atomics.wait` instead of an event loop, which saves a third of the way between the
 * threads; after a request that came quickly it watches the counter for a moment, which saves most of the rest for somebody
 * who commits, waits and commits again.
 */
export class WorkerBell {
  readonly #words: Int32Array;
  readonly #watches: boolean;
  #taken = 0;
  #quick = false;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
    this.#watches = availableParallelism() > 1;
  }

  /** Whether a request lies in the port. */
  get hasRequest(): boolean {
    return Atomics.load(this.#words, REQUESTS) !== this.#taken;
  }

  /** Counts a request that was taken from the port. */
  countTaken(): void {
    this.#taken = (this.#taken + 1) | 0;
  }

  /** Blocks the worker until a request lies in the port. */
  waitForRequest(): void {
    if (this.hasRequest) return;
    const sinceMs = performance.now();
    if (!this.#watches || !this.#quick || !this.#watch(sinceMs)) Atomics.wait(this.#words, REQUESTS, this.#taken);
    this.#quick = performance.now() - sinceMs < WATCH_MS;
  }

  /** Reports commits as settled. False when the station's thread does not look and must be sent a message. */
  settle(count: number): boolean {
    Atomics.add(this.#words, SETTLED, count);
    return Atomics.load(this.#words, LOOKING) === 1;
  }

  #watch(sinceMs: number): boolean {
    while (performance.now() - sinceMs < WATCH_MS) if (this.hasRequest) return true;
    return false;
  }
}

/** The end of the station's thread. */
export class StationBell {
  readonly #words: Int32Array;
  #settled = 0;

  constructor(memory: SharedArrayBuffer) {
    this.#words = new Int32Array(memory);
  }

  /** Says that one more request lies in the port. */
  ring(): void {
    Atomics.add(this.#words, REQUESTS, 1);
    Atomics.notify(this.#words, REQUESTS);
  }

  /** Tells the worker whether this thread looks at the counter by itself. */
  setLooking(looking: boolean): void {
    Atomics.store(this.#words, LOOKING, looking ? 1 : 0);
  }

  /** Whether commits were settled that have not been taken. */
  get hasSettled(): boolean {
    return Atomics.load(this.#words, SETTLED) !== this.#settled;
  }

  /** How many commits were settled since the last call. */
  takeSettled(): number {
    const settled = Atomics.load(this.#words, SETTLED);
    const count = (settled - this.#settled) | 0;
    this.#settled = settled;
    return count;
  }
}
