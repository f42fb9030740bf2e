import type { Json } from '../core/json.ts';
import type { Random } from '../core/random.ts';
import type { OutboxRow, Write } from '../store/store.ts';
import { noBacklog, paceAtConnect, paced, type BacklogPace } from './backlog-pace.ts';
import type { ResendReason } from './delivery-events.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { Effects } from './effects.ts';
import { factRef } from './fact-ref.ts';
import {
  decideEvents,
  decideTransactions,
  isOrphan,
  keepsPace,
  parkReasons,
  type LaneView,
  type Verdict,
} from './lane-decision.ts';
import type { Moment } from './moment.ts';
import type { OptionalActions } from './optional-actions.ts';
import { ParkedFacts } from './parked-facts.ts';
import { QueueState } from './queue-state.ts';
import { attemptsAllowed, endsAttempts, failureText, type Failure } from './retry-plan.ts';
import { traitsOf } from './row-kind.ts';
import type { FactAnswer } from './session.ts';
import type { SendLane } from './send-lane.ts';
import { orphanId } from './transaction-ids.ts';

/** What is to be sent next. */
export type NextMessage =
  | { readonly kind: 'send'; readonly seq: number; readonly lane: SendLane }
  /** Nothing before this time on the monotonic clock. */
  | { readonly kind: 'wait'; readonly untilMs: number }
  | { readonly kind: 'idle' };

export interface OutboxMachineDeps {
  readonly station: string;
  readonly settings: () => DeliverySettings;
  readonly random: Random;
  /** What the backend does not know. */
  readonly optional: OptionalActions;
}

/** What was on disk at the start. */
export interface StoredOutbox {
  readonly rows: readonly OutboxRow[];
  readonly transactionIds: ReadonlyMap<string, Json>;
  readonly batches: ReadonlyMap<string, Json>;
}

/** A message taken for transmission. */
export interface Flight {
  readonly seqs: readonly number[];
  readonly lane: SendLane;
  /** Goes with −1, because its Start is parked. */
  readonly orphan: boolean;
  /** Null while it is being prepared. */
  readonly sent: { readonly atMs: number; readonly messageId: string } | null;
}

const expiryCheckMs = 3_600_000;

/**
 * Decides what becomes of every fact on its way to the backend: order, attempts, waits, parking, thinning, pace. Knows no
 * store, no session and no clock: each input brings the moment, each answer names the effects, and the same inputs give the
 * same effects.
 */
export class OutboxMachine {
  readonly queue: QueueState;
  readonly #deps: OutboxMachineDeps;
  readonly #parked: ParkedFacts;
  #online = false;
  #pace: BacklogPace = noBacklog;
  #flight: Flight | null = null;
  #expiryDueMs = 0;

  constructor(deps: OutboxMachineDeps, nowMs: number) {
    this.#deps = deps;
    this.queue = new QueueState(deps);
    this.#parked = new ParkedFacts({ ...deps, ...pick(this.queue) }, nowMs);
  }

  get flight(): Flight | null {
    return this.#flight;
  }

  /** Takes in what was on disk. */
  load(stored: StoredOutbox, now: Moment): Effects {
    const { queue } = this;
    for (const row of stored.rows) queue.load(row, now);
    queue.batches.load(stored.batches);
    // Whether the first one was sent before the restart is not known: its message may not grow any more.
    queue.markCut(queue.index.transactions.first === undefined ? [] : [queue.index.transactions.first.seq]);
    queue.log.later(...queue.ids.load(stored.transactionIds, (transaction) => queue.index.rowsOf(transaction)));
    queue.fitEvents();
    queue.fitBound();
    return queue.log.take();
  }

