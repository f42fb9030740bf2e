import { LazyMap } from '../core/lazy-map.ts';
import { LazySet } from '../core/lazy-set.ts';
import type { OutboxRow, OutboxState, Write } from '../store/store.ts';
import { Batches } from './batches.ts';
import { BlockingWatch } from './blocking-watch.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import { EffectLog } from './effects.ts';
import type { DropReason } from './delivery-events.ts';
import { planEventOverflow } from './event-overflow.ts';
import { factRef } from './fact-ref.ts';
import type { Moment } from './moment.ts';
import { OutboxIndex } from './outbox-index.ts';

import { noOverflow, overflowStep, type OverflowEpisode } from './overflow-episode.ts';
import { planOverflow, type OverflowPlan } from './overflow.ts';
import { expiredRows, undatedMs } from './parked-retention.ts';
import { waitAfter } from './retry-plan.ts';
import { traitsOf } from './row-kind.ts';
import { TransactionIds } from './transaction-ids.ts';

export interface QueueStateDeps {
  readonly station: string;
  readonly settings: () => DeliverySettings;
}

/** The rows with everything that hangs on them, and the changes that keep it together. Each change logs its effects. */
export class QueueState {
  readonly index: OutboxIndex = new OutboxIndex();
  readonly log: EffectLog = new EffectLog();
  readonly watch: BlockingWatch = new BlockingWatch();
  readonly ids: TransactionIds;
  readonly batches: Batches;
  readonly #deps: QueueStateDeps;
  /** When a waiting fact may be sent again (monotonic). */
  readonly #due = new LazyMap<number, number>();
  /** Given-up MeterValues by transaction (row 12b). */
  readonly #finals = new LazyMap<string, number>();
  /** Left the station, and the link went before the answer: the backend may have them. */
  readonly #cut = new LazySet<number>();
  /** On their way. */
  #taken: readonly number[] = [];
  #overflow: OverflowEpisode = noOverflow;

  constructor(deps: QueueStateDeps) {
    this.#deps = deps;
    this.ids = new TransactionIds(deps.station);
    this.batches = new Batches(deps.station);
  }

  get overflowing(): boolean {
    return this.#overflow.open;
  }

  dueOf(row: OutboxRow): number {
    return this.#due.get(row.seq) ?? 0;
  }

  /** Lets a fresh fact wait for its place in the time over which a site's messages are spread; forgotten over a restart. */
  spread(row: OutboxRow, dueMs: number): void {
    this.#due.set(row.seq, dueMs);
  }

