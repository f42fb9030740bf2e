import { patienceAfter, type LastMeterValues, type Patience } from './patience.ts';
import { SeqList } from './seq-list.ts';
import { Stopwatch } from './stopwatch.ts';

interface Boundary {
  readonly seq: number;
  /** On the stopwatch. */
  readonly sinceMs: number;
}

/** Measures for how long MeterValues have been failing while a Start or Stop waits behind them (G-02). */
export class BlockingWatch {
  /** Runs while online with MeterValues at the head of the lane. */
  readonly #blocked = new Stopwatch();
  readonly #boundaries = new SeqList<Boundary>();
  #last: LastMeterValues = null;
  #lastSuccessMs = -Infinity;
  #cuts = { seq: -1, count: 0 };

  /** Whether a Start or Stop waits in the queue. */
  get boundaryWaits(): boolean {
    return this.#boundaries.size > 0;
  }

  /** The seq of the first Start or Stop that waits. */
  get firstBoundary(): number | undefined {
    return this.#boundaries.first?.seq;
  }

  /** Tells whether MeterValues, while online, stand at the head of the lane from now on. */
  meterValuesLead(lead: boolean, nowMs: number): void {
    this.#blocked.set(lead, nowMs);
  }

  joined(seq: number, nowMs: number): void {
    if (this.#boundaries.get(seq) === undefined) this.#boundaries.put({ seq, sinceMs: this.#blocked.at(nowMs) });
  }

  left(seq: number): void {
    this.#boundaries.remove(seq);
  }

  meterValuesEnded(how: 'delivered' | 'refused' | 'unanswered', nowMs: number): void {
    this.#last = how;
    if (how === 'delivered') this.#lastSuccessMs = this.#blocked.at(nowMs);
  }

  /** The link went while this fact was on its way. */
  cut(seq: number): void {
    this.#cuts = { seq, count: this.#cuts.seq === seq ? this.#cuts.count + 1 : 1 };
  }

  /** How often the link went, one time after the other, while this fact was on its way. */
  cutsOf(seq: number): number {
    return this.#cuts.seq === seq ? this.#cuts.count : 0;
  }

  /** The patience with the MeterValues at the head; unlimited while no Start or Stop waits. */
  patience(nowMs: number): Patience {
    const boundary = this.#boundaries.first;
    if (boundary === undefined) return { attempts: Infinity, changesInMs: null };
    const sinceMs = Math.max(boundary.sinceMs, this.#lastSuccessMs);
    return patienceAfter(this.#last, this.#blocked.at(nowMs) - sinceMs);
  }
}
