import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { KerbsideError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { StoreHealth } from '../store.ts';
import { batchesOf, BatchWriter } from './batch-writer.ts';
import type { Batch } from './batch-writer.ts';
import type { FromWorker, Refusal } from './messages.ts';
import { closeQuietly, markDamaged, openDatabase, reopenDatabase } from './open-database.ts';
import type { OpenOptions } from './open-database.ts';
import { classifyFailure } from './sqlite-failure.ts';
import { StoreReader } from './store-reader.ts';
import type { Cell } from './tape.ts';

/** A disk counts as having room again when so much can be written (bytes). */
const TRIAL_BYTES = 65_536;

/** The way back to the station's thread. */
export interface StationPort {
  readonly send: (message: FromWorker) => void;
  /** The oldest so many commits are settled: written, except those that a message before named as refused. */
  readonly settle: (count: number) => void;
}

interface Connection {
  readonly database: DatabaseSync;
  readonly writer: BatchWriter;
  readonly reader: StoreReader;
  readonly begin: StatementSync;
  readonly commit: StatementSync;
}

/**
 * Many callers, one transaction, one sync. Batches wait in order, are applied in order inside one transaction, and that transaction is
 * committed when somebody waits for it. After a failure nothing of the transaction is stored: those who wait are told, and
 * the batches for which nobody waits stay first in line.
 */
export class GroupCommit {
  readonly #options: OpenOptions;
  readonly #port: StationPort;
  #connection: Connection | undefined;
  #setAside: string | undefined;
  #health: StoreHealth = { kind: 'ok' };
  /** Damage was found: nothing is written any more. */
  #final = false;
  #waiting: Batch[] = [];
  /** In the open transaction. */
  #applied: Batch[] = [];
  #refused = new Map<Batch, string>();
  /** How many awaited batches were settled in all, modulo 2³². */
  #settled = 0;

  constructor(options: OpenOptions, port: StationPort) {
    this.#options = options;
    this.#port = port;
  }

  /** Opens the database; throws as `openDatabase` does. */
  open(): StoreHealth {
    const { database, setAside, readOnlyProblem } = openDatabase(this.#options);
    this.#connection = connect(database);
    this.#setAside = setAside;
    this.#health = readOnlyProblem === undefined ? this.#okHealth() : { kind: 'readOnly', problem: readOnlyProblem };
    return this.#health;
  }

  /** Queues the batches of a tape. */
  take(tape: readonly Cell[]): void {
    for (const batch of batchesOf(tape)) this.#waiting.push(batch);
  }

  /** Whether somebody waits for a sync. */
  get awaited(): boolean {
    return this.#waiting.some(isAwaited) || this.#applied.some(isAwaited);
  }

  /** Reads after everything that was handed in before; throws a `KerbsideError` when the database cannot be read. */
  read<Result>(query: (reader: StoreReader) => Result): Result {
    this.#apply();
    const connection = this.#connection;
    if (connection === undefined) throw new KerbsideError('store.unavailable', problemOf(this.#health));
    try {
      return query(connection.reader);
    } catch (thrown) {
      this.#fail(thrown);
      throw new KerbsideError(this.#final ? 'store.corrupt' : 'store.unavailable', problemOf(this.#health), {
        cause: thrown,
      });
    }
  }

  /** Makes everything that was handed in durable, and tells those who wait. */
  commit(): void {
    this.#apply();
    const connection = this.#connection;
    if (connection === undefined || !connection.database.isTransaction) return;
    try {
      sleep(this.#options.tuning.delayBeforeSyncMs ?? 0);
      connection.commit.run();
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    this.#settle(this.#applied, (batch) => this.#refused.get(batch), 'internal.bug');
    this.#applied = [];
    this.#refused.clear();
  }

  /** Tries whether the disk works again. */
  probe(): void {
    if (this.#final || this.#health.kind === 'ok') return;
    try {
      if (this.#health.kind !== 'full' || this.#connection === undefined) this.#reconnect();
      this.commit();
      this.#tryToWrite();
      this.#setHealth(this.#okHealth());
    } catch (thrown) {
      this.#fail(thrown);
      return;
    }
    this.commit();
  }

  /** Makes the rest durable and closes. */
  close(): void {
    this.commit();
    closeQuietly(this.#connection?.database);
    this.#connection = undefined;
  }

  #apply(): void {
    if (this.#waiting.length === 0) return;
    const connection = this.#connection;
    if (connection === undefined) {
      this.#giveUp(problemOf(this.#health));
      return;
    }
    try {
      if (!connection.database.isTransaction) connection.begin.run();
      let next = 0;
      try {
        for (const batch of this.#waiting) {
          this.#applyOne(connection, batch);
          next++;
        }
      } finally {
        this.#waiting.splice(0, next);
      }
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  #applyOne(connection: Connection, batch: Batch): void {
    try {
      connection.writer.write(batch);
    } catch (thrown) {
      const failure = classifyFailure(thrown, this.#options.folder);
      if (failure.kind !== 'refused' || !connection.database.isTransaction) throw thrown;
      if (batch.awaited) this.#refused.set(batch, failure.problem);
      else this.#port.send({ type: 'event', event: { type: 'laterRefused', problem: failure.problem } });
    }
    this.#applied.push(batch);
  }

  #fail(thrown: unknown): void {
    const failure = classifyFailure(thrown instanceof KerbsideError ? thrown.cause : thrown, this.#options.folder);
    const problem = thrown instanceof KerbsideError ? thrown.message : failure.problem;
    this.#rollBack();
    if (failure.kind === 'corrupt' || (thrown instanceof KerbsideError && thrown.code === 'store.corrupt')) {
      this.#final = true;
      markDamaged(this.#options.folder);
      // Not closed, so that the log is not written into it now; when the thread ends SQLite merges intact log entries at most.
      this.#connection = undefined;
    }
    const kind = failure.kind === 'full' || failure.kind === 'readOnly' ? failure.kind : 'failed';
    this.#setHealth({ kind, problem });
    this.#giveUp(problem);
  }

  #rollBack(): void {
    try {
      if (this.#connection?.database.isTransaction === true) this.#connection.database.exec('ROLLBACK');
    } catch {
      // Closed, because a forgotten connection would keep the lock; the next trial opens a new one.
      closeQuietly(this.#connection?.database);
      this.#connection = undefined;
    }
  }

  /** Tells those who wait that nothing was written; the others stay in line, except after damage. */
  #giveUp(problem: string): void {
    const all = [...this.#applied, ...this.#waiting];
    this.#settle(all, () => problem, 'store.unavailable');
    this.#waiting = this.#final ? [] : all.filter((batch) => !batch.awaited && !this.#refused.has(batch));
    this.#applied = [];
    this.#refused.clear();
  }

  #settle(batches: readonly Batch[], problemOfBatch: (batch: Batch) => string | undefined, code: ErrorCode): void {
    const refusals: Refusal[] = [];
    let count = 0;
    for (const batch of batches) {
      if (!batch.awaited) continue;
      const message = problemOfBatch(batch);
      if (message !== undefined) refusals.push({ index: (this.#settled + count) | 0, code, message });
      count++;
    }
    if (refusals.length > 0) this.#port.send({ type: 'refused', refusals });
    this.#settled = (this.#settled + count) | 0;
    if (count > 0) this.#port.settle(count);
  }

  #reconnect(): void {
    this.#rollBack();
    closeQuietly(this.#connection?.database);
    this.#connection = undefined;
    this.#connection = connect(reopenDatabase(this.#options));
  }

  #tryToWrite(): void {
    const database = this.#connection?.database;
    database?.exec(`INSERT INTO trial (filler) VALUES (zeroblob(${TRIAL_BYTES}))`);
    database?.exec('DELETE FROM trial');
  }

  #okHealth(): StoreHealth {
    return this.#setAside === undefined ? { kind: 'ok' } : { kind: 'ok', setAside: this.#setAside };
  }

  #setHealth(health: StoreHealth): void {
    this.#health = health;
    this.#port.send({ type: 'health', health, final: this.#final });
  }
}

function connect(database: DatabaseSync): Connection {
  return {
    database,
    writer: new BatchWriter(database),
    reader: new StoreReader(database),
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
  };
}

function isAwaited(batch: Batch): boolean {
  return batch.awaited;
}

function problemOf(health: StoreHealth): string {
  return health.kind === 'ok' ? 'The database is not open.' : health.problem;
}

function sleep(delayMs: number): void {
  if (delayMs > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, delayMs);
}
