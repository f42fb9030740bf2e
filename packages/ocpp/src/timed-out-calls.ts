/** What is remembered of a call that was not answered in time. */
interface TimedOutCall {
  readonly action: string;
  readonly sentAtMs: number;
}

/** The last calls that timed out, by message id, so that a late answer can still be told from a foreign one (T-12). */
export class TimedOutCalls {
  readonly #limit: number;
  /** In the order of the time-outs: a `Map` keeps the order of insertion. Null before the first: most peers never need it. */
  #calls: Map<string, TimedOutCall> | null = null;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Remembers a call and forgets the oldest one beyond the limit. */
  add(id: string, call: TimedOutCall): void {
    const calls = (this.#calls ??= new Map());
    calls.delete(id);
    calls.set(id, call);
    if (calls.size <= this.#limit) return;
    for (const oldest of calls.keys()) {
      calls.delete(oldest);
      return;
    }
  }

  /** Returns the call and forgets it; `undefined` when no such call is remembered. */
  take(id: string): TimedOutCall | undefined {
    const call = this.#calls?.get(id);
    if (call !== undefined) this.#calls?.delete(id);
    return call;
  }

  /** Forgets all. */
  clear(): void {
    this.#calls?.clear();
  }
}
