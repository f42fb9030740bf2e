import type { Cancel, Time } from '../../core/time.ts';
import { heartbeatMs, lostAfterMs } from './driver-protocol.ts';

/** What a watch over one connection needs. */
export interface LifeWatchOptions {
  readonly time: Time;
  /** Shows that this end lives. */
  readonly beat: () => void;
  /** Nothing was heard for three seconds; called once. */
  readonly onSilence: () => void;
}

/** What may lie unread in the socket when this process was busy gets so long to be heard. */
const graceMs = 100;
/** A timer that is so late means that this process slept: it could not hear. */
const sleptMs = 1_000;

/** Beats every second and notices a silent far end within three. */
export class LifeWatch {
  readonly #options: LifeWatchOptions;
  #heardMs = 0;
  #cancelBeat: Cancel = () => {};
  #cancelCheck: Cancel = () => {};

  constructor(options: LifeWatchOptions) {
    this.#options = options;
  }

  /** When the far end was heard last, on the monotonic clock. */
  get heardMs(): number {
    return this.#heardMs;
  }

  /** Begins to beat and to watch. */
  start(): void {
    this.heard();
    this.#armBeat();
    this.#armCheck();
  }

  /** The far end said something, whatever it was. */
  heard(): void {
    this.#heardMs = this.#options.time.monotonicMs();
  }

  /** Ends both. May be called twice. */
  stop(): void {
    this.#cancelBeat();
    this.#cancelCheck();
  }

  #armBeat(): void {
    this.#cancelBeat = this.#options.time.after(heartbeatMs, () => {
      this.#options.beat();
      this.#armBeat();
    });
  }

  #armCheck(): void {
    const { time } = this.#options;
    const dueMs = this.#heardMs + lostAfterMs - graceMs;
    this.#cancelCheck = time.after(dueMs - time.monotonicMs(), () => {
      const nowMs = time.monotonicMs();
      if (nowMs - dueMs > sleptMs) this.heard();
      if (nowMs - this.#heardMs < lostAfterMs - graceMs) this.#armCheck();
      else this.#cancelCheck = time.after(graceMs, () => this.#conclude(dueMs));
    });
  }

  #conclude(checkedMs: number): void {
    const silentSinceMs = checkedMs - (lostAfterMs - graceMs);
    if (this.#heardMs > silentSinceMs) this.#armCheck();
    else this.#options.onSilence();
  }
}
