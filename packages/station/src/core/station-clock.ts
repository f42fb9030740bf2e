import type { Time } from './time.ts';

/** Where the station's wall clock got its time from. */
export type ClockSource = 'none' | 'system' | 'backend';

/** What the clock is made from. */
export interface StationClockOptions {
  readonly time: Time;
  /** When the software was built; a clock that shows less is wrong. */
  readonly buildMs: number;
  /** The last persisted time, `notBefore` of the own certificate; 0 = unknown. With `buildMs` the clock's floor (parameters.md 5). */
  readonly lastKnownMs: number;
}

/**
 * The wall clock of one station: monotonic time plus an offset. It never goes backwards by itself, is valid once a backend
 * set it or when the system's time lies after the floor, and leaves the system's clock alone (H-03, N-08).
 */
export class StationClock {
  readonly #time: Time;
  readonly #buildMs: number;
  readonly #floorMs: number;
  #offsetMs: number;
  #source: ClockSource;
  #listeners: readonly (() => void)[] = [];

  constructor(options: StationClockOptions) {
    this.#time = options.time;
    this.#buildMs = options.buildMs;
    this.#floorMs = Math.max(options.buildMs, options.lastKnownMs);
    const systemMs = options.time.systemWallMs();
    this.#source = systemMs >= options.buildMs ? 'system' : 'none';
    this.#offsetMs = Math.max(systemMs, this.#floorMs) - options.time.monotonicMs();
  }

  /** Milliseconds since 1970; the floor plus elapsed time while the clock is not valid. */
  nowMs(): number {
    return this.#time.monotonicMs() + this.#offsetMs;
  }

  /** Whether `nowMs` may stand on the wire or in a bill. */
  get valid(): boolean {
    return this.#source !== 'none';
  }

  get source(): ClockSource {
    return this.#source;
  }

  /** What no right clock can be behind: for certificates while the clock is not valid. */
  get floorMs(): number {
    return this.#floorMs;
  }

  /** The wall time of a moment on the monotonic clock, by today's offset. */
  wallOf(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }

  /**
   * Takes the backend's time. Returns the jump in milliseconds; a time before the build is refused with `undefined`. The rest of
   * the floor does not refuse: a backend that was a day ahead may correct itself (G-03).
   */
  set(wallMs: number): number | undefined {
    if (!Number.isFinite(wallMs) || wallMs < this.#buildMs) return undefined;
    const jumpMs = wallMs - this.nowMs();
    this.#offsetMs += jumpMs;
    this.#source = 'backend';
    for (const listener of this.#listeners) listener();
    return jumpMs;
  }

  /** Told after each setting of the clock, however small. Returns the way to stop listening. */
  onSet(listener: () => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener);
    };
  }
}

/** A wall time as OCPP writes it: RFC 3339, UTC, milliseconds (T-20). */
export function toTimestamp(wallMs: number): string {
  return new Date(wallMs).toISOString();
}

/** Reads an RFC 3339 time with zone; `undefined` when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const match = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)?$/.exec(text);
  if (match === null) return undefined;
  const withZone = match[2] === undefined ? `${text}Z` : text;
  const wallMs = Date.parse(withZone.replace(' ', 'T'));
  return Number.isNaN(wallMs) ? undefined : wallMs;
}
