import type { Time } from '../../core/time.ts';
import type { LogUploadStatus } from '../../delivery/session.ts';
import type { FileTransfer, FileUpload, TransferOutcome } from '../../diagnostics/file-transfer.ts';

/** What an upload needs of its surroundings. */
export interface UploadSurroundings {
  readonly time: Time;
  readonly files: FileTransfer;
  /** Ends everything. */
  readonly signal: AbortSignal;
  readonly onProblem: (problem: string) => void;
}

/** How often, and how long between two attempts; null leaves it to the station. */
export interface UploadRetries {
  readonly retries: number | null;
  readonly retryIntervalSeconds: number | null;
}

/** A server that takes nothing for so long is given up … */
const stallMs = 60_000;
/** … and an attempt in any case after this. */
const attemptMs = 1_800_000;
const retriesAtMost = 100;
const ownIntervalSeconds = 60;

/** Uploads a file, again as often as the backend wants it (F-02); gives how it ended. */
export async function upload(
  file: FileUpload,
  { retries, retryIntervalSeconds }: UploadRetries,
  around: UploadSurroundings,
): Promise<LogUploadStatus> {
  const again = Math.min(Math.max(0, retries ?? 0), retriesAtMost);
  const waitMs = Math.min(Math.max(1, retryIntervalSeconds ?? ownIntervalSeconds), 86_400) * 1000;
  for (let attempt = 0; ; attempt++) {
    const outcome = await tryOnce(file, around);
    if (outcome.kind === 'done') return 'uploaded';
    if (around.signal.aborted) return 'uploadFailure';
    around.onProblem(`the upload of ${file.fileName} failed: ${outcome.problem}`);
    if (outcome.kind === 'denied') return 'permissionDenied';
    if (outcome.kind === 'unsupported') return 'notSupported';
    if (attempt >= again) return 'uploadFailure';
    await pause(waitMs, around);
    if (around.signal.aborted) return 'uploadFailure';
  }
}

async function tryOnce(file: FileUpload, { time, files, signal }: UploadSurroundings): Promise<TransferOutcome> {
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<TransferOutcome>();
  const giveUp = (problem: string): void => {
    abort.abort();
    resolve({ kind: 'failed', problem });
  };
  const stalled = (): void => giveUp(`the server took nothing for ${stallMs / 1000} s`);
  const outside = (): void => giveUp('it was ended');
  let over = false;
  let cancelStall = time.after(stallMs, stalled);
  const cancelLimit = time.after(attemptMs, () => giveUp(`it took more than ${attemptMs / 60_000} min`));
  signal.addEventListener('abort', outside, { once: true });
  const onProgress = (): void => {
    cancelStall();
    // What a transfer tells after its end counts nothing any more.
    if (over) return;
    cancelStall = time.after(stallMs, stalled);
  };
  try {
    if (signal.aborted) outside();
    return await Promise.race([promise, files.upload({ ...file, onProgress }, abort.signal)]);
  } finally {
    over = true;
    cancelStall();
    cancelLimit();
    signal.removeEventListener('abort', outside);
  }
}

function pause(ms: number, { time, signal }: UploadSurroundings): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = time.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
  });
}