  setOnline(online: boolean, now: Moment): void {
    const { index } = this.queue;
    if (online && !this.#online) this.#pace = paceAtConnect(index.waiting, index.highestSeq);
    this.#online = online;
    this.#watchHead(now);
  }

  /** Takes in rows that are on disk; they may leave `spreadMs` later. */
  add(rows: readonly OutboxRow[], now: Moment, spreadMs = 0): Effects {
    const { queue } = this;
    for (const row of rows) {
      queue.put(row, now);
      if (spreadMs > 0) queue.spread(row, now.monoMs + spreadMs);
      queue.log.event({ kind: 'enqueued', ...factRef(row) });
    }
    queue.fitEvents();
    queue.fitBound();
    this.#watchHead(now);
    return queue.log.take();
  }

  /** Wants the parked facts to be tried again; how many can be. */
  want(reason: ResendReason): number {
    this.#parked.want(reason);
    return this.#parked.resendable;
  }

  /** Wants one parked fact to be tried by itself. */
  choose(seq: number): void {
    this.#parked.choose(seq);
  }

  /** What to send now; parks on the way what is not worth an attempt, and forgets what has been parked for too long. */
  next(now: Moment): { readonly next: NextMessage; readonly effects: Effects } {
    if (now.monoMs >= this.#expiryDueMs) {
      this.#expiryDueMs = now.monoMs + expiryCheckMs;
      this.queue.expire(now);
    }
    if (this.#deps.settings().sendEvents === 'off') this.queue.dropEvents('switchedOff');
    let next: NextMessage | undefined;
    while (next === undefined) next = this.#step(now);
    this.#watchHead(now);
    return { next, effects: this.queue.log.take() };
  }

  /** Takes a fact for transmission. Gives it and those that may travel with it in one message of `batchSize` samples. */
  claim(seq: number, lane: SendLane, batchSize: number): readonly number[] {
    const row = this.queue.index.get(seq);
    if (row === undefined) return [];
    const unit = this.queue.unitOf(row).map((member) => member.seq);
    const seqs = unit.length > 1 || lane !== 'transaction' ? unit : this.#batchable(row, batchSize);
    this.#setFlight({ seqs, lane, orphan: isOrphan(this.queue, row), sent: null });
    return seqs;
  }

  /** The claimed message leaves with these of the claimed facts. Gives the id of its transaction at the backend. */
  sent(
    seqs: readonly number[],
    messageId: string,
    now: Moment,
  ): { readonly id: string | null; readonly effects: Effects } {
    const row = this.queue.index.get(seqs[0] ?? -1);
    const flight = this.#flight;
    if (flight === null || row === undefined) return { id: null, effects: this.queue.log.take() };
    this.#setFlight({ ...flight, seqs, sent: { atMs: now.monoMs, messageId } });
    const slowed = flight.lane === 'parked' || row.seq <= this.#pace.untilSeq;
    if (slowed && keepsPace(row)) this.#pace = paced(this.#pace, now.monoMs, this.#deps.settings().backlogPerSecond);
    const transmission = row.state.attempts + 1;
    this.queue.log.event({ kind: 'transmitted', ...factRef(row), messageId, transmission, seqs: seqs.length });
    const known = row.group === null ? null : this.queue.ids.idOf(row.group);
    return { id: flight.orphan ? orphanId : known, effects: this.queue.log.take() };
  }

  /** The link went before the answer: no attempt was used, and the message goes again under its id. */
  linkLost(): Effects {
    const seqs = this.#flight?.seqs ?? [];
    const row = this.queue.index.get(seqs[0] ?? -1);
    this.queue.markCut(seqs);
    this.#setFlight(null);
    if (row !== undefined) {
      this.queue.watch.cut(row.seq);
      this.queue.log.event({ kind: 'cut', ...factRef(row) });
    }
    return this.queue.log.take();
  }

  /** The claimed message could not be prepared; nothing left the station. */
  release(): void {
    this.#setFlight(null);
  }

  /** The message in flight failed on a healthy link. */
  failed(failure: Failure, now: Moment): Effects {
    const flight = this.#flight;
    this.#setFlight(null);
    const row = this.queue.index.get(flight?.seqs[0] ?? -1);
    if (flight !== null && row !== undefined) {
      if (flight.lane === 'parked') this.#parked.failed(row, now.monoMs);
      // What went with −1 goes with the real id next time: other bytes, so another message id.
      const refusals = failure.kind === 'refused' || flight.orphan ? 1 : 0;
      const counted = { attempts: failure.kind === 'notSendable' ? 0 : 1, refusals };
      this.#afterFailure(row, failure, { ...counted, last: flight.orphan }, now);
    }
    return this.queue.log.take();
  }

  /** A refusal that came after its time-out, which was counted then: only its message id is used up. */
  refusedLate(seq: number, failure: Failure, now: Moment): Effects {
    const row = this.queue.index.get(seq);
    if (this.#flight?.seqs[0] === seq) this.#setFlight(null);
    if (row !== undefined) this.#afterFailure(row, failure, { attempts: 0, refusals: 1, last: false }, now);
    return this.queue.log.take();
  }

  /** What has to be written, in one commit, when a message is delivered. */
  deliveryWrites(seq: number, answer: FactAnswer): readonly Write[] {
    const { index, ids, batches } = this.queue;
    const row = index.get(seq);
    if (row === undefined) return [];
    const unit = this.queue.unitOf(row);
    const removed = [...unit.map((member) => this.queue.dequeue(member)), ...batches.dissolution(seq)];
    if (row.group === null) return removed;
    const rowsLeft = index.rowsOf(row.group) - unit.length;
    return [...removed, ...ids.writesFor(row.group, traitsOf(row).fact, answer, rowsLeft)];
  }

  /** The message is delivered, and `deliveryWrites` are written. */
  delivered(seq: number, answer: FactAnswer, late: boolean, now: Moment): Effects {
    const { queue } = this;
    const row = queue.index.get(seq);
    if (row === undefined) return queue.log.take();
    const lane = this.#flight?.seqs[0] === seq ? this.#flight.lane : null;
    if (lane !== null) this.#setFlight(null);
    for (const member of queue.unitOf(row)) queue.remove(member);
    queue.batches.dissolved(seq);
    const { fact } = traitsOf(row);
    if (fact === 'meterValues') {
      queue.accepted(row);
      queue.watch.meterValuesEnded('delivered', now.monoMs);
    }
    queue.log.event({ kind: 'delivered', ...factRef(row), late });
    if (row.group !== null) {
      queue.ids.learn(row.group, fact, answer, queue.index.rowsOf(row.group));
      if (fact === 'transactionStarted') queue.unparkBundle(row.group, now);
    }
    this.#parked.delivered(row, lane);
    queue.fitBound();
    this.#watchHead(now);
    return queue.log.take();
  }

  #watchHead(now: Moment): void {
    const head = this.queue.index.transactions.first;
    const lead = this.#online && head !== undefined && traitsOf(head).fact === 'meterValues';
    this.queue.watch.meterValuesLead(lead, now.monoMs);
  }

  #setFlight(flight: Flight | null): void {
    this.#flight = flight;
    this.queue.take(flight?.seqs ?? []);
  }

  #step(now: Moment): NextMessage | undefined {
    if (!this.#online || this.#flight !== null) return { kind: 'idle' };
    let untilMs = Infinity;
    for (const lane of ['transaction', 'event', 'parked'] as const) {
      const verdict = this.#decide(lane, now.monoMs);
      if (verdict.kind === 'send') return { kind: 'send', seq: verdict.row.seq, lane };
      if (verdict.kind === 'wait') untilMs = Math.min(untilMs, verdict.untilMs);
      if (verdict.kind !== 'park') continue;
      for (const row of verdict.rows) this.queue.park(row, row.state, verdict.reason, now);
      this.queue.fitParked();
      this.queue.fitBound();
      return undefined;
    }
    return untilMs === Infinity ? { kind: 'idle' } : { kind: 'wait', untilMs };
  }

  #decide(lane: SendLane, nowMs: number): Verdict {
    switch (lane) {
      case 'transaction':
        return decideTransactions(this.#view(), nowMs);
      case 'event':
        return decideEvents(this.#view(), nowMs);
      case 'parked': {
        if (this.queue.index.transactions.size > 0) return { kind: 'none' };
        const free = this.#deps.settings().backlogPerSecond === 0;
        return this.#parked.decide(nowMs, free ? 0 : this.#pace.nextMs);
      }
    }
  }

  get #tellsEvents(): boolean {
    const { settings, optional } = this.#deps;
    return settings().sendEvents === 'on' || optional.taken('securityEvent');
  }

  #view(): LaneView {
    const { queue } = this;
    return {
      index: queue.index,
      watch: queue.watch,
      settings: this.#deps.settings(),
      pace: this.#pace,
      dueOf: (row) => queue.dueOf(row),
      finalsOf: (transaction) => queue.finalsOf(transaction),
      unitOf: (row) => queue.unitOf(row),
      tellsEvents: this.#tellsEvents,
    };
  }

