import { messageOf } from '../../core/errors.ts';
import { isRecord, type Json } from '../../core/json.ts';
import type { Time } from '../../core/time.ts';
import type { LogStatusReport, LogUploadStatus, Outcome } from '../../delivery/session.ts';
import { schemeOf, type FileTransfer } from '../../diagnostics/file-transfer.ts';
import type { Store } from '../../store/store.ts';
import { ToldInOrder } from './told-in-order.ts';
import type { TransferRetries } from './transfer-attempts.ts';
import { upload } from './upload-attempts.ts';

/** How one kind of upload is told to a backend. */
export interface UploadVoice {
  /** For problems, such as *a log*. */
  readonly what: string;
  /** Where the last one is remembered. */
  readonly collection: string;
  /** The answer to the request says nothing of the upload that it ends: that one is told as failed. */
  readonly tellsReplaced: boolean;
  /** Every upload is told to begin, also one that cannot. */
  readonly tellsEveryBegin: boolean;
  /** Sends one status when its turn comes. */
  readonly send: (report: LogStatusReport) => Promise<Outcome<Record<never, never>>>;
}

/** A file that a backend wants to have. */
export interface UploadJob extends TransferRetries {
  /** The backend's number of the request; null where it gives none. */
  readonly requestId: number | null;
  readonly location: string;
  /** Of which period (ms since 1970); null = no bound. */
  readonly fromMs: number | null;
  readonly untilMs: number | null;
  readonly fileName: string;
  readonly contentType: string;
  /** Makes the file. */
  readonly content: (signal: AbortSignal) => Promise<Uint8Array>;
}

/** What the desk works with. */
export interface UploadDeskDeps {
  readonly station: string;
  readonly store: Store;
  readonly time: Time;
  readonly files: FileTransfer;
  /** PEM texts of the roots that count beside the public ones. */
  readonly roots: () => readonly string[];
  readonly voice: UploadVoice;
  readonly onProblem: (problem: string) => void;
}

/** One upload of this life; 0 is what an earlier one left. */
interface Run {
  readonly number: number;
  readonly requestId: number | null;
  readonly abort: AbortController;
  begun: boolean;
}

type Report = LogStatusReport & { readonly run: number };

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
 * Uploads files of one kind where a backend wants them, one at a time: a new request ends the one before. How it goes is told in
 * order, each status once; what could not be told before a restart is told after it, and an upload that a restart cut has failed.
 */
