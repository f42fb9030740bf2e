import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { FirmwareInstaller, ImageWriter, InstallerState } from '../../firmware/firmware-installer.ts';
import { readImageHeader } from './image-header.ts';
import { lookAt, type ImageLook } from './image-look.ts';
import { refused, refusing } from './refusals.ts';
import { SlotLedger } from './slot-ledger.ts';
import { confirmed, discarded, installed, keeps, otherSlot, slotFreed, started, told, wentBack } from './slot-rules.ts';
import { factoryState, type SlotName, type SlotState } from './slot-state.ts';
import type { ImagePlace, SlotStorage } from './slot-storage.ts';
import { Staging } from './staging.ts';

/** What simulated slots are made from. */
export interface SimulatedSlotsDeps {
  readonly storage: SlotStorage;
  /** The version of the software before the first update; '' leaves it to what the hardware says. */
  readonly factoryVersion: string;
  /** By default 64 MiB. */
  readonly maxImageBytes?: number;
  /** What a person should know, such as damage that was found. */
  readonly onProblem?: (text: string) => void;
}

const defaultMaxImageBytes = 64 * 1_048_576;

/**
 * Two slots for firmware that are not real: an image is kept, installed, tried and confirmed as on a board, and runs nothing. What
 * is started is counted at each life of the station; a life that was cut does nothing any more.
 */
export class SimulatedSlots implements FirmwareInstaller {
  readonly simulated = true;
  readonly maxImageBytes: number;
  readonly #storage: SlotStorage;
  readonly #factoryVersion: string;
  readonly #ledger: SlotLedger<SlotState>;
  readonly #staging: Staging;
  #life = 0;
  /** The slot that runs in this life. */
  #running: SlotName = 'A';

  constructor({ storage, factoryVersion, maxImageBytes, onProblem }: SimulatedSlotsDeps) {
    this.#storage = storage;
    this.#factoryVersion = factoryVersion;
    this.maxImageBytes = maxImageBytes ?? defaultMaxImageBytes;
    this.#ledger = new SlotLedger({ storage, initial: factoryState, onProblem: onProblem ?? (() => undefined) });
    this.#staging = new Staging(storage, this.maxImageBytes);
  }

  versionOf(beginning: Uint8Array): string | null {
    return readImageHeader(beginning).version;
  }

  async starting(): Promise<InstallerState> {
    this.#life++;
    await this.#staging.end();
    const before = await this.#ledger.reread();
    const damage = await this.#damageOf(before);
    const state = await this.#change((now) => started(now, damage));
    this.#running = state.trial === null ? state.active : otherSlot(state.active);
    if (before.staged !== null && state.staged === null) await this.#forgetStaged();
    return told(state, this.#factoryVersion);
  }

  async stage(update: string): Promise<ImageWriter> {
    await this.#change((state) => keeps(state, null));
    return this.#staging.begin(update, (staged) => this.#change((state) => keeps(state, staged)));
  }

  async staged(update: string): Promise<AsyncIterable<Uint8Array> | null> {
    const { staged } = await this.#ledger.read();
    if (staged?.update !== update) return null;
    const look = await this.#look('staged');
    return look?.digest === staged.digest ? this.#storage.read('staged') : null;
  }

  async install(update: string): Promise<void> {
    const { active } = await this.#change((state) => this.#freed(state));
    const slot = otherSlot(active);
    const image = await this.staged(update);
    if (image === null) throw refused('No whole image of this update is kept.');
    await this.#copy(image, slot);
    const { staged } = await this.#ledger.read();
    const look = await this.#look(slot);
    if (look === null || look.digest !== staged?.digest || look.header.defect === 'unverified')
      throw new KerbsideError('firmware.unverified', 'The image in the slot is not the one that was given.');
    const { header, digest } = look;
    if (header.defect === 'installFails') throw refused('The simulated image says that it cannot be installed.');
    const version = header.version ?? `simulated-${digest.slice(0, 8)}`;
    await this.#change((state) => installed(state, { update, version, defect: header.defect, digest }));
  }

  async restart(): Promise<void> {
    const { trial } = await this.#ledger.read();
    if (trial?.defect === 'cannotRestart') throw refused('The simulated image says that it cannot be started.');
  }

  async confirm(): Promise<void> {
    const { trial } = await this.#change(confirmed);
    if (trial === null) await this.#forgetStaged();
  }

  async rollBack(reason: string): Promise<void> {
    await this.#change((state) => wentBack(state, reason));
    await this.#forgetStaged();
  }

  async discard(update: string): Promise<void> {
    const { staged } = await this.#ledger.read();
    await this.#change((state) => discarded(state, update));
    if (staged?.update === update) await this.#forgetStaged();
  }

  /** What is no longer recorded only takes room. */
  #forgetStaged(): Promise<void> {
    return this.#staging.forget(async () => (await this.#ledger.read()).staged !== null);
  }

  /** The other slot can be overwritten, unless what runs is in it. */
  #freed(state: SlotState): SlotState {
    if (state.trial !== null && state.trial.starts > 0)
      throw refused('The software that runs is on trial itself. Confirm it, or go back, before the next one.');
    if (this.#running !== state.active) throw refused('The software that runs has to go back at a restart first.');
    return slotFreed(state);
  }

  /** Changes what is on disk, unless the life that wants it has ended. */
  #change(step: (state: SlotState) => SlotState): Promise<SlotState> {
    const life = this.#life;
    return refusing(
      this.#ledger.change((state) => {
        if (life !== this.#life) throw refused('The station was restarted meanwhile.');
        return step(state);
      }),
    );
  }

  async #copy(image: AsyncIterable<Uint8Array>, slot: SlotName): Promise<void> {
    const life = this.#life;
    const writer = await refusing(this.#storage.open(slot));
    try {
      for await (const piece of image) {
        if (life !== this.#life) throw refused('The station was restarted meanwhile.');
        await refusing(writer.write(piece));
      }
    } finally {
      await refusing(writer.close());
    }
  }

  /** Why the image on trial cannot be started: a slot is read before it runs, as a boot loader does. */
  async #damageOf({ active, trial }: SlotState): Promise<string | null> {
    if (trial === null) return null;
    const slot = otherSlot(active);
    try {
      const look = await this.#look(slot);
      return look?.digest === trial.digest ? null : `The new software in slot ${slot} is damaged.`;
    } catch (error) {
      return `The new software in slot ${slot} cannot be read: ${messageOf(error)}`;
    }
  }

  async #look(place: ImagePlace): Promise<ImageLook | null> {
    const image = await refusing(this.#storage.read(place));
    return image === null ? null : refusing(lookAt(image));
  }
}
