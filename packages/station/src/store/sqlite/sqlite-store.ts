import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { createSystemTime } from '../../core/system-time.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { closedError } from '../memory-store.ts';
import type { Archived, ArchiveEdges, ArchiveQuery, OutboxRow, Store, StoreHealth, Write } from '../store.ts';
import { createBell, StationBell } from './doorbell.ts';
import { workerKind } from './messages.ts';
import type { FromWorker, SqliteTuning, StoreEvent, ToWorker, WorkerStart } from './messages.ts';
import { PendingCommits } from './pending-commits.ts';
import { PendingReads } from './pending-reads.ts';
import { appendBatch, batchHead } from './tape.ts';
import type { Cell } from './tape.ts';

/** What may be lost in a power cut is written after this time at the latest. */
const LATER_MS = 1_000;

/** After a commit of a chain, the answer is looked for actively so long at most (ms); a slow disk wakes the thread as usual. */
const LOOK_MS = 0.5;

/** A disk that failed is tried again so often. */
const PROBE_MS = 5_000;

export interface SqliteStoreOptions {
  /** The data folder; made when missing. One process may use it at a time. */
  readonly folder: string;
  /** Times the late writes and the trials of a failed disk; the system's by default. */
  readonly time?: Time;
  readonly onEvent?: (event: StoreEvent) => void;
  /**
   * The file that runs as the worker: must call `runStoreWorker()`. By default `store-worker.ts` beside this file; a bundle
   * brings its own.
   */
  readonly workerEntry?: URL;
  readonly tuning?: SqliteTuning;
}

/**
 * Opens the durable store: SQLite in one worker thread, one sync for all that arrived during the last one.
 * Throws `store.locked`, `store.newer` or `store.unavailable`. Nothing else in the process may open and close `kerbside.db`: closing
 * any descriptor of the file would drop the kernel's lock.
 */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const store = new SqliteStore(options);
  await store.open();
  return store;
}

class SqliteStore implements Store {
  readonly #time: Time;
  readonly #onEvent: (event: StoreEvent) => void;
  readonly #port: MessagePort;
  readonly #worker: Worker;
  readonly #bell: StationBell;
  readonly #commits = new PendingCommits();
  readonly #reads = new PendingReads();
  readonly #listeners = new Set<(health: StoreHealth) => void>();
  readonly #opening = Promise.withResolvers<void>();
  readonly #closed = Promise.withResolvers<void>();
  #health: StoreHealth = { kind: 'ok' };
  #tape: Cell[] = [];
  #sendScheduled = false;
  #cancelLater: Cancel | undefined;
  #cancelProbe: Cancel | undefined;
  #closing = false;
  #ended = false;

