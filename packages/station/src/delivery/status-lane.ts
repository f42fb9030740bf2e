import { LazyMap } from '../core/lazy-map.ts';
import { statusTransitions } from '../evse/connector-status.ts';
import type { StatusReport } from './session.ts';

/** One report that waits. */
export interface WaitingStatus<T> {
  readonly report: StatusReport;
  /** The fact that goes first; null for none. */
  readonly afterSeq: number | null;
  readonly sinceMs: number;
  /** It waits for its fact no longer than until then. */
  readonly heldUntilMs: number;
  /** What the owner attached. */
  readonly ticket: T;
}

/** So many changes of one EVSE may wait; beyond, an informative one is left out, else an old one (the newest wins). */
const waitingPerEvse = 16;
/** A report waits for its fact no longer than this. */
export const heldAtMostMs = 60_000;
/** And when the backend has asked for it, no longer than this. */
const hurriedAtMostMs = 5_000;

/**
 * The reports that wait: in order for each EVSE, because every transition is to be reported (N-01), but EVSEs do not wait
 * for each other. A report that waits for its fact holds the later ones of its EVSE back.
 */
export class StatusLane<T> {
  readonly #byEvse = new LazyMap<number, WaitingStatus<T>[]>();

  /** Takes a report in; returns those that had to go for it. */
  add(waiting: WaitingStatus<T>): readonly WaitingStatus<T>[] {
    const { evse } = waiting.report;
    const line = this.#byEvse.get(evse) ?? [];
    line.push(waiting);
    this.#byEvse.set(evse, line);
    return line.length <= waitingPerEvse ? [] : makeRoom(line);
  }

  /** The backend wants to hear of an EVSE: what waits there is not held back for long. False when no status waits. */
  hurry(evse: number, nowMs: number): boolean {
    const line = this.#byEvse.get(evse) ?? [];
    const hurried = line.map((each) => ({
      ...each,
      heldUntilMs: Math.min(each.heldUntilMs, nowMs + hurriedAtMostMs),
    }));
    if (line.length > 0) this.#byEvse.set(evse, hurried);
    return line.some(({ report }) => report.informative !== true);
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

  /** How many wait. */
  get size(): number {
    let size = 0;
    for (const line of this.#byEvse.values()) size += line.length;
    return size;
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

/** Takes out what a backend misses least: what remains is still a legal way from status to status (N-01). */
function makeRoom<T>(line: WaitingStatus<T>[]): readonly WaitingStatus<T>[] {
  const informative = line.findIndex(({ report }) => report.informative === true);
  if (informative >= 0) return line.splice(informative, 1);
  for (const [index, { report: before }] of line.slice(0, -2).entries()) {
    const after = line[index + 2]?.report.status;
    if (after === undefined) break;
    // There and back: the status before it says the same as the one after it.
    if (after === before.status) return line.splice(index, 2);
    if (statusTransitions[before.status].includes(after)) return line.splice(index + 1, 1);
  }
  return line.splice(0, 1);
}
