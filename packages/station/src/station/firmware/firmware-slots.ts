import { messageOf } from '../../core/errors.ts';
import type { FirmwareInstaller, InstallerState } from '../../firmware/firmware-installer.ts';

/** What installs the software of a station, or how to make it; what is made lazily costs an idle station nothing. */
export type InstallerSource = FirmwareInstaller | (() => FirmwareInstaller);

/** The software of a station over its lives: which one runs, and how the next one begins. */
export class FirmwareSlots {
  readonly #source: InstallerSource | null;
  readonly #onProblem: (problem: string) => void;
  #installer: FirmwareInstaller | null = null;
  #state: InstallerState | null = null;

  /** @param source null: the software cannot be exchanged */
  constructor(source: InstallerSource | null, onProblem: (problem: string) => void) {
    this.#source = source;
    this.#onProblem = onProblem;
  }

  get installer(): FirmwareInstaller | null {
    if (this.#installer === null && this.#source !== null)
      this.#installer = typeof this.#source === 'function' ? this.#source() : this.#source;
    return this.#installer;
  }

  /** What runs in this life; null where nobody knows. */
  get state(): InstallerState | null {
    return this.#state;
  }

  /**
   * A life of the station begins; asked again for the same one it does nothing, so that hardware that is late does not count
   * against new software. Never rejects: a station whose slots cannot be read charges all the same.
   */
  async starting(): Promise<void> {
    if (this.#state !== null) return;
    try {
      this.#state = (await this.installer?.starting()) ?? null;
    } catch (error) {
      this.#onProblem(`which firmware runs is not known: ${messageOf(error)}`);
    }
  }

  /** A life has ended; the next one asks again what runs. */
  ended(): void {
    this.#state = null;
  }

  /** The life before has ended for the sake of new software. Where the restart fails, the software goes back, with the reason. */
  async restart(): Promise<void> {
    const { installer } = this;
    try {
      await installer?.restart();
    } catch (error) {
      this.#onProblem(`the restart into the new firmware failed: ${messageOf(error)}`);
      await installer?.rollBack(messageOf(error)).catch((again: unknown) => this.#onProblem(messageOf(again)));
    }
  }
}
