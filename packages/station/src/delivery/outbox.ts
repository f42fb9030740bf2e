import { KerbsideError, messageOf } from '../core/errors.ts';
import type { Random } from '../core/random.ts';
import type { StationClock } from '../core/station-clock.ts';
import type { Time } from '../core/time.ts';
import { freshState, type OutboxRow, type Store, type Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import { batchesCollection } from './batches.ts';
import { BodyCache } from './body-cache.ts';
import { counted, noCounts } from './delivery-counters.ts';
import type { DeliveryCounters, DeliveryEvent, OutboxSnapshot, ResendReason } from './delivery-events.ts';
import { DeadLetters, type DeadLetter } from './dead-letters.ts';
import type { DeliverySettings } from './delivery-settings.ts';
import type { Effects } from './effects.ts';
import { messageIdOf, parseMessageId } from './message-id.ts';
import type { Moment } from './moment.ts';
import { OptionalActions } from './optional-actions.ts';
import { OutboxDocuments, outboxCollection } from './outbox-documents.ts';
import { OutboxMachine, type NextMessage } from './outbox-machine.ts';
import { snapshotOf } from './outbox-snapshot.ts';
import { prepareMessage, readFacts, type PrepareDeps } from './prepare-message.ts';
import { groupOf, kindOf, laneOf, traitsOf } from './row-kind.ts';
import type { BackendSession, FactAnswer, Outcome } from './session.ts';
import { StoreGuard } from './store-guard.ts';
import { transactionIdsCollection } from './transaction-ids.ts';
import { waitingFacts, type WaitingFacts } from './waiting-facts.ts';

/** What an outbox is made of. */
export interface OutboxDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs' | 'valid'>;
  readonly random: Random;
  readonly settings: () => DeliverySettings;
  /** What the backend does not know, when others remember it too. */
  readonly optional?: OptionalActions;
  /**
   * More writes for the commit that takes a delivered fact out of the queue (cache …). The id that the backend gave the
   * transaction is written by the outbox itself (collection `backendTransactions`).
   */
  readonly onDelivered?: (fact: Fact, answer: FactAnswer) => readonly Write[];
  /** After that commit. For MeterValues the removal may still be lost in a power cut (then it is sent again). */
  readonly afterDelivered?: (fact: Fact, answer: FactAnswer) => void;
  readonly onEvent?: (event: DeliveryEvent) => void;
}

/** A parked message that carries signed data of a transaction. */
export interface UndeliveredRef {
  readonly seq: number;
  readonly transaction: string;
}

