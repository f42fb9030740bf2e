import type { Cancel } from '../../core/time.ts';
import type { ShownFault, ShownStatus } from '../../evse/shown-status.ts';
import type { StatusReport } from '../../delivery/session.ts';
import { toldChange, toldStatus, type StatusClasses, type ToldStatus } from './told-status.ts';

/** What the board works with. */
export interface StatusBoardDeps {
  /** Monotonic: since when something shows does not change with the clock. */
  readonly monotonicMs: () => number;
  /** What the wall clock showed at a monotonic moment, by its present setting; null while it is not valid. */
  readonly wallOf: (monotonicMs: number) => number | null;
  readonly after: (delayMs: number, callback: () => void) => Cancel;
  /** Whether statuses may go out at this moment. */
  readonly online: () => boolean;
  /** Whether all connectors or only changed ones are reported after a reconnect (`compat.statusOnReconnect`). */
  readonly onReconnect: () => 'all' | 'changed';
  /** Which classes of reports the backend wants. */
  readonly classes: () => StatusClasses;
  /** How long a status has to last before it is told (`MinimumStatusDuration`). */
  readonly minimumMs: () => number;
  /** Sends one report; `afterSeq` names the fact that goes first. */
  readonly send: (report: StatusReport, afterSeq: number | null) => Promise<SendResult>;
  /** Lets the reports of an EVSE that wait go now, facts or not; false when none waits. */
  readonly hurry: (evse: number) => boolean;
}

/** The backend has it, did not take it, or never will (or will be told otherwise). *dropped*: it was not sent. */
export type SendResult = 'delivered' | 'notTaken' | 'over' | 'dropped';

/** Between a status that the backend did not take and its first repetition; doubles from one to the next. */
const repeatMs = 60_000;
/** After so many repetitions the backend is not told any more until something changes, it reconnects, or it asks (N-01). */
const repeatsAtMost = 4;

interface Place {
  shown: ShownStatus;
  /** Monotonic. */
  sinceMs: number;
  /** What was shown when the backend was told last on this connection. */
  before: ShownStatus;
  /** What was handed over for sending last on this connection. */
  told: ToldStatus | null;
  /** What the backend has confirmed last. */
  delivered: string | null;
  /** The fact that the newest change follows from. */
  afterSeq: number | null;
  /** Ends the wait for a status that has not lasted long enough; null when there is none. */
  cancelWait: Cancel | null;
  cancelRepeat: Cancel;
}

/**
 * Tells the backend what each EVSE shows: every transition by a legal way, none twice, and after an outage the present once
 * and not the history (N-01, N-07). Times are those of the clock as it is set when they are told: a status from before the
 * backend set it does not carry the time of a clock that was wrong (N-08).
 */
export class StatusBoard {
  readonly #deps: StatusBoardDeps;
  readonly #places = new Map<number, Place>();

  constructor(deps: StatusBoardDeps) {
    this.#deps = deps;
  }

