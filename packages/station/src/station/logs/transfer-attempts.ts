import type { Time } from '../../core/time.ts';
import type { TransferOutcome } from '../../diagnostics/file-transfer.ts';

/** What a transfer needs of its surroundings. */
export interface TransferSurroundings {
  readonly time: Time;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** How often a transfer is tried again, and how long between two attempts; null leaves it to the station (F-02). */
export interface TransferRetries {
  readonly retries: number | null;
  readonly retryIntervalSeconds: number | null;
}

/** One attempt: told each time that something moved. */
export type Transfer = (onProgress: () => void, signal: AbortSignal) => Promise<TransferOutcome>;

/** A server with which nothing moves for so long is given up … */
const stallMs = 60_000;
/** … and an attempt in any case after this. */
const attemptMs = 1_800_000;
const retriesAtMost = 100;
const ownIntervalSeconds = 60;

/** How often a failed transfer is tried again. */
export function retriesOf({ retries }: Pick<TransferRetries, 'retries'>): number {
  return Math.min(Math.max(0, retries ?? 0), retriesAtMost);
}

/** Waits between two attempts; ends at once when everything ends. */
export function pauseBetween(
  { retryIntervalSeconds }: Pick<TransferRetries, 'retryIntervalSeconds'>,
  { time, signal }: TransferSurroundings,
): Promise<void> {
  const ms = Math.min(Math.max(1, retryIntervalSeconds ?? ownIntervalSeconds), 86_400) * 1000;
  return new Promise((resolve) => {
    const end = (): void => {
      cancel();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const cancel = time.after(ms, end);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

/** Makes one attempt, and gives it up when it stalls or lasts too long. Never rejects. */
export async function attemptTransfer(
  transfer: Transfer,
  { time, signal }: TransferSurroundings,
): Promise<TransferOutcome> {
  const abort = new AbortController();
  const { promise, resolve } = Promise.withResolvers<TransferOutcome>();
  const giveUp = (problem: string): void => {
    abort.abort();
    resolve({ kind: 'failed', problem });
  };
  const stalled = (): void => giveUp(`nothing moved for ${stallMs / 1000} s`);
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
    return await Promise.race([promise, transfer(onProgress, abort.signal)]);
  } finally {
    over = true;
    cancelStall();
    cancelLimit();
    signal.removeEventListener('abort', outside);
  }
}