  constructor(options: SqliteStoreOptions) {
    this.#time = options.time ?? createSystemTime();
    this.#onEvent = options.onEvent ?? (() => {});
    const bell = createBell();
    this.#bell = new StationBell(bell);
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const start: WorkerStart = {
      kind: workerKind,
      folder: options.folder,
      startedAtMs: this.#time.systemWallMs(),
      bell,
      port: port2,
      tuning: options.tuning ?? {},
    };
    this.#worker = new Worker(options.workerEntry ?? ownWorkerEntry(), {
      name: 'kerbside-store',
      workerData: start,
      // Flags such as --eval, --test or --inspect-brk are for the main thread only.
      execArgv: process.execArgv.filter((flag) => flag.startsWith('--conditions=')),
      transferList: [port2],
    });
  }

  async open(): Promise<void> {
    this.#port.on('message', (message: FromWorker) => this.#handle(message));
    this.#worker.on('error', (thrown) => this.#endOfThread(`The database thread failed: ${messageOf(thrown)}`));
    this.#worker.on('exit', () => this.#endOfThread('The database thread has ended.'));
    await this.#opening.promise;
  }

  get health(): StoreHealth {
    return this.#health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    const own = (health: StoreHealth): void => listener(health);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  commit(writes: readonly Write[]): Promise<void> {
    try {
      this.#refuseWhenClosed();
      appendBatch(this.#tape, batchHead.awaited, writes);
    } catch (thrown) {
      return Promise.reject(thrown instanceof Error ? thrown : new KerbsideError('internal.bug', String(thrown)));
    }
    if (!this.#sendScheduled) {
      this.#sendScheduled = true;
      // Everything that is committed in the same turn travels in one message.
      queueMicrotask(() => this.#sendTape());
    }
    return this.#commits.add();
  }

  commitLater(writes: readonly Write[]): void {
    this.#refuseWhenClosed();
    appendBatch(this.#tape, batchHead.later, writes);
    this.#cancelLater ??= this.#time.after(LATER_MS, () => {
      this.#cancelLater = undefined;
      this.#sendTape();
      this.#post({ type: 'flush' });
    });
  }

  async readDocuments(station: string, collection: string): Promise<ReadonlyMap<string, Json>> {
    this.#beginRead();
    return this.#reads.documents((id) => this.#post({ type: 'readDocuments', id, station, collection }));
  }

  async readOutbox(station: string): Promise<readonly OutboxRow[]> {
    this.#beginRead();
    return this.#reads.outbox((id) => this.#post({ type: 'readOutbox', id, station }));
  }

  async readBodies(station: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
    this.#beginRead();
    return this.#reads.bodies((id) => this.#post({ type: 'readBodies', id, station, seqs }));
  }

  async readArchive(station: string, archive: string, query: ArchiveQuery): Promise<readonly Archived[]> {
    this.#beginRead();
    return this.#reads.archived((id) => this.#post({ type: 'readArchive', id, station, archive, query }));
  }

  async archiveEdges(station: string, archive: string, state?: string): Promise<ArchiveEdges> {
    this.#beginRead();
    return this.#reads.edges((id) => this.#post({ type: 'readEdges', id, station, archive, state }));
  }

  async close(): Promise<void> {
    if (!this.#closing) {
      this.#closing = true;
      this.#sendTape();
      this.#cancelLater?.();
      this.#cancelProbe?.();
      this.#post({ type: 'close' });
    }
    await this.#closed.promise;
  }

  #refuseWhenClosed(): void {
    if (this.#closing) throw closedError();
    if (this.#ended) throw new KerbsideError('store.unavailable', problemOf(this.#health));
  }

  #beginRead(): void {
    this.#refuseWhenClosed();
    this.#sendTape();
  }

  #sendTape(): void {
    const awaited = this.#sendScheduled;
    this.#sendScheduled = false;
    if (this.#tape.length === 0) return;
    const tape = this.#tape;
    this.#tape = [];
    const chain = awaited && this.#commits.isChain;
    if (chain) this.#bell.setLooking(true);
    this.#post({ type: 'writes', tape });
    if (chain) this.#lookForAnswer(performance.now());
    if (!awaited) return;
    this.#cancelLater?.();
    this.#cancelLater = undefined;
  }

  #post(message: ToWorker): void {
    if (this.#ended) return;
    this.#port.postMessage(message, []);
    this.#bell.ring();
  }

  /** Looks for the answer in every turn of the event loop for a short while, which costs less time than being woken. */
  #lookForAnswer(sinceMs: number): void {
    setImmediate(() => {
      const hasPaid = this.#bell.hasSettled;
      if (!hasPaid && performance.now() - sinceMs < LOOK_MS) {
        this.#lookForAnswer(sinceMs);
        return;
      }
      this.#commits.notePaid(hasPaid);
      // In this order: what is settled after the first line wakes this thread, what was settled before it is taken by the second.
      this.#bell.setLooking(false);
      this.#takeSettled();
    });
  }

  #takeSettled(): void {
    const count = this.#bell.takeSettled();
    if (count === 0) return;
    // Refusals lie in the port before their commits are counted; whatever else is there can wait for its turn.
    const messages: FromWorker[] = [];
    for (let got = receiveMessageOnPort(this.#port); got !== undefined; got = receiveMessageOnPort(this.#port)) {
      const message = got.message as FromWorker;
      if (message.type === 'refused') this.#handle(message);
      else messages.push(message);
    }
    this.#commits.settle(count);
    for (const message of messages) this.#handle(message);
  }

  #handle(message: FromWorker): void {
    switch (message.type) {
      case 'settled':
        this.#takeSettled();
        return;
      case 'refused':
        this.#commits.refuse(message.refusals);
        return;
      case 'documents':
      case 'rows':
      case 'bodies':
      case 'archived':
      case 'edges':
      case 'readFailed':
        this.#reads.take(message);
        return;
      case 'health':
        this.#setHealth(message.health, message.final);
        return;
      case 'event':
        this.#onEvent(message.event);
        return;
      case 'opened':
        this.#setHealth(message.health, false);
        this.#opening.resolve();
        return;
      case 'openFailed':
        this.#opening.reject(new KerbsideError(message.code, message.message));
        this.#end(message.message);
        return;
      case 'closed':
        this.#takeSettled();
        this.#end('The store is closed.');
    }
  }

  #setHealth(health: StoreHealth, final: boolean): void {
    this.#cancelProbe?.();
    this.#cancelProbe = undefined;
    if (health.kind !== 'ok' && !final && !this.#closing) {
      this.#cancelProbe = this.#time.after(PROBE_MS, () => this.#post({ type: 'probe' }));
    }
    const changed = health.kind !== this.#health.kind || problemOf(health) !== problemOf(this.#health);
    this.#health = health;
    if (!changed) return;
    for (const listener of this.#listeners) listener(health);
  }

  /** The thread's end can be told before its last messages, which say why it ended. */
  #endOfThread(problem: string): void {
    for (let got = receiveMessageOnPort(this.#port); got !== undefined; got = receiveMessageOnPort(this.#port)) {
      this.#handle(got.message as FromWorker);
    }
    this.#end(problem);
  }

  /** The thread is gone, after `close` or by a fault. */
  #end(problem: string): void {
    if (this.#ended) return;
    this.#ended = true;
    const error = new KerbsideError('store.unavailable', problem);
    this.#opening.reject(error);
    this.#commits.rejectAll(error);
    this.#reads.rejectAll(error);
    this.#cancelLater?.();
    this.#port.close();
    this.#closed.resolve();
    if (!this.#closing) this.#setHealth({ kind: 'failed', problem }, true);
  }
}

function problemOf(health: StoreHealth): string {
  return health.kind === 'ok' ? '' : health.problem;
}

/** Published code lies as `.js` beside this file. */
function ownWorkerEntry(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './store-worker.ts' : './store-worker.js', import.meta.url);
}
