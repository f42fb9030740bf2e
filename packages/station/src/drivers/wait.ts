import type { KerbsideError } from '../core/errors.ts';
import type { Cancel, Time } from '../core/time.ts';

/** A reason to give up waiting. */
export interface GiveUp {
  readonly signal: AbortSignal;
  readonly error: () => KerbsideError;
}

/** Resolves after `delayMs` (null: never); rejects with the error of the first signal that is aborted. */
export function wait(time: Time, delayMs: number | null, giveUps: readonly GiveUp[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const aborted = giveUps.find((giveUp) => giveUp.signal.aborted);
    if (aborted !== undefined) {
      reject(aborted.error());
      return;
    }
    let cancel: Cancel | undefined;
    const listeners = giveUps.map((giveUp) => ({ ...giveUp, stop: () => end(() => reject(giveUp.error())) }));
    const end = (then: () => void): void => {
      cancel?.();
      for (const { signal, stop } of listeners) signal.removeEventListener('abort', stop);
      then();
    };
    for (const { signal, stop } of listeners) signal.addEventListener('abort', stop);
    if (delayMs !== null) cancel = time.after(delayMs, () => end(resolve));
  });
}