  /** What an EVSE shows changed. `afterSeq` names the fact that the change follows from. */
  show(evse: number, shown: ShownStatus, afterSeq: number | null): void {
    const place = this.#place(evse, shown);
    const before = place.shown;
    place.shown = shown;
    place.afterSeq = afterSeq;
    if (before.status !== shown.status || !hasSameFaults(before, shown)) place.sinceMs = this.#deps.monotonicMs();
    if (!this.#deps.online() || place.told === null) return;
    const minimumMs = this.#deps.minimumMs();
    if (minimumMs === 0 || shown.status === place.told.status) this.#tell(evse, place);
    else if (place.cancelWait === null || before.status !== shown.status) this.#wait(evse, place, minimumMs);
  }

  /** Sets the first status of an EVSE without telling anyone. */
  place(evse: number, shown: ShownStatus): void {
    this.#place(evse, shown).shown = shown;
  }

  /** What an EVSE shows. */
  shown(evse: number): ShownStatus | null {
    return this.#places.get(evse)?.shown ?? null;
  }

  /**
   * Something happened at an EVSE that changes neither its status nor an error. Left out unless it is wanted and can be told at
   * once: it is never kept, and beside an error NoError would be a lie.
   */
  inform(evse: number, text: string): void {
    const told = this.#places.get(evse)?.told;
    if (!this.#deps.classes().informative || !this.#deps.online() || told?.errorCode !== 'NoError') return;
    const report = toReport(evse, { ...told, info: text }, this.#deps.wallOf(this.#deps.monotonicMs()));
    void this.#deps.send({ ...report, informative: true }, null);
  }

  /** The connection is gone: what was not confirmed is told anew when it is back. */
  offline(): void {
    for (const place of this.#places.values()) {
      place.told = null;
      stopWaiting(place);
      place.cancelRepeat();
    }
  }

  /** Statuses may go out again, or no more, while the connection stays: what changed meanwhile is told by a legal way (N-01). */
  audienceChanged(): void {
    for (const evse of this.#evses()) {
      const place = this.#places.get(evse);
      if (place === undefined) continue;
      if (!this.#deps.online()) {
        stopWaiting(place);
        place.cancelRepeat();
      } else if (place.told === null) {
        place.before = place.shown;
        this.#send(evse, place, toldStatus(place.shown, this.#deps.classes()), null);
      } else this.#tell(evse, place);
    }
  }

  /** Registered: reports every EVSE in order, or after a mere reconnect perhaps only the changed ones (T-22). */
  online(again: boolean): void {
    if (!this.#deps.online()) return;
    const changedOnly = again && this.#deps.onReconnect() === 'changed';
    for (const evse of this.#evses()) {
      const place = this.#places.get(evse);
      if (place === undefined) continue;
      stopWaiting(place);
      place.before = place.shown;
      const told = toldStatus(place.shown, this.#deps.classes());
      if (changedOnly && place.delivered === fingerprint(told)) place.told = told;
      else this.#send(evse, place, told, null);
    }
  }

  /**
   * The report of an EVSE for a trigger, as it is now, however short (TR-04). Null for an unknown one, and where a report that
   * waits says it already: that one goes at once instead, so that nothing is told twice or in a wrong order.
   */
  triggered(evse: number): StatusReport | null {
    const place = this.#places.get(evse);
    if (place === undefined) return null;
    if (place.cancelWait !== null) this.#tell(evse, place);
    if (this.#deps.hurry(evse)) return null;
    const told = toldStatus(place.shown, this.#deps.classes());
    if (place.told !== null) place.told = told;
    return toReport(evse, told, this.#deps.wallOf(place.sinceMs));
  }

  #evses(): readonly number[] {
    return [...this.#places.keys()].toSorted((left, right) => left - right);
  }

  #place(evse: number, shown: ShownStatus): Place {
    const known = this.#places.get(evse);
    if (known !== undefined) return known;
    const place: Place = {
      shown,
      sinceMs: this.#deps.monotonicMs(),
      before: shown,
      told: null,
      delivered: null,
      afterSeq: null,
      cancelWait: null,
      cancelRepeat: () => undefined,
    };
    this.#places.set(evse, place);
    return place;
  }

  /** A status has to last before it is told; what comes meanwhile begins the wait anew (N-06). */
  #wait(evse: number, place: Place, minimumMs: number): void {
    stopWaiting(place);
    place.cancelWait = this.#deps.after(minimumMs, () => this.#tell(evse, place));
  }

  #tell(evse: number, place: Place): void {
    stopWaiting(place);
    const { told, before, shown: now } = place;
    if (told === null) return;
    place.before = now;
    for (const report of toldChange({ told, before, now }, this.#deps.classes()))
      this.#send(evse, place, report, place.afterSeq);
  }

  #send(evse: number, place: Place, told: ToldStatus, afterSeq: number | null, repeats = 0): void {
    const { told: before } = place;
    place.told = told;
    // What the backend has is unknown until the answer: a status that stays unanswered may have been taken.
    place.delivered = null;
    place.cancelRepeat();
    const report = toReport(evse, told, this.#deps.wallOf(place.sinceMs));
    void this.#deps.send(report, afterSeq).then((result) => {
      if (result === 'delivered') place.delivered = fingerprint(told);
      if (result === 'dropped' && place.told === told) place.told = before;
      if (result === 'notTaken' && repeats < repeatsAtMost) this.#repeatLater(evse, place, told, repeats);
    });
  }

  /** A backend that refused or left unanswered what is still true gets it again; after a lost link `online` tells all anew. */
  #repeatLater(evse: number, place: Place, told: ToldStatus, repeats: number): void {
    if (!this.#deps.online() || place.told !== told) return;
    place.cancelRepeat = this.#deps.after(repeatMs * 2 ** repeats, () => {
      const isLast = place.told === told && place.delivered !== fingerprint(told);
      if (isLast && this.#deps.online()) this.#send(evse, place, told, null, repeats + 1);
    });
  }
}

/** One fault may follow another under the same error code: it has a time of its own (N-08). */
function hasSameFaults({ faults: before }: ShownStatus, { faults: now }: ShownStatus): boolean {
  const isKnown = ({ id, vendorErrorCode }: ShownFault): boolean =>
    before.some((other) => other.id === id && other.vendorErrorCode === vendorErrorCode);
  return before.length === now.length && now.every((fault) => isKnown(fault));
}

function stopWaiting(place: Place): void {
  place.cancelWait?.();
  place.cancelWait = null;
}

function toReport(evse: number, told: ToldStatus, timeMs: number | null): StatusReport {
  return { evse, connector: evse === 0 ? 0 : 1, ...told, timeMs };
}

/** What makes two reports the same for a backend; texts do not. */
function fingerprint({ status, errorCode, vendorErrorCode }: ToldStatus): string {
  return [status, errorCode, vendorErrorCode ?? ''].join('|');
}
