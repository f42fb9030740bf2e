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

/** A time by which certificates are judged; not `clockValid`: only their end is, a later begin is believed for now. */
export interface CertificateTime {
  readonly nowMs: number;
  readonly clockValid: boolean;
}

/** No clock that shows more than this beyond the build is right: about twenty years, longer than any station stands. */
const longestLifeMs = 20 * 365.25 * 86_400_000;
/** What two clocks may differ by and still both be believed (G-03). */
const tolerableMs = 86_400_000;

/**
 * The wall clock of one station: monotonic time plus an offset. It never goes backwards by itself, is valid once a backend
 * set it or when the system's time can be right, and leaves the system's clock alone (H-03, N-08). A remembered time that is more than
 * a day later than a system clock that can be right does not count: it may stem from a clock that was wrong, and would stay.
 * A board whose clock fell back therefore shows that clock's time until the backend sets it; its certificates are judged
 * with `certificateTime`.
 */
export class StationClock {
  readonly #time: Time;
  readonly #buildMs: number;
  readonly #floorMs: number;
  /** Remembered, but later than a system clock that can be right; 0 = there is none. */
  readonly #doubtfulMs: number;
  #offsetMs: number;
  #source: ClockSource;
  #listeners: readonly (() => void)[] = [];

  constructor(options: StationClockOptions) {
    this.#time = options.time;
    this.#buildMs = options.buildMs;
    const systemMs = options.time.systemWallMs();
    const isSystemRight = this.#canBeRight(systemMs);
    const lastKnownMs = this.#canBeRight(options.lastKnownMs) ? options.lastKnownMs : 0;
    this.#doubtfulMs = isSystemRight && lastKnownMs > systemMs + tolerableMs ? lastKnownMs : 0;
    this.#floorMs = Math.max(options.buildMs, this.#doubtfulMs > 0 ? 0 : lastKnownMs);
    this.#source = isSystemRight ? 'system' : 'none';
    this.#offsetMs = Math.max(isSystemRight ? systemMs : 0, this.#floorMs) - options.time.monotonicMs();
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

  /** The time to remember over a restart: not later than a system clock that can be right, whatever a backend says. */
  get provenMs(): number {
    const systemMs = this.#time.systemWallMs();
    return this.#canBeRight(systemMs) ? Math.min(this.nowMs(), systemMs) : this.nowMs();
  }

  /**
   * By what certificates are judged. A system clock that can be right and differs by more than a day from the station's wins, so
   * that no backend locks the station out. When something says that it is later than the system's clock shows, that clock may have
   * fallen back: then a certificate that begins later is believed for now.
   */
  certificateTime(): CertificateTime {
    const systemMs = this.#time.systemWallMs();
    const nowMs = this.nowMs();
    if (!this.#canBeRight(systemMs)) return { nowMs, clockValid: this.valid };
    if (Math.abs(nowMs - systemMs) > tolerableMs) return { nowMs: systemMs, clockValid: nowMs < systemMs };
    const isDoubtful = this.#source === 'system' && this.#doubtfulMs > nowMs;
    return { nowMs, clockValid: this.valid && !isDoubtful };
  }

  #canBeRight(wallMs: number): boolean {
    return wallMs >= this.#buildMs && wallMs <= this.#buildMs + longestLifeMs;
  }

  /** The wall time of a moment on the monotonic clock, by today's offset. */
  wallOf(monotonicMs: number): number {
    return monotonicMs + this.#offsetMs;
  }

  /**
   * Takes the backend's time. Returns the jump in milliseconds; a time before the build, or more than twenty years after it, is
   * refused with `undefined`. The rest of the floor does not refuse: a backend that was a day ahead may correct itself (G-03).
   */
  set(wallMs: number): number | undefined {
    if (!this.#canBeRight(wallMs)) return undefined;
    const jumpMs = wallMs - this.nowMs();
    this.#offsetMs += jumpMs;
    this.#source = 'backend';
    for (const listener of this.#listeners) listener();
    return jumpMs;
  }

  /** Told after each setting of the clock, however small. Returns the way to stop listening. */
  onSet(listener: () => void): () => void {
    this.#listeners = this.#listeners.concat(listener);
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
