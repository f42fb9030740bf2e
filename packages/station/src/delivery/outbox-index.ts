import { LazyMap } from '../core/lazy-map.ts';
import { freshState, type OutboxRow, type OutboxState } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import { traitsOf } from './row-kind.ts';
import { SeqList } from './seq-list.ts';

interface Group {
  rows: number;
  /** The seq of its Start while that lies in the outbox. */
  start: number | null;
}

/** The outbox without bodies, arranged by what the rules ask: lanes, parked ones, transactions. Small: rows share what is equal. */
export class OutboxIndex {
  /** Waiting facts of transactions: strictly in order. */
  readonly transactions: SeqList<OutboxRow> = new SeqList();
  /** Waiting facts outside transactions. */
  readonly events: SeqList<OutboxRow> = new SeqList();
  readonly parked: SeqList<OutboxRow> = new SeqList();
  readonly #groups = new LazyMap<string, Group>();
  readonly #waitingByFact = new LazyMap<Fact['kind'], number>();
  readonly #parkedByFact = new LazyMap<Fact['kind'], number>();
  readonly #texts = new LazyMap<string, string>();
  #highestSeq = -1;

  /** The highest seq that was ever taken in; −1 before the first. */
  get highestSeq(): number {
    return this.#highestSeq;
  }

  /** How many wait, parked ones not counted. */
  get waiting(): number {
    return this.transactions.size + this.events.size;
  }

  get waitingByFact(): ReadonlyMap<Fact['kind'], number> {
    return this.#waitingByFact;
  }

  get parkedByFact(): ReadonlyMap<Fact['kind'], number> {
    return this.#parkedByFact;
  }

  get(seq: number): OutboxRow | undefined {
    return this.transactions.get(seq) ?? this.events.get(seq) ?? this.parked.get(seq);
  }

  /** Takes in a row, or the new state of one. */
  put(row: OutboxRow): void {
    this.#highestSeq = Math.max(this.#highestSeq, row.seq);
    const before = this.#take(row.seq);
    const group = row.group === null ? null : this.#share(row.group);
    const kept: OutboxRow = { ...row, group, kind: this.#share(row.kind), state: shareFresh(row.state) };
    this.#listOf(kept).put(kept);
    this.#count(kept, 1);
    if (before === undefined) this.#joinGroup(kept);
  }

  remove(seq: number): OutboxRow | undefined {
    const row = this.#take(seq);
    if (row !== undefined) this.#leaveGroup(row);
    return row;
  }

  /** The undelivered Start of a transaction. */
  startOf(group: string | null): OutboxRow | undefined {
    const seq = group === null ? undefined : this.#groups.get(group)?.start;
    return seq === undefined || seq === null ? undefined : this.get(seq);
  }

  /** How many facts of a transaction lie in the outbox, parked ones too. */
  rowsOf(group: string): number {
    return this.#groups.get(group)?.rows ?? 0;
  }

  #take(seq: number): OutboxRow | undefined {
    const row = this.get(seq);
    if (row === undefined) return undefined;
    this.#listOf(row).remove(seq);
    this.#count(row, -1);
    return row;
  }

  #listOf(row: OutboxRow): SeqList<OutboxRow> {
    if (row.state.standing === 'parked') return this.parked;
    return row.lane === 'transaction' ? this.transactions : this.events;
  }

  #count(row: OutboxRow, by: 1 | -1): void {
    const counts = row.state.standing === 'parked' ? this.#parkedByFact : this.#waitingByFact;
    const { fact } = traitsOf(row);
    counts.set(fact, (counts.get(fact) ?? 0) + by);
  }

  #joinGroup(row: OutboxRow): void {
    if (row.group === null) return;
    const group = this.#groups.get(row.group) ?? { rows: 0, start: null };
    group.rows++;
    if (traitsOf(row).fact === 'transactionStarted') group.start = row.seq;
    this.#groups.set(row.group, group);
  }

  #leaveGroup(row: OutboxRow): void {
    const group = row.group === null ? undefined : this.#groups.get(row.group);
    if (row.group === null || group === undefined) return;
    group.rows--;
    if (group.start === row.seq) group.start = null;
    if (group.rows > 0) return;
    this.#groups.delete(row.group);
    this.#texts.delete(row.group);
  }

  /** One copy of each text, however many rows of the store named it. */
  #share(text: string): string {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    this.#texts.set(text, text);
    return text;
  }
}

function shareFresh(state: OutboxState): OutboxState {
  const { standing, attempts, refusals, dueMs, lastError } = state;
  const fresh = standing === 'waiting' && attempts === 0 && refusals === 0 && dueMs === 0 && lastError === '';
  return fresh ? freshState : state;
}
