import { receiveMessageOnPort, workerData } from 'node:worker_threads';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { WorkerBell } from './doorbell.ts';
import { GroupCommit } from './group-commit.ts';
import type { FromWorker, ToWorker, WorkerStart } from './messages.ts';
import { packRows, transferList } from './row-columns.ts';
import type { OutboxReading } from './store-reader.ts';

/** Cells of one transaction at most; beyond it the first callers would wait too long (about 5,000 facts, some 80 ms). */
const MOST_CELLS = 40_000;

/** The worker's whole life: opens, serves until it is told to close, closes. Blocks its thread. */
export function runStoreWorker(): void {
  const worker = new StoreWorker(workerData as WorkerStart);
  worker.run();
}

class StoreWorker {
  readonly #start: WorkerStart;
  readonly #bell: WorkerBell;
  readonly #group: GroupCommit;
  readonly #readings = new Map<number, OutboxReading>();
  #closing = false;
  #flush = false;

  constructor(start: WorkerStart) {
    this.#start = start;
    this.#bell = new WorkerBell(start.bell);
    const { folder, startedAtMs, tuning } = start;
    const onEvent = (event: Extract<FromWorker, { type: 'event' }>['event']): void =>
      this.#send({ type: 'event', event });
    this.#group = new GroupCommit(
      { folder, startedAtMs, tuning, onEvent },
      { send: (message) => this.#send(message), settle: (count) => this.#settle(count) },
    );
  }

  run(): void {
    if (this.#open()) this.#serve();
    this.#start.port.close();
  }

  #open(): boolean {
    try {
      this.#send({ type: 'opened', health: this.#group.open() });
      return true;
    } catch (thrown) {
      const code = thrown instanceof KerbsideError ? thrown.code : 'store.unavailable';
      this.#send({ type: 'openFailed', code, message: messageOf(thrown) });
      return false;
    }
  }

  #serve(): void {
    while (!this.#closing) {
      if (this.#readings.size === 0) this.#bell.waitForRequest();
      this.#takeRequests();
      if (this.#flush || this.#group.awaited) this.#group.commit();
      this.#flush = false;
      this.#readOn();
    }
    while (this.#readings.size > 0) this.#readOn();
    this.#group.close();
    this.#send({ type: 'closed' });
  }

  /** What arrived during the last sync is the next transaction. */
  #takeRequests(): void {
    for (let cells = 0; cells < MOST_CELLS && !this.#closing && this.#bell.hasRequest;) {
      const received = receiveMessageOnPort(this.#start.port);
      if (received === undefined) return;
      this.#bell.countTaken();
      const message = received.message as ToWorker;
      if (message.type === 'writes') cells += message.tape.length;
      this.#handle(message);
    }
  }

  #handle(message: ToWorker): void {
    switch (message.type) {
      case 'writes':
        this.#group.take(message.tape);
        return;
      case 'flush':
        this.#flush = true;
        return;
      case 'probe':
        this.#group.probe();
        return;
      case 'close':
        this.#closing = true;
        return;
      case 'readDocuments':
      case 'readBodies':
      case 'readOutbox':
      case 'readArchive':
      case 'readEdges':
        this.#guard(message.id, () => this.#read(message));
    }
  }

  #read(message: Extract<ToWorker, { readonly id: number }>): void {
    const { id, station } = message;
    switch (message.type) {
      case 'readDocuments': {
        const pairs = this.#group.read((reader) => reader.documents(station, message.collection));
        this.#send({ type: 'documents', id, pairs });
        return;
      }
      case 'readBodies': {
        const found = this.#group.read((reader) => reader.bodies(station, message.seqs));
        this.#send({ type: 'bodies', id, ...found });
        return;
      }
      case 'readOutbox':
        this.#readings.set(
          id,
          this.#group.read((reader) => reader.beginOutbox(station)),
        );
        return;
      case 'readArchive': {
        const records = this.#group.read((reader) => reader.archive.read(station, message.archive, message.query));
        this.#send({ type: 'archived', id, records });
        return;
      }
      case 'readEdges': {
        const edges = this.#group.read((reader) => reader.archive.edges(station, message.archive, message.state));
        this.#send({ type: 'edges', id, edges });
      }
    }
  }

  /** One chunk of the oldest reading, so that commits never wait for a long one. */
  #readOn(): void {
    const [first] = this.#readings;
    if (first === undefined) return;
    const [id, reading] = first;
    this.#guard(id, () => {
      const { rows, next } = this.#group.read((reader) => reader.nextOutbox(reading));
      const columns = packRows(rows);
      this.#send({ type: 'rows', id, columns, last: next === undefined }, transferList(columns));
      if (next === undefined) this.#readings.delete(id);
      else this.#readings.set(id, next);
    });
  }

  #guard(id: number, action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.#readings.delete(id);
      const code = thrown instanceof KerbsideError ? thrown.code : 'store.unavailable';
      this.#send({ type: 'readFailed', id, code, message: messageOf(thrown) });
    }
  }

  #send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
    this.#start.port.postMessage(message, transfer);
  }

  /** A message only where it must wake the other thread: it costs as much as a tenth of a sync. */
  #settle(count: number): void {
    if (!this.#bell.settle(count)) this.#send({ type: 'settled' });
  }
}
