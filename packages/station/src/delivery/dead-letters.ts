import type { OutboxRow, Store, Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';
import type { BodyCache } from './body-cache.ts';
import type { Effects } from './effects.ts';
import type { OutboxMachine } from './outbox-machine.ts';
import { traitsOf } from './row-kind.ts';

/** A parked fact with its content, as shown and exported. */
export interface DeadLetter {
  readonly seq: number;
  readonly transaction: string | null;
  /** Null when the stored text cannot be read. */
  readonly fact: Fact | null;
  readonly parkedAtMs: number;
  readonly failed: number;
  readonly lastError: string;
}

/** What would leave the outbox with one dead letter. */
export type Deletion =
  | {
      readonly kind: 'possible';
      readonly seqs: readonly number[];
      /** A transaction could not be billed any more; its key, null when it can. */
      readonly bills: string | null;
    }
  /** *onItsWay*: it, or one that goes with it, is being sent or waits in the queue. *open*: its transaction has not ended. *signed*: signed data stay until they are delivered. */
  | { readonly kind: 'unknown' | 'onItsWay' | 'open' | 'signed' };

/** What the letters work with. */
export interface DeadLettersDeps {
  readonly station: string;
  readonly store: Pick<Store, 'commit'>;
  readonly machine: OutboxMachine;
  readonly bodies: BodyCache;
  readonly perform: (effects: Effects) => void;
  /** Lets no CALL leave while the work is under way. */
  readonly hold: (work: () => Promise<void>) => Promise<void>;
  readonly changed: () => void;
}

/** What the backend did not take in all its attempts, as people deal with it: one at a time (row 12). */
export class DeadLetters {
  readonly #deps: DeadLettersDeps;

  constructor(deps: DeadLettersDeps) {
    this.#deps = deps;
  }

  /** All, in order. */
  async list(): Promise<readonly DeadLetter[]> {
    const { machine, bodies } = this.#deps;
    const rows = [...machine.queue.index.parked];
    const facts = await bodies.read(rows.map((row) => row.seq));
    return rows.map(({ seq, group, state }) => {
      const { parkedAtMs, attempts, lastError } = state;
      return { seq, transaction: group, fact: facts.get(seq) ?? null, parkedAtMs, failed: attempts, lastError };
    });
  }

  /**
   * Tries one again as soon as nothing waits. What waits for its Start goes with that. *over*: its transaction is over for the
   * backend, and a Start sent now would open it for ever.
   */
  resend(seq: number): 'accepted' | 'unknown' | 'over' {
    const { machine, changed } = this.#deps;
    const { index, ids } = machine.queue;
    const row = index.parked.get(seq);
    if (row === undefined) return 'unknown';
    const first = index.startOf(row.group) ?? this.#leaderOf(row);
    const isStart = traitsOf(first).fact === 'transactionStarted';
    if (isStart && first.group !== null && ids.isEnded(first.group)) return 'over';
    machine.choose(first.seq);
    changed();
    return 'accepted';
  }

  /** What leaves with this one: the samples of its message, and with a Start everything of its transaction. */
  deletion(seq: number): Deletion {
    const { queue } = this.#deps.machine;
    const row = queue.index.parked.get(seq);
    if (row === undefined) return { kind: 'unknown' };
    const isStart = traitsOf(row).fact === 'transactionStarted';
    const rows = isStart ? this.#bundle(row) : queue.unitOf(this.#leaderOf(row));
    if (rows.some((each) => this.#isOnItsWay(each))) return { kind: 'onItsWay' };
    if (isStart && !this.#isOver(row, rows)) return { kind: 'open' };
    if (this.#signedNeeds(row, rows)) return { kind: 'signed' };
    const bills = rows.some((each) => traitsOf(each).boundary) ? row.group : null;
    return { kind: 'possible', seqs: rows.map((each) => each.seq), bills };
  }

  /**
   * Takes out what a possible deletion named, in one commit with the caller's writes.
   * @throws KerbsideError `store.unavailable`: nothing happened.
   */
  async delete(seqs: readonly number[], alsoWrites: readonly Write[]): Promise<void> {
    const { store, machine, bodies, perform, hold, changed } = this.#deps;
    const { queue } = machine;
    const work = async (): Promise<void> => {
      const rows = seqs.flatMap((seq) => queue.index.get(seq) ?? []);
      const removals = rows.flatMap((row) => [queue.dequeue(row), ...queue.batches.dissolution(row.seq)]);
      await store.commit([...removals, ...alsoWrites]);
      for (const { seq } of rows) bodies.forget(seq);
      queue.deleted(rows);
      perform(queue.log.take());
    };
    await hold(work).finally(changed);
  }

  #leaderOf(row: OutboxRow): OutboxRow {
    const { queue } = this.#deps.machine;
    if (!queue.batches.follows(row.seq)) return row;
    for (const other of queue.index.parked) if (queue.batches.seqsOf(other.seq).includes(row.seq)) return other;
    return row;
  }

  #bundle({ group }: OutboxRow): readonly OutboxRow[] {
    const { parked, transactions } = this.#deps.machine.queue.index;
    return [...parked, ...transactions].filter((row) => row.group === group);
  }

  #isOnItsWay({ seq, state }: OutboxRow): boolean {
    return state.standing !== 'parked' || this.#deps.machine.flight?.seqs.includes(seq) === true;
  }

  #isOver({ group }: OutboxRow, bundle: readonly OutboxRow[]): boolean {
    const isEnded = group === null || this.#deps.machine.queue.ids.isEnded(group);
    return isEnded || bundle.some((row) => traitsOf(row).fact === 'transactionEnded');
  }

  /** Signed data are of no use to a backend without the Start and the Stop either. */
  #signedNeeds(row: OutboxRow, rows: readonly OutboxRow[]): boolean {
    if (rows.some((each) => traitsOf(each).signed)) return true;
    const isBoundary = rows.some((each) => traitsOf(each).boundary);
    return isBoundary && row.group !== null && this.#bundle(row).some((each) => traitsOf(each).signed);
  }
}
