import type { MessagePort } from 'node:worker_threads';

import type { ErrorCode } from '../../core/errors.ts';
import type { Archived, ArchiveEdges, ArchiveQuery, StoreHealth } from '../store.ts';
import type { RowColumns } from './row-columns.ts';
import type { Cell } from './tape.ts';

/** What the worker is started with. */
export interface WorkerStart {
  readonly kind: typeof workerKind;
  readonly folder: string;
  /** The wall time at the start, for the name of a file that is set aside (ms since 1970). */
  readonly startedAtMs: number;
  /** Counters that both threads see; see `doorbell.ts`. */
  readonly bell: SharedArrayBuffer;
  readonly port: MessagePort;
  readonly tuning: SqliteTuning;
}

/** Marks the worker data of a store, so that a bundled file that is started again as the worker knows its part. */
export const workerKind = 'kerbside.store.worker';

/** Numbers that only tests and benches change. */
export interface SqliteTuning {
  /** Sleeps so long before each sync: a slow card, for the bench (ms). */
  readonly delayBeforeSyncMs?: number;
  /** Limits the database to so many pages: a full disk, for tests. */
  readonly maxPages?: number;
  /** After an unclean end, databases up to this size are checked whole at opening (bytes, default 64 MiB). */
  readonly fullCheckBytes?: number;
}

/** From the station's thread to the worker, in order. */
export type ToWorker =
  | { readonly type: 'writes'; readonly tape: readonly Cell[] }
  | { readonly type: 'flush' }
  | { readonly type: 'probe' }
  | { readonly type: 'readDocuments'; readonly id: number; readonly station: string; readonly collection: string }
  | { readonly type: 'readOutbox'; readonly id: number; readonly station: string }
  | { readonly type: 'readBodies'; readonly id: number; readonly station: string; readonly seqs: readonly number[] }
  | {
      readonly type: 'readArchive';
      readonly id: number;
      readonly station: string;
      readonly archive: string;
      readonly query: ArchiveQuery;
    }
  | {
      readonly type: 'readEdges';
      readonly id: number;
      readonly station: string;
      readonly archive: string;
      readonly state: string | undefined;
    }
  | { readonly type: 'close' };

/** Why an awaited batch was not written. */
export interface Refusal {
  /** Which of all commits of this store, from 0, modulo 2³². */
  readonly index: number;
  readonly code: ErrorCode;
  readonly message: string;
}

/** From the worker to the station's thread, in order. */
export type FromWorker =
  | { readonly type: 'opened'; readonly health: StoreHealth }
  | { readonly type: 'openFailed'; readonly code: ErrorCode; readonly message: string }
  /** Comes before the commits in question are counted as settled. */
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[] }
  /** Wakes the thread: commits were counted as settled. */
  | { readonly type: 'settled' }
  | { readonly type: 'health'; readonly health: StoreHealth; readonly final: boolean }
  | { readonly type: 'event'; readonly event: StoreEvent }
  | { readonly type: 'documents'; readonly id: number; readonly pairs: readonly string[] }
  | { readonly type: 'rows'; readonly id: number; readonly columns: RowColumns; readonly last: boolean }
  | {
      readonly type: 'bodies';
      readonly id: number;
      readonly seqs: readonly number[];
      readonly bodies: readonly string[];
    }
  | { readonly type: 'archived'; readonly id: number; readonly records: readonly Archived[] }
  | { readonly type: 'edges'; readonly id: number; readonly edges: ArchiveEdges }
  | { readonly type: 'readFailed'; readonly id: number; readonly code: ErrorCode; readonly message: string }
  | { readonly type: 'closed' };

/** What happened to the database that a person may want to know; for the log. */
export type StoreEvent =
  | { readonly type: 'setAside'; readonly file: string; readonly reason: string }
  | {
      readonly type: 'salvaged';
      readonly file: string;
      readonly documents: number;
      readonly rows: number;
      readonly archived: number;
      /** False when some part could not be read. */
      readonly complete: boolean;
    }
  | { readonly type: 'migrated'; readonly from: number; readonly to: number }
  | { readonly type: 'laterRefused'; readonly problem: string };
