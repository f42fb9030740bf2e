import type { Time } from './time.ts';

/** Where the station's wall clock got its time from. */
export type ClockSource = 'none' | 'system' | 'backend';

/** What the clock is made from. */
export interface StationClockOptions {
  readonly time: Time;
  /** Nothing can be older: the build time, the last persisted time, `notBefore` of the own certificate (parameters.md 5). */
  readonly floorMs: number;
}

/**
 * The wall clock of one station: monotonic time plus an offset. It never goes backwards by itself, is valid once a backend
 * set it or when the system's time lies after the floor, and leaves the system's clock alone (H-03, N-08).
 */
export class StationClock {
  readonly #time: Time;
  #floorMs: number;
  #offsetMs: number;
  #source: ClockSource;

  constructor(options: StationClockOptions) {
    this.#time = options.time;
    this.#floorMs = options.floorMs;
    const systemMs = options.time.systemWallMs();
    this.#source = systemMs >= options.floorMs ? 'system' : 'none';
    this.#offsetMs = Math.max(systemMs, options.floorMs) - options.time.monotonicMs();
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

  get floorMs(): number {
    return this.#floorMs;
  }

  /** The wall time of a moment on the monotonic clock, by today's offset. */
  wallOf(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }

  /** Takes the backend's time. Returns the jump in milliseconds; a time before the floor is refused with `undefined`. */
  set(wallMs: number): number | undefined {
    if (!Number.isFinite(wallMs) || wallMs < this.#floorMs) return undefined;
    const jumpMs = wallMs - this.nowMs();
    this.#offsetMs += jumpMs;
    this.#source = 'backend';
    return jumpMs;
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
