import { performance } from 'node:perf_hooks';
import { clearTimeout, setTimeout } from 'node:timers';

import type { Cancel, Time } from './time.ts';

/** The longest delay that Node's timers take; longer ones are chained. */
const LONGEST_MS = 2_147_483_647;

/** The operating system's time. `speed` > 1 makes a faster world for demonstrations and tests on real sockets. */
export function createSystemTime(options: { readonly speed?: number } = {}): Time {
  const speed = options.speed ?? 1;
  const originMs = performance.now();
  const wallOriginMs = performance.timeOrigin + originMs;
  const monotonicMs = (): number => (performance.now() - originMs) * speed;
  return {
    monotonicMs,
    systemWallMs: () => (speed === 1 ? Date.now() : wallOriginMs + monotonicMs()),
    after: (delayMs, callback) => startTimer(Math.max(0, delayMs) / speed, callback),
  };
}

/** Node counts from the beginning of the turn of its event loop, so that its timers may fire early; this one does not. */
function startTimer(delayMs: number, callback: () => void): Cancel {
  const dueMs = performance.now() + delayMs;
  let handle: NodeJS.Timeout | undefined;
  const arm = (): void => {
    const restMs = Math.ceil(dueMs - performance.now());
    handle = setTimeout(fire, Math.min(Math.max(restMs, 0), LONGEST_MS));
  };
  const fire = (): void => {
    if (performance.now() < dueMs) arm();
    else callback();
  };
  arm();
  return () => clearTimeout(handle);
}
