import type { StatusReport } from './session.ts';

/** One report that waits. */
export interface WaitingStatus<T> {
  readonly report: StatusReport;
  /** The fact that goes first; null for none. */
  readonly afterSeq: number | null;
  readonly sinceMs: number;
  /** What the owner attached. */
  readonly ticket: T;
}

/** So many changes of one EVSE may wait; beyond, the oldest is left out (the newest wins). */
const waitingPerEvse = 16;
/** A report waits for its fact no longer than this. */
export const heldAtMostMs = 60_000;

/**
 * The reports that wait: in order for each EVSE, because every transition is to be reported (N-01), but EVSEs do not wait
 * for each other. A report that waits for its fact holds the later ones of its EVSE back.
 */
export class StatusLane<T> {
  readonly #byEvse = new Map<number, WaitingStatus<T>[]>();

  /** Takes a report in; returns the one that had to go for it. */
  add(waiting: WaitingStatus<T>): WaitingStatus<T> | undefined {
    const { evse } = waiting.report;
    const line = this.#byEvse.get(evse) ?? [];
    line.push(waiting);
    this.#byEvse.set(evse, line);
    return line.length > waitingPerEvse ? line.shift() : undefined;
  }

  /** The report that goes next: the oldest of those that are first of their EVSE and wait for nothing. */
  next(isHeld: (waiting: WaitingStatus<T>) => boolean): WaitingStatus<T> | undefined {
    let found: WaitingStatus<T> | undefined;
    for (const [first] of this.#byEvse.values()) {
      if (first !== undefined && (found === undefined || first.sinceMs < found.sinceMs) && !isHeld(first))
        found = first;
    }
    return found;
  }

  /** The first report of each EVSE. */
  heads(): readonly WaitingStatus<T>[] {
    return [...this.#byEvse.values()].flatMap(([first]) => first ?? []);
  }

  remove(waiting: WaitingStatus<T>): void {
    const { evse } = waiting.report;
    const line = this.#byEvse.get(evse)?.filter((each) => each !== waiting) ?? [];
    if (line.length > 0) this.#byEvse.set(evse, line);
    else this.#byEvse.delete(evse);
  }

  /** Empties the lane. */
  clear(): readonly WaitingStatus<T>[] {
    const all = [...this.#byEvse.values()].flat();
    this.#byEvse.clear();
    return all;
  }
}