export class UploadDesk {
  readonly #deps: UploadDeskDeps;
  readonly #told: ToldInOrder<Report>;
  #running: Run | null = null;
  #runs = 0;
  /** To which run the record on the disk belongs. */
  #recorded = 0;
  #stopped = false;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(deps: UploadDeskDeps) {
    this.#deps = deps;
    this.#told = new ToldInOrder({
      send: ({ status, requestId }) => deps.voice.send({ status, requestId }),
      onTold: (report) => {
        if (report.status !== 'uploading') this.#forget(report);
      },
      onProblem: (text) => deps.onProblem(`how the upload of ${deps.voice.what} went cannot be told: ${text}`),
    });
  }

  /** Takes over what an earlier life left untold. */
  restore(left: LogStatusReport): void {
    this.#told.add({ ...left, status: left.status === 'uploading' ? 'uploadFailure' : left.status, run: 0 });
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

  /** Takes a job on, and does it afterwards; on disk when it resolves. *canceled*: the upload that was running ends for it. */
  take(job: UploadJob): Promise<'accepted' | 'canceled' | 'rejected'> {
    const done = this.#tail.then(() => this.#take(job));
    this.#tail = done.catch(() => undefined);
    return done;
  }

  /** Ends what runs; it is told as failed after the next start. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#running?.abort.abort();
  }

  async #take(job: UploadJob): ReturnType<UploadDesk['take']> {
    const { onProblem, time, voice } = this.#deps;
    if (this.#stopped) return 'rejected';
    const { requestId } = job;
    const run: Run = { number: ++this.#runs, requestId, abort: new AbortController(), begun: false };
    const recorded = this.#recorded;
    this.#recorded = run.number;
    try {
      await this.#remember({ status: 'uploading', requestId });
    } catch (error) {
      this.#recorded = recorded;
      onProblem(`the request for ${voice.what} was rejected: ${messageOf(error)}`);
      return 'rejected';
    }
    const before = this.#running;
    this.#replace(before);
    this.#running = run;
    time.after(0, () => void this.#run(job, run));
    return before === null ? 'accepted' : 'canceled';
  }

  #replace(before: Run | null): void {
    if (before === null) return;
    before.abort.abort();
    if (this.#deps.voice.tellsReplaced) {
      this.#begin(before);
      this.#tell(before, 'uploadFailure');
    } else this.#told.drop(({ run }) => run === before.number);
  }

  async #run(job: UploadJob, run: Run): Promise<void> {
    if (this.#stopped || run.abort.signal.aborted) return;
    const status = await this.#perform(job, run).catch((error: unknown): LogUploadStatus => {
      this.#deps.onProblem(`${job.fileName} could not be uploaded: ${messageOf(error)}`);
      return 'uploadFailure';
    });
    if (run.abort.signal.aborted) return;
    if (this.#running === run) this.#running = null;
    if (this.#recorded === run.number)
      await this.#remember({ status, requestId: run.requestId }).catch((error: unknown) => {
        this.#deps.onProblem(`how the upload of ${job.fileName} ended is not stored: ${messageOf(error)}`);
      });
    this.#tell(run, status);
  }

  async #perform(job: UploadJob, run: Run): Promise<LogUploadStatus> {
    const { files, roots, time, onProblem, voice } = this.#deps;
    const { signal } = run.abort;
    if (voice.tellsEveryBegin) this.#begin(run);
    const url = placeOf(job);
    if (url === null) {
      onProblem(`the request for ${voice.what} names no usable address or period`);
      return 'badMessage';
    }
    const scheme = schemeOf(url);
    if (scheme === null || !files.schemes.includes(scheme)) {
      onProblem(`${voice.what} cannot be uploaded by ${url.protocol.slice(0, -1)}`);
      return 'notSupported';
    }
    this.#begin(run);
    const bytes = await job.content(signal);
    if (signal.aborted) return 'uploadFailure';
    const { fileName, contentType } = job;
    const content = (): AsyncGenerator<Uint8Array> => piecesOf(bytes);
    const file = { url, roots: roots(), fileName, contentType, sizeBytes: bytes.length, content };
    return upload(file, job, { time, files, signal, onProblem });
  }

  #begin(run: Run): void {
    if (run.begun) return;
    run.begun = true;
    this.#tell(run, 'uploading');
  }

  #tell({ number, requestId }: Run, status: LogUploadStatus): void {
    this.#told.add({ status, requestId, run: number });
  }

  #remember({ status, requestId }: LogStatusReport): Promise<void> {
    const { store, station, voice } = this.#deps;
    const { collection } = voice;
    return store.commit([{ op: 'putDocument', station, collection, key, value: { status, requestId } }]);
  }

  #forget({ run }: Report): void {
    const { store, station, voice } = this.#deps;
    if (this.#recorded === run)
      store.commitLater([{ op: 'deleteDocument', station, collection: voice.collection, key }]);
  }
}

/** What an earlier life remembered of its last upload; null: nothing that is still to be told. */
export async function leftUpload(store: Store, station: string, collection: string): Promise<LogStatusReport | null> {
  return readReport((await store.readDocuments(station, collection)).get(key));
}

/** Where the file shall go; null where the request cannot be carried out. */
function placeOf({ location, fromMs, untilMs }: UploadJob): URL | null {
  const url = URL.parse(location.trim());
  const isPeriod = fromMs === null || untilMs === null || fromMs <= untilMs;
  return url === null || url.hostname === '' || !isPeriod ? null : url;
}

const pieceBytes = 65_536;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes);
}

function readReport(value: Json | undefined): LogStatusReport | null {
  if (!isRecord(value) || !statuses.has(value['status'])) return null;
  const { status, requestId } = value;
  if (requestId !== null && typeof requestId !== 'number') return null;
  return { status: status as LogUploadStatus, requestId };
}
