import { messageOf } from '../core/errors.ts';
import type { Cancel, Time } from '../core/time.ts';
import { allows, chooseTurn, type CallClass, type GateLevel, type Turn } from './call-priority.ts';
import { RequestQueue, type RequestOptions } from './request-queue.ts';
import type { NextMessage } from './outbox-machine.ts';
import type { Outbox } from './outbox.ts';
import type { BackendSession, Outcome, StatusReport } from './session.ts';
import { heldAtMostMs, StatusLane, type WaitingStatus } from './status-lane.ts';

export type { CallClass, GateLevel, RequestOptions };

export interface CallSchedulerDeps {
  readonly time: Time;
  readonly outbox: Outbox;
}

/** How a StatusNotification ended; `superseded`: too many waited, newer ones of the same EVSE are sent instead. */
export type StatusOutcome = Outcome<Record<never, never>> | { readonly kind: 'superseded' };

type StatusTicket = (outcome: StatusOutcome) => void;

/** A status does not wait for its fact behind a backlog of more than this. */
const longBacklog = 20;

/** Lets one CALL at a time leave, in the order of the classes (T-10, Q-01). Closed until `open`. */
export class CallScheduler {
  readonly #deps: CallSchedulerDeps;
  readonly #requests = new RequestQueue();
  readonly #statuses = new StatusLane<StatusTicket>();
  readonly #idleWaiters: (() => void)[] = [];
  #session: BackendSession | null = null;
  #level: GateLevel = 'nothing';
  #busy = false;
  #held = false;
  /** Since when the head of the transaction lane could go (monotonic), and how many calls overtook it. */
  #overtaken: { readonly sinceMs: number; readonly count: number } | null = null;
  #cancelWake: Cancel = () => {};
  readonly #stopListening: () => void;

  constructor(deps: CallSchedulerDeps) {
    this.#deps = deps;
    this.#stopListening = deps.outbox.onChange(() => this.#pump());
  }

