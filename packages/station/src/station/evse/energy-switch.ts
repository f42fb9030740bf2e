import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';

/** What the switch works with. */
export interface EnergySwitchDeps {
  readonly time: Time;
  /** Offers current and closes the contactor; resolves when it is closed. */
  readonly close: () => Promise<void>;
  /** Opens the contactor; resolves when it is open. */
  readonly open: () => Promise<unknown>;
  /** The contactor would not close. */
  readonly onFailure: (error: unknown) => void;
  /** The contactor did not open, with why; or it is open after all, with null. */
  readonly onStuck: (error: unknown) => void;
}

/** Between two attempts to open a contactor that did not open. */
const retryOpenMs = 10_000;

/**
 * Brings the contactor to where it was last wanted, one command after another: a wish to open that comes while it closes is
 * carried out after it, and never overtaken by it. One that does not open is told, and asked again until it does.
 */
export class EnergySwitch {
  readonly #deps: EnergySwitchDeps;
  #wanted = false;
  /** Whatever is wanted, the contactor stays open. */
  #held = false;
  #closed = false;
  #stuck = false;
  #working: Promise<void> | null = null;
  #cancelRetry: Cancel = noTimer;

  constructor(deps: EnergySwitchDeps) {
    this.#deps = deps;
  }

  /** Whether the contactor is closed, as far as its commands tell. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Wants energy on or off; resolves when the contactor is where it was last wanted, or is known not to open. Never rejects.
   */
  set(on: boolean): Promise<void> {
    this.#wanted = on;
    return this.#move();
  }

  /** Opens the contactor and keeps it open, whatever is wanted, until it is released; resolves as `set` does. */
  hold(): Promise<void> {
    this.#held = true;
    return this.#move();
  }

  /** Lets the contactor go where it was last wanted. */
  release(): Promise<void> {
    this.#held = false;
    return this.#move();
  }

  /** Opens the contactor whatever is believed of it: after a restart nobody knows. */
  async forceOpen(): Promise<void> {
    this.#closed = true;
    await this.set(false);
  }

  /** The hardware says that the contactor is open. */
  reportedOpen(): void {
    if (!this.#stuck) return;
    this.#stuck = false;
    this.#closed = false;
    this.#cancelRetry();
    this.#deps.onStuck(null);
    void this.set(this.#wanted);
  }

  /** Gives up asking; what the contactor does is left to the hardware. */
  stop(): void {
    this.#cancelRetry();
  }

  get #shallClose(): boolean {
    return this.#wanted && !this.#held;
  }

  #move(): Promise<void> {
    if (this.#working === null && !this.#stuck && this.#shallClose !== this.#closed) this.#working = this.#work();
    return this.#working ?? Promise.resolve();
  }

  /** In the same turn in which nothing is left to do it counts as done: no wish can come in between and be forgotten. */
  async #work(): Promise<void> {
    try {
      while (!this.#stuck && this.#shallClose !== this.#closed) {
        if (this.#shallClose) await this.#close();
        else await this.#open();
      }
    } finally {
      this.#working = null;
    }
  }

  async #close(): Promise<void> {
    try {
      await this.#deps.close();
      this.#closed = true;
    } catch (error) {
      this.#wanted = false;
      // It may have closed all the same.
      this.#closed = true;
      this.#deps.onFailure(error);
    }
  }

  async #open(): Promise<void> {
    try {
      await this.#deps.open();
      this.#closed = false;
    } catch (error) {
      this.#stuck = true;
      this.#retryLater();
      this.#deps.onStuck(error);
    }
  }

  #retryLater(): void {
    this.#cancelRetry = this.#deps.time.after(retryOpenMs, () => {
      this.#deps.open().then(
        () => this.reportedOpen(),
        () => {
          if (this.#stuck) this.#retryLater();
        },
      );
    });
  }
}
