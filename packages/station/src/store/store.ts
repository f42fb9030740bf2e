import type { Json } from '../core/json.ts';

/**
 * What a station must not lose, as a port. Three shapes are enough: *documents* (small, replaced whole: parameters, running
 * transactions, cached identifiers, the clock floor), the *outbox* (an ordered queue of facts for the backend), and *archives*
 * (numbered records that nobody can change afterwards: signed meter data, sessions, the legal logbook).
 * One store serves every station of the process; `station` is the key under which one station's data lie.
 */
export interface Store {
  /** How the store is; changes are told to the listener of `onHealth`. */
  readonly health: StoreHealth;
  /** Tells each change of health. Returns the way to stop listening. */
  onHealth(listener: (health: StoreHealth) => void): () => void;
  /**
   * Writes a batch atomically. Resolves when it is on disk (fsync done) and never before; commits become durable in the
   * order of the calls. Rejects with `store.unavailable` when it could not be written: then nothing of the batch is stored.
   */
  commit(writes: readonly Write[]): Promise<void>;
  /**
   * Queues a batch that may be lost in a power cut: written with the next `commit`, at the latest after a second.
   * Never overtakes an earlier write, and a later write never overtakes it.
   */
  commitLater(writes: readonly Write[]): void;
  /** Every document of a collection, by key. Sees all writes handed in before. */
  readDocuments(station: string, collection: string): Promise<ReadonlyMap<string, Json>>;
  /** The outbox of a station without bodies, in order of `seq`; what a station needs to know at its start. */
  readOutbox(station: string): Promise<readonly OutboxRow[]>;
  /** The bodies of some outbox rows, by seq; a missing seq is left out. */
  readBodies(station: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>>;
  /** Records of an archive, in order of `seq`; at most `archivePage` at once. Sees all writes handed in before. */
  readArchive(station: string, archive: string, query: ArchiveQuery): Promise<readonly Archived[]>;
  /** The lowest and highest `seq` and how many records there are, of one state or in all; zeros where there is none. */
  archiveEdges(station: string, archive: string, state?: string): Promise<ArchiveEdges>;
  /** Writes what waits, closes, and refuses further calls. May be called twice. */
  close(): Promise<void>;
}

/** `setAside` names the file into which a damaged database was moved at opening. */
export type StoreHealth =
  | { readonly kind: 'ok'; readonly setAside?: string }
  | { readonly kind: 'full' | 'readOnly' | 'failed'; readonly problem: string };

/** One change; a commit takes several. */
export type Write =
  | {
      readonly op: 'putDocument';
      readonly station: string;
      readonly collection: string;
      readonly key: string;
      readonly value: Json;
    }
  | { readonly op: 'deleteDocument'; readonly station: string; readonly collection: string; readonly key: string }
  | { readonly op: 'enqueue'; readonly station: string; readonly row: OutboxRow; readonly body: string }
  | { readonly op: 'updateQueued'; readonly station: string; readonly seq: number; readonly state: OutboxState }
  | { readonly op: 'dequeue'; readonly station: string; readonly seq: number }
  /** Adds a record; a `seq` that exists rejects the commit. */
  | {
      readonly op: 'archive';
      readonly station: string;
      readonly archive: string;
      readonly row: NewArchiveRow;
      readonly body: string;
    }
  /** Changes the state of a record, or of a group, which is all that can be changed; of an unknown one: nothing. */
  | {
      readonly op: 'markArchived';
      readonly station: string;
      readonly archive: string;
      readonly of: { readonly seq: number } | { readonly group: string };
      readonly state: string;
      /** What was learned since; the first note of a record stays. */
      readonly note?: string;
    }
  /** Removes a record; one that is `waiting` or without a state, and the last of an archive, reject the commit. */
  | { readonly op: 'expireArchived'; readonly station: string; readonly archive: string; readonly seq: number };

/** What an archive is told of a new record. */
export interface NewArchiveRow {
  /** From 1, never reused; 0: the next free one. Records may be stored in another order than that of their numbers. */
  readonly seq: number;
  /** What it belongs to, such as the key of a transaction, or null. */
  readonly group: string | null;
  /** What it can be found by, such as a hash of its content, or null. */
  readonly key: string | null;
  /** When it was made (ms since 1970). */
  readonly atMs: number;
  /** `waiting`: cannot be removed; empty: neither removed nor ever to be; any other: its archive says. */
  readonly state: string;
}

/** One record of an archive, without its body. */
export interface ArchiveRow extends NewArchiveRow {
  readonly note: string | null;
  /** The record with the highest number at the moment when this one was stored; 0 for the first. */
  readonly previous: number;
  /** SHA-256 (hex) over the `chain` of that record and the body of this one: a record that is changed or taken away is noticed. */
  readonly chain: string;
}

/** A record with its body. */
export interface Archived {
  readonly row: ArchiveRow;
  readonly body: string;
}

/** Which records to read; all conditions hold. */
export interface ArchiveQuery {
  readonly after?: number;
  readonly before?: number;
  readonly group?: string;
  readonly key?: string;
  readonly state?: string;
  readonly newestFirst?: boolean;
  readonly limit: number;
}

export interface ArchiveEdges {
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** So many records are read at once at most. */
export const archivePage = 1_000;

/** One fact that waits for the backend, without its body. */
export interface OutboxRow {
  /** Order within the station; never reused, also not after a restart (the highest ever used is remembered by the store's user). */
  readonly seq: number;
  /** *transaction*: strictly ordered; *event*: unordered. */
  readonly lane: 'transaction' | 'event';
  /** The key of the transaction that the fact belongs to, or null. */
  readonly group: string | null;
  /** What the fact is, such as `transactionStarted`. */
  readonly kind: string;
  readonly state: OutboxState;
}

/** How far the delivery of one fact has come; survives restarts. */
export interface OutboxState {
  /** *waiting*, or *parked* after the last attempt (dead letter: kept, shown, re-sent on occasions). */
  readonly standing: 'waiting' | 'parked';
  /** Transmissions that the backend refused or left unanswered on a healthy link. */
  readonly attempts: number;
  /** Of these, the refused ones; each refusal gives the next transmission a new message id. */
  readonly refusals: number;
  /** Not before this wall time (ms since 1970); 0 = at once. */
  readonly dueMs: number;
  /** When it was parked (ms since 1970); 0 while waiting. */
  readonly parkedAtMs: number;
  /** The last refusal or failure in words; empty when there was none. */
  readonly lastError: string;
}

/** A fact that was never transmitted. */
export const freshState: OutboxState = {
  standing: 'waiting',
  attempts: 0,
  refusals: 0,
  dueMs: 0,
  parkedAtMs: 0,
  lastError: '',
};