  /** The row and the fresh samples of its transaction right behind it. */
  #batchable(row: OutboxRow, batchSize: number): readonly number[] {
    const seqs = [row.seq];
    if (traitsOf(row).fact !== 'meterValues' || !isFresh(row) || isOrphan(this.queue, row)) return seqs;
    if (this.queue.wasCut(row)) return seqs;
    for (const other of this.queue.index.transactions.after(row.seq)) {
      if (seqs.length >= batchSize || traitsOf(other).fact !== 'meterValues') break;
      if (other.group !== row.group || !isFresh(other) || this.queue.batches.includes(other.seq)) break;
      seqs.push(other.seq);
    }
    return seqs;
  }

  #afterFailure(
    row: OutboxRow,
    failure: Failure,
    counted: { readonly attempts: number; readonly refusals: number; readonly last: boolean },
    now: Moment,
  ): void {
    const { queue } = this;
    const traits = traitsOf(row);
    this.#reportFailure(row, failure);
    if (traits.fact === 'securityEvent' && this.#isUnknownEvent(failure)) {
      queue.dropEvents('notTaken');
      return;
    }
    if (traits.fact === 'meterValues' && failure.kind !== 'notSendable') {
      queue.watch.meterValuesEnded(failure.kind, now.monoMs);
    }
    const attempts = row.state.attempts + counted.attempts;
    const refusals = row.state.refusals + counted.refusals;
    const state = { ...row.state, attempts, refusals, lastError: failureText(failure) };
    if (state.standing === 'parked') {
      queue.changeState(row, state, now);
      return;
    }
    const allowed = attemptsAllowed(traits, this.#deps.settings(), queue.finalsOf(row.group));
    if (!counted.last && !endsAttempts(traits, failure) && attempts < allowed) {
      if (counted.attempts > 0) queue.retryLater(row, state, now);
      else queue.changeState(row, state, now);
      return;
    }
    queue.givenUp(row);
    const [, ...others] = queue.unitOf(row);
    queue.park(row, state, parkReasons.usedUp, now);
    for (const member of others) queue.park(member, member.state, state.lastError, now);
    queue.fitParked();
    queue.fitBound();
  }

  /** A backend that does not know security events is not asked to take any until it accepts the station again (S-14). */
  #isUnknownEvent(failure: Failure): boolean {
    const { settings, optional } = this.#deps;
    return settings().sendEvents === 'auto' && optional.note('securityEvent', failure);
  }

  #reportFailure(row: OutboxRow, failure: Failure): void {
    if (failure.kind === 'notSendable') return;
    this.queue.log.event({ ...failure, ...factRef(row) });
  }
}

function isFresh({ state }: OutboxRow): boolean {
  return state.attempts === 0 && state.refusals === 0;
}

function pick(queue: QueueState): Pick<QueueState, 'index' | 'ids' | 'batches' | 'log'> {
  const { index, ids, batches, log } = queue;
  return { index, ids, batches, log };
}
