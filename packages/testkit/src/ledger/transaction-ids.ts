/** Which transaction ids a backend gives: those of the list first, then a counter. */
export interface TransactionIdPlan {
  /** Given first, in this order; any integer is legal, 0 and negative ones too. */
  readonly list?: readonly number[];
  /** The first of the counter; default 1. */
  readonly first?: number;
  /** Default 1; 0 gives the same id always, as some test backends do. */
  readonly step?: number;
}

/** Gives transaction ids by a plan and never one that is already in the books, unless the plan says so. */
export class TransactionIds {
  #list: number[] = [];
  #next = 1;
  #step = 1;

  constructor(plan: TransactionIdPlan = {}) {
    this.plan(plan);
  }

  plan(plan: TransactionIdPlan): void {
    this.#list = [...(plan.list ?? [])];
    this.#next = plan.first ?? this.#next;
    this.#step = plan.step ?? this.#step;
  }

  next(): number {
    const listed = this.#list.shift();
    if (listed !== undefined) return listed;
    const id = this.#next;
    this.#next += this.#step;
    return id;
  }

  /** Keeps the counter clear of an id that is in the books. */
  taken(id: number): void {
    const ahead = this.#step > 0 ? id >= this.#next : id <= this.#next;
    if (this.#step !== 0 && ahead && Math.abs(id - this.#next) < 1_000_000) this.#next = id + this.#step;
  }
}