  finalsOf(transaction: string | null): number {
    return transaction === null ? 0 : (this.#finals.get(transaction) ?? 0);
  }

  /** The rows that are one message with this one, itself first. */
  unitOf(row: OutboxRow): readonly OutboxRow[] {
    return this.batches.seqsOf(row.seq).flatMap((seq) => this.index.get(seq) ?? []);
  }

  /** Names what is on its way: it may not be thinned. */
  take(seqs: readonly number[]): void {
    this.#taken = seqs;
  }

  /** Whether the link went while it was on its way: its message may not change any more. */
  wasCut(row: OutboxRow): boolean {
    return this.#cut.has(row.seq);
  }

  markCut(seqs: readonly number[]): void {
    for (const seq of seqs) this.#cut.add(seq);
  }

  /** Takes in a row, or its new state. */
  put(row: OutboxRow, now: Moment): void {
    this.index.put(row);
    const waits = row.state.standing === 'waiting' && row.lane === 'transaction';
    if (!traitsOf(row).boundary) return;
    if (waits) this.watch.joined(row.seq, now.monoMs);
    else this.watch.left(row.seq);
  }

  /** Takes in a row of the store. Its wait goes on from where it was, and never lasts longer than planned (clock jumps). */
  load(row: OutboxRow, now: Moment): void {
    this.put(row, now);
    const { standing, attempts, dueMs } = row.state;
    if (standing === 'parked' && attempts > 0) this.#countFinal(row);
    if (standing === 'parked' || dueMs === 0) return;
    const longestMs = waitAfter(traitsOf(row), this.#deps.settings(), attempts);
    this.#due.set(row.seq, now.monoMs + Math.min(Math.max(0, dueMs - now.wallMs), longestMs));
  }

  remove(row: OutboxRow): void {
    this.index.remove(row.seq);
    this.watch.left(row.seq);
    this.#due.delete(row.seq);
    this.#cut.delete(row.seq);
    if (row.group !== null && this.index.rowsOf(row.group) === 0) this.#finals.delete(row.group);
  }

  dequeue(row: OutboxRow): Write {
    return { op: 'dequeue', station: this.#deps.station, seq: row.seq };
  }

  /** Keeps a failed fact waiting until its next transmission. */
  retryLater(row: OutboxRow, state: OutboxState, now: Moment): void {
    const waitMs = waitAfter(traitsOf(row), this.#deps.settings(), state.attempts);
    this.#due.set(row.seq, now.monoMs + waitMs);
    this.changeState(row, { ...state, dueMs: Math.round(now.wallMs + waitMs) }, now);
  }

  /** Attempts of Start and Stop are on disk before anything else leaves; samples may count anew after a power cut. */
  changeState(row: OutboxRow, state: OutboxState, now: Moment): void {
    this.put({ ...row, state }, now);
    const write: Write = { op: 'updateQueued', station: this.#deps.station, seq: row.seq, state };
    if (traitsOf(row).boundary) this.log.durable(write);
    else this.log.later(write);
  }

  /** Sets a fact aside: kept, shown, tried again on occasions. */
  park(row: OutboxRow, state: OutboxState, reason: string, now: Moment): void {
    this.#due.delete(row.seq);
    const parkedAtMs = now.wallValid ? Math.round(now.wallMs) : undatedMs;
    const lastError = state.lastError === '' ? reason : state.lastError;
    this.changeState(row, { ...state, standing: 'parked', dueMs: 0, parkedAtMs, lastError }, now);
    this.log.event({ kind: 'parked', ...factRef(row), reason: lastError });
  }

  /** Counts a fact whose attempts are used up (row 12b). */
  givenUp(row: OutboxRow): void {
    this.#countFinal(row);
  }

  /** A sample was accepted: those of its transaction have all their attempts again. */
  accepted(row: OutboxRow): void {
    if (row.group !== null) this.#finals.delete(row.group);
  }

  /** The Start was delivered: what was parked with it takes its place in the queue again, with the id then given. */
  unparkBundle(transaction: string, now: Moment): void {
    if (this.index.rowsOf(transaction) === 0) return;
    const bundle = [...this.index.parked].filter((row) => row.group === transaction);
    for (const row of bundle) {
      const state: OutboxState = { ...row.state, standing: 'waiting', attempts: 0, dueMs: 0, parkedAtMs: 0 };
      this.changeState(row, state, now);
      this.log.event({ kind: 'unparked', ...factRef(row) });
    }
  }

  /** Makes what waits fit the bound (row 11). */
  fitBound(): void {
    const bound = this.#deps.settings().queueSize;
    const { waiting } = this.index;
    if (waiting > bound) this.#drop(planOverflow(this.#waitingRows(), bound, (row) => this.#isUntouchable(row)));
    const step = overflowStep(this.#overflow, { waiting, left: this.index.waiting, bound });
    this.#overflow = step.episode;
    if (step.began) {
      this.log.event({ kind: 'overflowBegan', waiting, bound });
      if (this.#deps.settings().overflowResetsConnection) this.log.event({ kind: 'resetConnection' });
    }
    if (step.ended) this.log.event({ kind: 'overflowEnded', waiting: this.index.waiting, dropped: step.dropped });
  }

  /** Parked samples obey the same bound, by themselves: a backend that takes none for weeks must not fill the disk. */
  fitParked(): void {
    const bound = this.#deps.settings().queueSize;
    if (this.index.parked.size <= bound) return;
    this.#drop(planOverflow(this.index.parked, bound, (row) => this.batches.includes(row.seq)));
  }

  /** Makes the security events fit their own bound, the parked ones too (S-14). */
  fitEvents(): void {
    const bound = this.#deps.settings().eventQueueSize;
    if (this.#securityEventCount <= bound) return;
    const gone = planEventOverflow(this.#securityEvents(), bound, ({ seq }) => this.#taken.includes(seq));
    this.#drop({ dropped: gone, thinned: [] });
  }

  /** Takes every security event out that is not on its way: nobody wants them. They stay in the security log. */
  dropEvents(reason: DropReason): void {
    if (this.#securityEventCount === 0) return;
    const gone = this.#securityEvents().filter(({ seq }) => !this.#taken.includes(seq));
    this.#drop({ dropped: gone, thinned: [] }, reason);
  }

  get #securityEventCount(): number {
    const { waitingByFact, parkedByFact } = this.index;
    return (waitingByFact.get('securityEvent') ?? 0) + (parkedByFact.get('securityEvent') ?? 0);
  }

  #securityEvents(): readonly OutboxRow[] {
    return [...this.index.parked, ...this.index.events].filter((row) => traitsOf(row).fact === 'securityEvent');
  }

  /** Forgets what has been parked for too long; dates what was parked without a clock. */
  expire(now: Moment): void {
    if (!now.wallValid) return;
    for (const row of [...this.index.parked].filter(({ state }) => state.parkedAtMs === undatedMs)) {
      this.changeState(row, { ...row.state, parkedAtMs: Math.round(now.wallMs) }, now);
    }
    for (const row of expiredRows(this.index, now.wallMs, this.#deps.settings().parkedRetentionMs)) {
      this.log.later(...this.batches.dissolution(row.seq));
      this.batches.dissolved(row.seq);
      this.#forget(row);
      this.log.event({ kind: 'dropped', ...factRef(row), reason: 'expired' });
    }
  }

  /** Takes out what a person deleted; that it is gone is on disk. */
  deleted(rows: readonly OutboxRow[]): void {
    for (const row of rows) {
      this.batches.dissolved(row.seq);
      this.remove(row);
      if (row.group !== null) this.log.later(...this.ids.dropped(row.group, this.index.rowsOf(row.group)));
      this.log.event({ kind: 'dropped', ...factRef(row), reason: 'deleted' });
    }
  }

  #drop(plan: OverflowPlan, reason: DropReason = 'overflow'): void {
    for (const row of plan.dropped) this.log.event({ kind: 'dropped', ...factRef(row), reason });
    for (const row of plan.thinned) this.log.event({ kind: 'thinned', ...factRef(row) });
    for (const row of [...plan.dropped, ...plan.thinned]) this.#forget(row);
  }

  #forget(row: OutboxRow): void {
    this.remove(row);
    this.log.later(this.dequeue(row));
    if (row.group !== null) this.log.later(...this.ids.dropped(row.group, this.index.rowsOf(row.group)));
  }

  *#waitingRows(): Generator<OutboxRow, undefined> {
    yield* this.index.events;
    yield* this.index.transactions;
    return undefined;
  }

  /** Sent, or on its way: the backend may have it. */
  #isUntouchable(row: OutboxRow): boolean {
    const sent = row.state.attempts > 0 || this.#cut.has(row.seq) || this.#taken.includes(row.seq);
    return sent || this.batches.includes(row.seq);
  }

  #countFinal(row: OutboxRow): void {
    if (row.group === null || traitsOf(row).fact !== 'meterValues') return;
    this.#finals.set(row.group, (this.#finals.get(row.group) ?? 0) + 1);
  }
}
