import { messageOf } from '../../core/errors.ts';
import type { Cancel, Time } from '../../core/time.ts';

/** What the offer of one EVSE works with. */
export interface HardwareOfferDeps {
  readonly time: Time;
  /** Asks the hardware; resolves when it did it. */
  readonly command: (milliamps: number) => Promise<unknown>;
  /** The hardware answered, with null or what it refused with; or another attempt is due. */
  readonly onSettled: (error: unknown) => void;
  readonly onProblem: (text: string) => void;
}

/** Between two attempts to set a limit that the hardware refused. */
const retryMs = 1_000;

/** What the hardware of one EVSE offers while its contactor is closed, as far as it is known: between order and answer, the most of both. */
export class HardwareOffer {
  readonly #deps: HardwareOfferDeps;
  #told: number | null = null;
  #most = 0;
  #sending = false;
  #refused = false;
  #cancelRetry: Cancel | null = null;
  /** Counts the contactor's openings: what was under way then tells nothing any more. */
  #round = 0;

  constructor(deps: HardwareOfferDeps) {
    this.#deps = deps;
  }

  /** What the hardware last confirmed, in mA per phase; null while it confirmed nothing since the contactor opened. */
  get told(): number | null {
    return this.#refused ? null : this.#told;
  }

  /** The most that may be offered at this moment, in mA per phase. */
  get mostMilliamps(): number {
    return this.#most;
  }

  /** An answer is awaited, or the pause before another attempt. */
  get busy(): boolean {
    return this.#sending || this.#cancelRetry !== null;
  }

  /** The hardware refused the last limit: what it offers whatever is wanted; null when it follows. */
  get stuckMilliamps(): number | null {
    return this.#refused ? this.#most : null;
  }

  /** Asks the hardware for a limit; only while not busy. */
  set(milliamps: number): void {
    const round = this.#round;
    this.#sending = true;
    this.#most = Math.max(this.#most, milliamps);
    this.#deps.command(milliamps).then(
      () => this.#done(round, milliamps),
      (error: unknown) => this.#failed(round, milliamps, error),
    );
  }

  /** The contactor is open: nothing is offered, whatever was told. */
  reset(): void {
    this.#round += 1;
    this.#cancelRetry?.();
    this.#cancelRetry = null;
    this.#told = null;
    this.#most = 0;
    this.#sending = false;
    this.#refused = false;
  }

  #done(round: number, milliamps: number): void {
    if (round !== this.#round) return;
    this.#sending = false;
    this.#refused = false;
    this.#told = milliamps;
    this.#most = milliamps;
    this.#deps.onSettled(null);
  }

  #failed(round: number, milliamps: number, error: unknown): void {
    if (round !== this.#round) return;
    this.#sending = false;
    const isNews = !this.#refused;
    this.#refused = true;
    this.#cancelRetry = this.#deps.time.after(retryMs, () => {
      this.#cancelRetry = null;
      this.#deps.onSettled(null);
    });
    if (isNews) this.#deps.onProblem(`the limit of ${milliamps / 1000} A could not be set: ${messageOf(error)}`);
    this.#deps.onSettled(error);
  }
}
