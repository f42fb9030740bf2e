import { Buffer } from 'node:buffer';

import { messageOf } from '../../core/errors.ts';
import { isRecord, type Json } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import type { LogStatusReport, LogUploadStatus, Outcome } from '../../delivery/session.ts';
import { schemeOf, type FileTransfer, type FileUpload } from '../../diagnostics/file-transfer.ts';
import type { LogCommands, LogRequest } from '../../dialects/station-commands.ts';
import type { Store } from '../../store/store.ts';
import { ToldInOrder } from './told-in-order.ts';
import { upload } from './upload-attempts.ts';

/** What the desk works with. */
export interface LogDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly files: FileTransfer;
  /** PEM texts of the roots that count beside the public ones. */
  readonly roots: () => readonly string[];
  readonly fileName: (log: LogRequest['log']) => string;
  readonly content: (request: LogRequest) => Promise<string>;
  /** Sends one LogStatusNotification when its turn comes. */
  readonly send: (report: LogStatusReport) => Promise<Outcome<Record<never, never>>>;
  readonly onProblem: (problem: string) => void;
}

interface Running {
  readonly requestId: number;
  readonly abort: AbortController;
}

const collection = 'logUpload';
const key = 'last';
const statuses: ReadonlySet<unknown> = new Set<LogUploadStatus>([
  'uploading',
  'uploaded',
  'uploadFailure',
  'badMessage',
  'permissionDenied',
  'notSupported',
]);

/**
 * Uploads logs where a backend wants them (S-16), one at a time: a new request ends the one before. How it goes is told in order,
 * each status once; what could not be told before a restart is told after it, and an upload that a restart cut has failed.
 */
export class LogDesk implements LogCommands {
  readonly #deps: LogDeskDeps;
  #running: Running | null = null;
  /** The record on the disk belongs to a request that is being taken in: what ends meanwhile leaves it alone. */
  #taking = false;
  readonly #told: ToldInOrder<LogStatusReport>;
  #stopped = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: LogDeskDeps) {
    this.#deps = deps;
    this.#told = new ToldInOrder({
      send: deps.send,
      onTold: (report) => {
        if (report.status !== 'uploading') this.#forget(report);
      },
      onProblem: (text) => deps.onProblem(`how the upload of a log went cannot be told: ${text}`),
    });
  }

  /** Reads what an earlier life left untold. */
  async load(): Promise<void> {
    const { store, station } = this.#deps;
    const left = readReport((await store.readDocuments(station, collection)).get(key));
    if (left === null) return;
    this.#told.add({ ...left, status: left.status === 'uploading' ? 'uploadFailure' : left.status });
  }

  /** The backend can be told again. */
  registered(): void {
    this.#told.tell();
  }

  /** What a backend hears that asks: idle, without a number, unless something runs. */
  get current(): LogStatusReport {
    const running = this.#running;
    return running === null
      ? { status: 'idle', requestId: null }
      : { status: 'uploading', requestId: running.requestId };
  }

  upload(request: LogRequest): ReturnType<LogCommands['upload']> {
    const done = this.#tail.then(() => this.#take(request));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Ends what runs; it is told as failed after the next start. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#running?.abort.abort();
  }

  async #take(request: LogRequest): ReturnType<LogCommands['upload']> {
    const { onProblem, fileName, time } = this.#deps;
    if (this.#stopped) return { status: 'rejected', fileName: null };
    this.#taking = true;
    try {
      await this.#remember({ status: 'uploading', requestId: request.requestId });
    } catch (error) {
      onProblem(`GetLog was rejected: ${messageOf(error)}`);
      return { status: 'rejected', fileName: null };
    } finally {
      this.#taking = false;
    }
    const before = this.#running;
    before?.abort.abort();
    // What the one before has not told yet nobody waits for any more.
    if (before !== null) this.#told.drop(({ requestId }) => requestId === before.requestId);
    const running: Running = { requestId: request.requestId, abort: new AbortController() };
    this.#running = running;
    const name = fileName(request.log);
    time.after(0, () => void this.#run(request, name, running));
    return { status: before === null ? 'accepted' : 'canceled', fileName: name };
  }

  async #run(request: LogRequest, fileName: string, running: Running): Promise<void> {
    if (this.#stopped) return;
    const status = await this.#perform(request, fileName, running).catch((error: unknown): LogUploadStatus => {
      this.#deps.onProblem(`the log could not be uploaded: ${messageOf(error)}`);
      return 'uploadFailure';
    });
    if (running.abort.signal.aborted) return;
    if (this.#running === running) this.#running = null;
    const report = { status, requestId: request.requestId };
    if (!this.#taking)
      await this.#remember(report).catch((error: unknown) => {
        this.#deps.onProblem(`how the upload of a log ended is not stored: ${messageOf(error)}`);
      });
    this.#told.add(report);
  }

  async #perform(request: LogRequest, fileName: string, running: Running): Promise<LogUploadStatus> {
    const { files, roots, content, time, onProblem } = this.#deps;
    const { fromMs, untilMs, location, requestId } = request;
    const url = URL.parse(location);
    if (url === null || url.hostname === '' || (fromMs !== null && untilMs !== null && fromMs > untilMs)) {
      onProblem('the request for a log names no usable address or period');
      return 'badMessage';
    }
    const scheme = schemeOf(url);
    if (scheme === null || !files.schemes.includes(scheme)) return 'notSupported';
    const bytes = Buffer.from(await content(request), 'utf8');
    if (running.abort.signal.aborted) return 'uploadFailure';
    this.#told.add({ status: 'uploading', requestId });
    const file: FileUpload = {
      url,
      roots: roots(),
      fileName,
      contentType: 'text/plain; charset=utf-8',
      sizeBytes: bytes.length,
      content: () => piecesOf(bytes),
    };
    const outcome = await upload(file, request, { time, files, signal: running.abort.signal, onProblem });
    return outcome;
  }

  #remember({ status, requestId }: LogStatusReport): Promise<void> {
    const { store, station } = this.#deps;
    return store.commit([{ op: 'putDocument', station, collection, key, value: { status, requestId } }]);
  }

  #forget({ requestId }: LogStatusReport): void {
    const { store, station } = this.#deps;
    if (!this.#taking && (this.#running === null || this.#running.requestId === requestId))
      store.commitLater([{ op: 'deleteDocument', station, collection, key }]);
  }
}

const pieceBytes = 65_536;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function readReport(value: Json | undefined): LogStatusReport | null {
  if (!isRecord(value) || typeof value['requestId'] !== 'number' || !statuses.has(value['status'])) return null;
  return { status: value['status'] as LogUploadStatus, requestId: value['requestId'] };
}
