import type { Time } from '../core/time.ts';
import type { Outbox } from './outbox.ts';
import type { BackendSession, Outcome, StatusReport } from './session.ts';

/** What may be sent: nothing · BootNotification · that and triggered messages (Pending) · everything (Accepted). */
export type GateLevel = 'nothing' | 'bootOnly' | 'triggeredOnly' | 'all';

/** The classes of CALLs beside the queue and the status lane, first goes first. */
export type CallClass = 'boot' | 'authorize' | 'triggered' | 'heartbeat';

export interface CallSchedulerDeps {
  readonly time: Time;
  readonly outbox: Outbox;
}

export interface RequestOptions {
  /** A request that waits under the same key is joined instead of made anew. */
  readonly coalesceKey?: string;
  /** Ends the waiting: the promise resolves with `unanswered`, a request not yet sent is never sent. */
  readonly signal?: AbortSignal;
}

/** How a StatusNotification ended; `superseded`: too many waited, a newer one of the same EVSE is sent instead. */
export type StatusOutcome = Outcome<Record<never, never>> | { readonly kind: 'superseded' };

/** Lets one CALL at a time leave, in the order of the classes (T-10, Q-01). Closed until `open`. */
export class CallScheduler {
  constructor(deps: CallSchedulerDeps) {
    void deps;
  }
  /** A connection is there. Replaces an older one. */
  open(session: BackendSession, level: GateLevel): void {
    void [session, level];
  }
  /** The registration changed. Requests that the level does not allow end as `linkLost`. */
  setLevel(level: GateLevel): void {
    void level;
  }
  /** The connection is gone: everything that waits ends as `linkLost`; the queue keeps its own. May be called twice. */
  close(): void {}
  /** Whether a CALL is in flight. */
  get busy(): boolean {
    return false;
  }
  /** Resolves when no CALL is in flight (a bearer move waits for it). */
  async whenIdle(): Promise<void> {}
  /** Sends one CALL when its turn comes. Ends at once as `linkLost` when the gate does not let its class through. */
  async request<T>(
    callClass: CallClass,
    send: (session: BackendSession) => Promise<Outcome<T>>,
    options: RequestOptions = {},
  ): Promise<Outcome<T>> {
    void [callClass, send, options];
    return { kind: 'linkLost' };
  }
  /**
   * Reports a status. `afterSeq` names the fact that goes first: waited for at most 60 s, and not behind a long
   * backlog. Not kept without a connection: ends as `linkLost`, and the current status is reported anew (N-07).
   */
  async reportStatus(report: StatusReport, options: { readonly afterSeq?: number } = {}): Promise<StatusOutcome> {
    void [report, options];
    return { kind: 'linkLost' };
  }
}
