/** What the clock of transactions works with. */
export interface TransactionClockDeps {
  /** The station's wall clock; may jump when a backend sets it. */
  readonly nowMs: () => number;
  /** Never jumps. */
  readonly monotonicMs: () => number;
}

/**
 * The time of one running transaction: the wall clock at its start plus what has really passed since. A clock that is set
 * meanwhile changes neither the order of its times nor how long it lasted (G-03, H-03, E-15).
 */
export class TransactionClock {
  readonly #deps: TransactionClockDeps;
  #anchor: { readonly wallMs: number; readonly monotonicMs: number } | null = null;

  constructor(deps: TransactionClockDeps) {
    this.#deps = deps;
  }

  /** A transaction begins now. Returns its time. */
  begin(): number {
    this.#anchor = { wallMs: this.#deps.nowMs(), monotonicMs: this.#deps.monotonicMs() };
    return this.#anchor.wallMs;
  }

  /** The present time of the transaction; the wall clock's when it was begun in an earlier life of the station. */
  now(): number {
    if (this.#anchor === null) return this.#deps.nowMs();
    return this.#anchor.wallMs + this.#deps.monotonicMs() - this.#anchor.monotonicMs;
  }

  /** The transaction is over. */
  end(): void {
    this.#anchor = null;
  }
}
