import { performance } from 'node:perf_hooks';
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers';

import type { Cancel, Time } from './time.ts';
import { TimerQueue } from './timer-queue.ts';

/** The longest delay that Node's timers take; for longer ones the queue wakes in between. */
const LONGEST_MS = 2_147_483_647;

/**
 * The operating system's time; all its timers hang on one of Node's. `speed` > 1 makes a faster world for demonstrations and
 * tests on real sockets.
 */
export function createSystemTime(options: { readonly speed?: number } = {}): Time {
  const speed = options.speed ?? 1;
  const originMs = performance.now();
  const wallOriginMs = performance.timeOrigin + originMs;
  const monotonicMs = (): number => (performance.now() - originMs) * speed;
  const timers = new TimerQueue({ nowMs: () => performance.now(), wakeAfter });
  return {
    monotonicMs,
    systemWallMs: () => (speed === 1 ? Date.now() : wallOriginMs + monotonicMs()),
    after: (delayMs, callback) => timers.after(delayMs / speed, callback),
  };
}

function wakeAfter(delayMs: number, wake: () => void): Cancel {
  if (delayMs <= 0) {
    const immediate = setImmediate(wake);
    return () => clearImmediate(immediate);
  }
  const timeout = setTimeout(wake, Math.min(Math.ceil(delayMs), LONGEST_MS));
  return () => clearTimeout(timeout);
}