  /** A connection is there; replaces an older one. */
  open(session: BackendSession, level: GateLevel): void {
    if (this.#session !== null) this.close();
    this.#held = false;
    this.#session = session;
    this.setLevel(level);
  }

  /**
   * The registration changed. Requests that the level does not let through end as `linkLost`. What `first` asks for is there
   * before the first message is chosen: statuses of a new connection go before a backlog (T-22).
   */
  setLevel(level: GateLevel, first: () => void = () => undefined): void {
    const wasHeld = this.#held;
    this.#held = true;
    this.#level = this.#session === null ? 'nothing' : level;
    this.#deps.outbox.setOnline(this.#level === 'all');
    this.#requests.dropUnless((callClass) => allows(this.#level, callClass));
    if (this.#level !== 'all') this.dropStatuses();
    try {
      first();
    } finally {
      // A defect in it must not leave the station mute.
      this.#held = wasHeld;
    }
    this.#pump();
  }

  /** The connection is gone: everything that waits ends as `linkLost`; the queue keeps its own. May be called twice. */
  close(): void {
    this.#session = null;
    this.#held = false;
    this.#overtaken = null;
    this.#cancelWake();
    this.setLevel('nothing');
  }

  /** Closes and lets go of the outbox. May be called twice. */
  stop(): void {
    this.close();
    this.#stopListening();
  }

  /** How many StatusNotifications wait. */
  get waitingStatuses(): number {
    return this.#statuses.size;
  }

  /** Whether a CALL is in flight. */
  get busy(): boolean {
    return this.#busy;
  }

  /**
   * Lets no further CALL leave, and resolves when none is in flight: for a move of the link, which would cut it. Ends with
   * `resume` or with the connection.
   */
  async hold(): Promise<void> {
    this.#held = true;
    await this.whenIdle();
  }

  /** CALLs may leave again. May be called twice. */
  resume(): void {
    if (!this.#held) return;
    this.#held = false;
    this.#pump();
  }

  /** Resolves when no CALL is in flight. */
  async whenIdle(): Promise<void> {
    if (!this.#busy) return;
    await new Promise<void>((resolve) => {
      this.#idleWaiters.push(resolve);
    });
  }

  /** Sends one CALL when its turn comes. Ends at once as `linkLost` when the gate does not let its class through. */
  request<T>(
    callClass: CallClass,
    send: (session: BackendSession) => Promise<Outcome<T>>,
    options: RequestOptions = {},
  ): Promise<Outcome<T>> {
    if (!allows(this.#level, callClass)) return Promise.resolve({ kind: 'linkLost' });
    const promise = this.#requests.add(callClass, send, options);
    this.#pump();
    return promise;
  }

  /**
   * Reports a status, after the earlier ones of its EVSE. `afterSeq` names the fact that goes first: waited for
   * at most 60 s, and not behind a long backlog. Not kept without a connection: ends as `linkLost`, and the current status is
   * reported anew (N-07).
   */
  reportStatus(report: StatusReport, options: { readonly afterSeq?: number } = {}): Promise<StatusOutcome> {
    if (this.#level !== 'all') return Promise.resolve({ kind: 'linkLost' });
    return new Promise((resolve) => {
      const sinceMs = this.#deps.time.monotonicMs();
      const heldUntilMs = sinceMs + heldAtMostMs;
      const afterSeq = options.afterSeq ?? null;
      const superseded = this.#statuses.add({ report, afterSeq, sinceMs, heldUntilMs, ticket: resolve });
      for (const each of superseded) each.ticket({ kind: 'superseded' });
      this.#pump();
    });
  }

  /** The backend asks for the status of an EVSE: true when reports of it wait already, which go soon, facts or not. */
  hurryStatus(evse: number): boolean {
    const waits = this.#statuses.hurry(evse, this.#deps.time.monotonicMs());
    this.#pump();
    return waits;
  }

  #pump(): void {
    const session = this.#session;
    if (this.#busy || this.#held || session === null || this.#deps.outbox.settling) return;
    this.#cancelWake();
    const next: NextMessage = this.#level === 'all' ? this.#deps.outbox.next() : { kind: 'idle' };
    if (this.#deps.outbox.settling) return;
    const status = this.#level === 'all' ? this.#statuses.next((waiting) => this.#isHeld(waiting)) : undefined;
    const turn = this.#turn(next, status !== undefined);
    if (turn === null) this.#sleep(next);
    else void this.#run(session, turn, next, status);
  }

  #turn(next: NextMessage, status: boolean): Turn {
    const nowMs = this.#deps.time.monotonicMs();
    const queue = next.kind === 'send' ? next.lane : null;
    if (queue !== 'transaction') this.#overtaken = null;
    else this.#overtaken ??= { sinceMs: nowMs, count: 0 };
    const overtaken = this.#overtaken ?? { sinceMs: nowMs, count: 0 };
    return chooseTurn({
      level: this.#level,
      waiting: this.#requests.classes,
      status,
      queue,
      overtakes: overtaken.count,
      overtakenMs: nowMs - overtaken.sinceMs,
    });
  }

  async #run(
    session: BackendSession,
    turn: CallClass | 'status' | 'queue',
    next: NextMessage,
    status: WaitingStatus<StatusTicket> | undefined,
  ): Promise<void> {
    this.#busy = true;
    if (turn === 'queue') this.#overtaken = null;
    else if (this.#overtaken !== null) this.#overtaken = { ...this.#overtaken, count: this.#overtaken.count + 1 };
    const lost = await this.#call(session, turn, next, status);
    this.#busy = false;
    // The session knows of the loss before anybody told us: nothing may be tried on it again.
    if (lost && this.#session === session) this.close();
    for (const waiter of this.#idleWaiters.splice(0)) waiter();
    this.#pump();
  }

  /** Performs one CALL; true when the link went meanwhile. */
  async #call(
    session: BackendSession,
    turn: CallClass | 'status' | 'queue',
    next: NextMessage,
    status: WaitingStatus<StatusTicket> | undefined,
  ): Promise<boolean> {
    switch (turn) {
      case 'queue': {
        const outcome = next.kind === 'send' ? await this.#deps.outbox.transmit(next, session) : null;
        return outcome?.kind === 'linkLost';
      }
      case 'status': {
        if (status === undefined) return false;
        this.#statuses.remove(status);
        const outcome = await session.status(status.report).catch(notSendable);
        status.ticket(outcome);
        return outcome.kind === 'linkLost';
      }
      case 'boot':
      case 'authorize':
      case 'triggered':
      case 'heartbeat':
      case 'vendor':
        return (await this.#requests.run(turn, session)) === 'linkLost';
    }
  }

  /** Whether a report still waits for its fact. */
  #isHeld(waiting: WaitingStatus<StatusTicket>): boolean {
    const { afterSeq, heldUntilMs } = waiting;
    const { outbox, time } = this.#deps;
    if (afterSeq === null || outbox.passed(afterSeq) || time.monotonicMs() >= heldUntilMs) return false;
    return outbox.waitingBefore(afterSeq, longBacklog + 1) <= longBacklog;
  }

  /** Wakes up when the queue is due again, or when a held status need not wait any longer. */
  #sleep(next: NextMessage): void {
    const { time } = this.#deps;
    const nowMs = time.monotonicMs();
    const held = this.#statuses.heads().map((waiting) => waiting.heldUntilMs);
    const wakeMs = Math.min(next.kind === 'wait' ? next.untilMs : Infinity, ...held.filter((atMs) => atMs > nowMs));
    if (wakeMs < Infinity) this.#cancelWake = time.after(wakeMs - nowMs, () => this.#pump());
  }

  /** Forgets the reports that wait, the newest first; they end as `linkLost`. */
  dropStatuses(): void {
    for (const waiting of this.#statuses.clear().toReversed()) waiting.ticket({ kind: 'linkLost' });
  }
}

function notSendable(cause: unknown): StatusOutcome & { readonly kind: 'notSendable' } {
  return { kind: 'notSendable', problem: messageOf(cause) };
}
