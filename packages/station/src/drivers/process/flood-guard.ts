import type { Time } from '../../core/time.ts';

/** What a far end may say at most: so much at once, and so much each second. */
const budget = {
  lines: { atOnce: 2_000, perSecond: 500 },
  bytes: { atOnce: 8 * 1024 * 1024, perSecond: 2 * 1024 * 1024 },
} as const;

type Kind = keyof typeof budget;

/** Counts what a far end says, so that one that never stops does not keep this process busy. */
export class FloodGuard {
  readonly #time: Time;
  readonly #left: Record<Kind, number> = { lines: budget.lines.atOnce, bytes: budget.bytes.atOnce };
  #countedMs: number;

  constructor(time: Time) {
    this.#time = time;
    this.#countedMs = time.monotonicMs();
  }

  /** Counts lines and bytes; gives back in words what is too much, or null. */
  count(lines: number, bytes: number): string | null {
    const nowMs = this.#time.monotonicMs();
    const seconds = (nowMs - this.#countedMs) / 1_000;
    this.#countedMs = nowMs;
    return this.#take('lines', lines, seconds) ?? this.#take('bytes', bytes, seconds);
  }

  #take(kind: Kind, amount: number, seconds: number): string | null {
    const { atOnce, perSecond } = budget[kind];
    this.#left[kind] = Math.min(atOnce, this.#left[kind] + seconds * perSecond) - amount;
    return this.#left[kind] < 0 ? `it sends more than ${perSecond} ${kind} a second` : null;
  }
}
