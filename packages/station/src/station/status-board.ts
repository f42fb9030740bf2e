import type { Cancel } from '../core/time.ts';
import { statusPath, type ConnectorStatus } from '../evse/connector-status.ts';
import type { ShownStatus } from '../evse/shown-status.ts';
import type { StatusReport } from '../delivery/session.ts';

/** What the board works with. */
export interface StatusBoardDeps {
  readonly nowMs: () => number | null;
  readonly after: (delayMs: number, callback: () => void) => Cancel;
  /** Whether statuses may go out at this moment. */
  readonly online: () => boolean;
  /** Whether all connectors or only changed ones are reported after a reconnect (`compat.statusOnReconnect`). */
  readonly onReconnect: () => 'all' | 'changed';
  /** Sends one report; `afterSeq` names the fact that goes first. Resolves with whether the backend has it. */
  readonly send: (report: StatusReport, afterSeq: number | null) => Promise<boolean>;
}

/** Between a status that the backend did not take and its repetition. */
const repeatMs = 60_000;

interface Place {
  shown: ShownStatus;
  sinceMs: number | null;
  /** What was handed over for sending last on this connection. */
  handed: ConnectorStatus | null;
  /** What the backend has confirmed last. */
  delivered: string | null;
  cancelRepeat: Cancel;
}

/**
 * Tells the backend what each EVSE shows: every transition by a legal way, none twice, and after an outage the present once
 * and not the history (N-01, N-07).
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
    if (fingerprint(before) === fingerprint(shown)) return;
    place.shown = shown;
    if (isWithdrawal(before, shown)) return;
    place.sinceMs = this.#deps.nowMs();
    if (!this.#deps.online() || place.handed === null) return;
    const path = statusPath(place.handed, shown.status);
    for (const between of path.slice(0, -1)) this.#send(evse, place, plain(between), afterSeq);
    this.#send(evse, place, shown, afterSeq);
  }

  /** Sets the first status of an EVSE without telling anyone. */
  place(evse: number, shown: ShownStatus): void {
    this.#place(evse, shown).shown = shown;
  }

  /** What an EVSE shows. */
  shown(evse: number): ShownStatus | null {
    return this.#places.get(evse)?.shown ?? null;
  }

  /** The connection is gone: what was not confirmed is told anew when it is back. */
  offline(): void {
    for (const place of this.#places.values()) {
      place.handed = null;
      place.cancelRepeat();
    }
  }

  /** Registered: reports every EVSE in order, or after a mere reconnect perhaps only the changed ones (T-22). */
  online(again: boolean): void {
    const changedOnly = again && this.#deps.onReconnect() === 'changed';
    for (const evse of this.#evses()) {
      const place = this.#places.get(evse);
      if (place === undefined) continue;
      if (changedOnly && place.delivered === fingerprint(place.shown)) place.handed = place.shown.status;
      else this.#send(evse, place, place.shown, null);
    }
  }

  /** The report of an EVSE as it is now, for a trigger; null for an unknown one. */
  report(evse: number): StatusReport | null {
    const place = this.#places.get(evse);
    return place === undefined ? null : toReport(evse, place.shown, this.#since(place));
  }

  /** Since when a status is valid; never later than now, should the clock have been set back meanwhile (N-08). */
  #since(place: Place): number | null {
    const nowMs = this.#deps.nowMs();
    return nowMs === null || place.sinceMs === null ? nowMs : Math.min(place.sinceMs, nowMs);
  }

  #evses(): readonly number[] {
    return [...this.#places.keys()].toSorted((left, right) => left - right);
  }

  #place(evse: number, shown: ShownStatus): Place {
    let place = this.#places.get(evse);
    if (place === undefined) {
      place = { shown, sinceMs: this.#deps.nowMs(), handed: null, delivered: null, cancelRepeat: () => undefined };
      this.#places.set(evse, place);
    }
    return place;
  }

  #send(evse: number, place: Place, shown: ShownStatus, afterSeq: number | null): void {
    place.handed = shown.status;
    const report = toReport(evse, shown, this.#since(place));
    void this.#deps.send(report, afterSeq).then((delivered) => {
      if (delivered) place.delivered = fingerprint(shown);
      else this.#repeatLater(evse, place, shown);
    });
  }

  /** A backend that refused or left unanswered what is still shown gets it again; after a lost link `online` tells all anew. */
  #repeatLater(evse: number, place: Place, shown: ShownStatus): void {
    if (!this.#deps.online()) return;
    place.cancelRepeat();
    place.cancelRepeat = this.#deps.after(repeatMs, () => {
      const stillSo = place.shown === shown && place.handed === shown.status && place.delivered !== fingerprint(shown);
      if (stillSo && this.#deps.online()) this.#send(evse, place, shown, null);
    });
  }
}

function toReport(evse: number, shown: ShownStatus, timeMs: number | null): StatusReport {
  const { status, errorCode, info, vendorErrorCode } = shown;
  return { evse, connector: evse === 0 ? 0 : 1, status, errorCode, info, vendorErrorCode, timeMs };
}

function plain(status: ConnectorStatus): ShownStatus {
  return { status, errorCode: status === 'Faulted' ? 'OtherError' : 'NoError', info: null, vendorErrorCode: null };
}

/** Only a text is gone: that is no transition, and nobody reports the same status twice (N-01). */
function isWithdrawal(before: ShownStatus, shown: ShownStatus): boolean {
  return shown.info === null && before.status === shown.status && before.errorCode === shown.errorCode;
}

function fingerprint(shown: ShownStatus): string {
  return [shown.status, shown.errorCode, shown.info ?? ''].join('|');
}
