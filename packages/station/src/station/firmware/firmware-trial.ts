import type { Time } from '../../core/time.ts';

/** What the trial of new software works with. */
export interface FirmwareTrialDeps {
  readonly time: Time;
  /** `firmware.trialTimeout` in ms; 0: whatever starts is good. */
  readonly timeoutMs: () => number;
  readonly bearerUp: () => boolean;
}

const pollMs = 1_000;
/** A backend that is away for a while does not bring the old software back. */
const attemptsAtLeast = 3;

/**
 * Whether the software that runs reaches its backend: a BootNotification was answered. The time for that counts only while there is a
 * bearer, and is not over before three complete attempts have failed.
 */
export class FirmwareTrial {
  readonly #deps: FirmwareTrialDeps;
  #answered = false;
  #failures = 0;

  constructor(deps: FirmwareTrialDeps) {
    this.#deps = deps;
  }

  /** A BootNotification was answered. */
  answered(): void {
    this.#answered = true;
  }

  /** An attempt to reach the backend failed. */
  attemptFailed(): void {
    this.#failures++;
  }

  /** Resolves when it is decided, or with false when the signal ends everything. */
  async decide(signal: AbortSignal): Promise<boolean> {
    const { time, timeoutMs, bearerUp } = this.#deps;
    let countedMs = 0;
    while (!signal.aborted) {
      const limitMs = timeoutMs();
      if (this.#answered || limitMs === 0) return true;
      if (countedMs >= limitMs && this.#failures >= attemptsAtLeast) return false;
      const { promise, resolve } = Promise.withResolvers<void>();
      time.after(pollMs, () => resolve());
      await promise;
      if (bearerUp()) countedMs += pollMs;
    }
    return false;
  }
}
