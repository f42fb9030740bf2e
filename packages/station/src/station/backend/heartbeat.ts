import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';

/** What the heartbeat works with. */
export interface HeartbeatDeps {
  readonly time: Time;
  /** `HeartbeatInterval` in milliseconds; 0 = none but the daily one (H-01, H-02). */
  readonly intervalMs: () => number;
  readonly send: () => Promise<void>;
}

/** At least one a day for the clock, whatever else is sent (H-02). */
const dayMs = 86_400_000;

/** Sends a Heartbeat after so much silence of ours; any answered CALL counts as a sign of life (H-01). Never queued (H-04). */
export class Heartbeat {
  readonly #deps: HeartbeatDeps;
  #lastSignMs = 0;
  #lastBeatMs = 0;
  #running = false;
  #cancel: Cancel = noTimer;

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps;
  }

  /**
   * Registered: the interval counts from now, and the day too when BootNotification brought the time. After a mere reconnect
   * (`timeKnown` false) the day goes on, or a link that is lost every some hours would never set the clock (H-02).
   */
  start(timeKnown: boolean): void {
    this.#running = true;
    this.#lastSignMs = this.#deps.time.monotonicMs();
    if (timeKnown) this.#lastBeatMs = this.#lastSignMs;
    this.#arm();
  }

  /** Not registered any more. */
  stop(): void {
    this.#running = false;
    this.#cancel();
  }

  /** A CALL of ours was answered. The timer is not moved: when it fires it looks at this. */
  sign(): void {
    this.#lastSignMs = this.#deps.time.monotonicMs();
  }

  /** The interval changed: in effect at once. */
  intervalChanged(): void {
    if (this.#running) this.#arm();
  }

  #dueMs(): number {
    const intervalMs = this.#deps.intervalMs();
    const daily = this.#lastBeatMs + dayMs;
    return intervalMs === 0 ? daily : Math.min(this.#lastSignMs + intervalMs, daily);
  }

  #arm(): void {
    this.#cancel();
    const dueMs = this.#dueMs();
    const delayMs = Math.max(0, dueMs - this.#deps.time.monotonicMs());
    this.#cancel = this.#deps.time.after(delayMs, () => void this.#fire());
  }

  async #fire(): Promise<void> {
    const nowMs = this.#deps.time.monotonicMs();
    if (nowMs >= this.#dueMs()) {
      this.#lastSignMs = nowMs;
      this.#lastBeatMs = nowMs;
      await this.#deps.send();
    }
    if (this.#running) this.#arm();
  }
}
