import type { Time } from '../core/time.ts';

const pollMs = 50;

/** Waits until a condition holds, at most `limitMs`; the caller looks again whether it does. */
export async function waitUntil(condition: () => boolean, limitMs: number, time: Time): Promise<void> {
  const endMs = time.monotonicMs() + limitMs;
  while (!condition() && time.monotonicMs() < endMs) {
    const { promise, resolve } = Promise.withResolvers<void>();
    time.after(pollMs, () => resolve());
    await promise;
  }
}
