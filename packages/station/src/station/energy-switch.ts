/** What the switch works with. */
export interface EnergySwitchDeps {
  /** Offers current and closes the contactor; resolves when it is closed. */
  readonly close: () => Promise<void>;
  /** Opens the contactor; must not reject. */
  readonly open: () => Promise<void>;
  /** The contactor would not close. */
  readonly onFailure: (error: unknown) => void;
}

/**
 * Brings the contactor to where it was last wanted, one command after another: a wish to open that comes while it closes is
 * carried out after it, and never overtaken by it.
 */
export class EnergySwitch {
  readonly #deps: EnergySwitchDeps;
  #wanted = false;
  #closed = false;
  #working: Promise<void> | null = null;

  constructor(deps: EnergySwitchDeps) {
    this.#deps = deps;
  }

  /** Whether the contactor is closed, as far as its commands tell. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Wants energy on or off; resolves when the contactor is where it was last wanted. Never rejects. */
  set(on: boolean): Promise<void> {
    this.#wanted = on;
    if (this.#working === null && this.#wanted !== this.#closed) this.#working = this.#work();
    return this.#working ?? Promise.resolve();
  }

  /** Opens the contactor whatever is believed of it: after a restart nobody knows. */
  async forceOpen(): Promise<void> {
    this.#closed = true;
    await this.set(false);
  }

  /** In the same turn in which nothing is left to do it counts as done: no wish can come in between and be forgotten. */
  async #work(): Promise<void> {
    try {
      while (this.#wanted !== this.#closed) {
        if (this.#wanted) await this.#close();
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
    await this.#deps.open();
    this.#closed = false;
  }
}