/** The durable queue of facts for the backend (rows 11, 12, 12a, 12b of `parameters.md`). The scheduler sends from it. */
export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #machine: OutboxMachine;
  readonly #bodies: BodyCache;
  readonly #documents: OutboxDocuments;
  readonly #guard: StoreGuard;
  readonly #parts: PrepareDeps;
  readonly #listeners = new Set<() => void>();
  #counters: DeliveryCounters = noCounts;
  #opened = false;
  #letters: DeadLetters | null = null;
  /** Writes under way that must be on disk before the next CALL. */
  #settling = 0;
  #nextDueMs: number | null = null;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
    const optional = deps.optional ?? new OptionalActions();
    this.#machine = new OutboxMachine({ ...deps, optional }, deps.time.monotonicMs());
    this.#bodies = new BodyCache(deps.store, deps.station);
    this.#documents = new OutboxDocuments(deps.station);
    this.#guard = new StoreGuard({
      store: deps.store,
      time: deps.time,
      probe: () => this.#documents.installationWrites(),
      onBlocked: (problem) => this.#tell({ kind: 'storeBlocked', problem }),
      onRecovered: () => {
        this.#tell({ kind: 'storeRecovered' });
        this.#changed();
      },
    });
    this.#parts = { machine: this.#machine, bodies: this.#bodies, guard: this.#guard };
  }

  /** Loads what waits. May be called twice; nothing else may be called before it. */
  async open(): Promise<void> {
    if (this.#opened) return;
    const { store, station, random } = this.#deps;
    const [rows, documents, transactionIds, batches] = await Promise.all([
      store.readOutbox(station),
      store.readDocuments(station, outboxCollection),
      store.readDocuments(station, transactionIdsCollection),
      store.readDocuments(station, batchesCollection),
    ]);
    this.#documents.load(documents, rows.at(-1)?.seq ?? -1, () => random.uuid());
    this.#guard.start();
    this.#opened = true;
    this.#perform(this.#machine.load({ rows, transactionIds, batches }, this.#now()));
  }

  /** Stops the timers; nothing is lost. May be called twice. */
  close(): void {
    this.#guard.stop();
    this.#listeners.clear();
  }

  /**
   * Commits facts together with the caller's documents; resolves with the seqs of the facts when they are on disk. They leave
   * `spreadMs` later at the earliest, but never keep a Start or Stop waiting (V-02).
   * @throws KerbsideError `store.unavailable`: nothing happened.
   */
  async append(facts: readonly Fact[], alsoWrites: readonly Write[] = [], spreadMs = 0): Promise<readonly number[]> {
    if (!this.#opened) throw new KerbsideError('internal.bug', 'The outbox was used before it was open.');
    const seqs = this.#documents.takeSeqs(facts.length);
    const rows = facts.map((fact, position) => rowOf(fact, seqs[position] ?? -1));
    const own = this.#documents.writesFor(seqs);
    const enqueued = rows.map((row, position): Write => {
      return { op: 'enqueue', station: this.#deps.station, row, body: JSON.stringify(facts[position]) };
    });
    await this.#deps.store.commit([...alsoWrites, ...own.writes, ...enqueued]);
    own.committed();
    for (const [position, fact] of facts.entries()) this.#bodies.add(seqs[position] ?? -1, fact);
    this.#perform(this.#machine.add(rows, this.#now(), spreadMs));
    this.#changed();
    return seqs;
  }

  /** Tells each change after which `next` may say something else. Returns the way to stop listening. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Whether messages of the queue may be sent: connected and registered. Set by the scheduler. */
  setOnline(online: boolean): void {
    this.#machine.setOnline(online, this.#now());
  }

  /** True while a confirmation is being written: no CALL may leave, of whatever class. */
  get settling(): boolean {
    return this.#settling > 0;
  }

  /** What to send next; parks on the way what is not worth an attempt. */
  next(): NextMessage {
    if (!this.#opened || this.settling || this.#guard.blocked) return { kind: 'idle' };
    const { next, effects } = this.#machine.next(this.#now());
    this.#perform(effects);
    this.#nextDueMs = next.kind === 'wait' ? next.untilMs : null;
    return this.#settling > 0 ? { kind: 'idle' } : next;
  }

  /** Sends what `next` named and settles it; resolves when the next CALL may leave. Never rejects. */
  async transmit(
    message: NextMessage & { readonly kind: 'send' },
    session: BackendSession,
  ): Promise<Outcome<FactAnswer> | null> {
    const claimed = this.#machine.claim(message.seq, message.lane, this.#deps.settings().batchSize);
    const prepared = await prepareMessage(this.#parts, claimed, this.#deps.settings().batchSize);
    if (prepared.kind !== 'ready') return this.#notSent(prepared.kind);
    const { fact, seqs } = prepared.message;
    const messageId = this.#messageId(message.seq);
    const { id, effects } = this.#machine.sent(seqs, messageId, this.#now());
    this.#perform(effects);
    const outcome = await this.#send(session, fact, messageId, id);
    await this.#settle(message.seq, fact, outcome);
    this.#changed();
    return outcome;
  }

  /** An answer that came after its time-out: settles the fact as if it had come in time. */
  lateAnswer(messageId: string, outcome: Outcome<FactAnswer>): void {
    const parts = parseMessageId(messageId);
    const row = parts === undefined ? undefined : this.#machine.queue.index.get(parts.seq);
    if (parts === undefined || row === undefined || this.#messageId(row.seq) !== messageId) return;
    const { flight } = this.#machine;
    if (flight?.seqs.includes(row.seq) === true) {
      // Sent once more already: the answer to that transmission decides. Being prepared: not needed any longer.
      if (flight.sent !== null) return;
      this.#machine.release();
    }
    if (outcome.kind === 'refused') {
      this.#perform(this.#machine.refusedLate(row.seq, outcome, this.#now()));
      this.#changed();
    } else if (outcome.kind === 'answered') {
      void this.#deliverLate(row, outcome.answer);
    }
  }

  /** Tries the parked facts again as soon as nothing waits; how many that can be. */
  resendParked(reason: ResendReason): number {
    const count = this.#machine.want(reason);
    this.#changed();
    return count;
  }

  /** Whether a fact was answered, failed once, parked or dropped: nothing has to wait for it any longer. */
  passed(seq: number): boolean {
    const row = this.#machine.queue.index.get(seq);
    const answered = this.#guard.blocked && this.#machine.flight?.seqs.includes(seq) === true;
    return row === undefined || row.state.standing === 'parked' || row.state.attempts > 0 || answered;
  }

  /** Resolves with true when `passed(seq)`, with false when the signal is aborted first. */
  whenPassed(seq: number, signal: AbortSignal): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (passed: boolean): void => {
        stop();
        signal.removeEventListener('abort', aborted);
        resolve(passed);
      };
      const aborted = (): void => end(false);
      const stop = this.onChange(() => {
        if (this.passed(seq)) end(true);
      });
      signal.addEventListener('abort', aborted);
      if (this.passed(seq)) end(true);
      else if (signal.aborted) end(false);
    });
  }

  /** How many facts of the transaction lane wait before this one, counted up to `limit`. */
  waitingBefore(seq: number, limit: number): number {
    let before = 0;
    for (const row of this.#machine.queue.index.transactions) {
      if (row.seq >= seq || before >= limit) break;
      before++;
    }
    return before;
  }

  /** The id that the backend gave a transaction; null before. */
  backendTransaction(transaction: string): string | null {
    return this.#machine.queue.ids.idOf(transaction);
  }

  /** The transaction to which the backend gave this id, the newest when several; null for none. */
  transactionOf(backendTransaction: string): string | null {
    return this.#machine.queue.ids.transactionOf(backendTransaction);
  }

  snapshot(): OutboxSnapshot {
    return snapshotOf(this.#machine, this.#counters, {
      nowMs: this.#deps.time.monotonicMs(),
      nextDueMs: this.#nextDueMs,
      storeBlocked: this.#guard.blocked,
    });
  }

  /** What is parked, one by one. */
  get letters(): DeadLetters {
    const perform = (effects: Effects): void => this.#perform(effects);
    const around = { perform, hold: (work: () => Promise<void>) => this.#hold(work), changed: () => this.#changed() };
    this.#letters ??= new DeadLetters({ ...this.#deps, ...this.#parts, ...around });
    return this.#letters;
  }

  /** What waits, with what has to be read from the store for it. */
  waiting(): Promise<WaitingFacts> {
    return waitingFacts(this.#machine.queue.index, this.#deps);
  }

  /** What is parked, in order. */
  deadLetters(): Promise<readonly DeadLetter[]> {
    return this.letters.list();
  }

  /** What is parked and carries signed data of a transaction, in order; a Start with a signed begin too (row 13). */
  undelivered(): readonly UndeliveredRef[] {
    const { parked } = this.#machine.queue.index;
    return [...parked].flatMap((row) =>
      row.group !== null && traitsOf(row).signed ? { seq: row.seq, transaction: row.group } : [],
    );
  }

  /** Whether a fact lies here, waiting or parked. */
  holds(seq: number): boolean {
    return this.#machine.queue.index.get(seq) !== undefined;
  }

  #notSent(why: 'unreadable' | 'none'): null {
    const problem = 'The stored fact cannot be read.';
    if (why === 'unreadable') this.#perform(this.#machine.failed({ kind: 'notSendable', problem }, this.#now()));
    this.#changed();
    return null;
  }

  #messageId(seq: number): string {
    const refusals = this.#machine.queue.index.get(seq)?.state.refusals ?? 0;
    return messageIdOf({ installation: this.#documents.installation, seq, refusals });
  }

  async #send(session: BackendSession, fact: Fact, messageId: string, id: string | null): Promise<Outcome<FactAnswer>> {
    try {
      return await session.fact(fact, messageId, id);
    } catch (cause) {
      return { kind: 'notSendable', problem: messageOf(cause) };
    }
  }

  async #settle(seq: number, fact: Fact, outcome: Outcome<FactAnswer>): Promise<void> {
    switch (outcome.kind) {
      case 'answered':
        await this.#deliver(seq, fact, outcome.answer, false);
        return;
      case 'linkLost':
        this.#perform(this.#machine.linkLost());
        return;
      case 'refused':
      case 'unanswered':
      case 'notSendable':
        this.#perform(this.#machine.failed(outcome, this.#now()));
    }
  }

  async #deliver(seq: number, fact: Fact, answer: FactAnswer, late: boolean): Promise<void> {
    const writes = [
      ...this.#machine.deliveryWrites(seq, answer),
      ...(this.#guarded(() => this.#deps.onDelivered?.(fact, answer), undefined) ?? []),
    ];
    const done = (): void => {
      this.#bodies.forget(seq);
      this.#perform(this.#machine.delivered(seq, answer, late, this.#now()));
      this.#guarded(() => this.#deps.afterDelivered?.(fact, answer), undefined);
    };
    // With batches a lost removal could come back in another batch: other bytes under an old id.
    const durable = fact.kind !== 'meterValues' || this.#deps.settings().batchSize > 1;
    if (durable) {
      await this.#settled(writes, done);
    } else {
      this.#guard.later(writes);
      done();
    }
  }

  async #deliverLate(row: OutboxRow, answer: FactAnswer): Promise<void> {
    this.#settling++;
    const [fact] = (await readFacts(this.#parts, [row.seq])) ?? [];
    this.#settling--;
    if (fact !== null && fact !== undefined) await this.#deliver(row.seq, fact, answer, true);
    this.#changed();
  }

  /** A hook that fails must not stop the delivery. */
  #guarded<T>(hook: () => T, otherwise: T): T {
    try {
      return hook();
    } catch (cause) {
      this.#tell({ kind: 'hookFailed', problem: messageOf(cause) });
      return otherwise;
    }
  }

  /** Lets no CALL leave until the writes are on disk, or the store turns out to take none. */
  async #settled(writes: readonly Write[], done: () => void): Promise<void> {
    this.#settling++;
    await this.#guard.settle(writes, done);
    this.#settling--;
  }

  #hold(work: () => Promise<void>): Promise<void> {
    this.#settling++;
    return work().finally(() => this.#settling--);
  }

  #perform(effects: Effects): void {
    for (const event of effects.events) this.#tell(event);
    if (effects.durable.length === 0) {
      this.#guard.later(effects.later);
      return;
    }
    void this.#settled([...effects.later, ...effects.durable], () => {}).then(() => this.#changed());
  }

  #tell(event: DeliveryEvent): void {
    this.#counters = counted(this.#counters, event);
    this.#deps.onEvent?.(event);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  #now(): Moment {
    const { time, clock } = this.#deps;
    return { monoMs: time.monotonicMs(), wallMs: clock.nowMs(), wallValid: clock.valid };
  }
}

function rowOf(fact: Fact, seq: number): OutboxRow {
  return { seq, lane: laneOf(fact), group: groupOf(fact), kind: kindOf(fact), state: freshState };
}
