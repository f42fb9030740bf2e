import { createHash, type Hash } from 'node:crypto';
import { Buffer } from 'node:buffer';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import type { FirmwareInstaller, ImageWriter, InstallerState } from '../../firmware/firmware-installer.ts';
import { headerBytes, readImageHeader, type ImageHeader } from './image-header.ts';
import type { SlotStorage } from './slot-storage.ts';
import { factoryState, readSlotState, slotStateText, type SlotName, type SlotState } from './slot-state.ts';

/** What simulated slots are made from. */
export interface SimulatedSlotsDeps {
  readonly storage: SlotStorage;
  /** The version of the software before the first update. */
  readonly factoryVersion: string;
  /** By default 64 MiB. */
  readonly maxImageBytes?: number;
}

const mebibyte = 1_048_576;
/** An image that is started so often without being confirmed goes back. */
const startsAtMost = 3;

/**
 * Two slots for firmware that are not real: an image is kept, installed, tried and confirmed as on a board, and runs nothing. What
 * is started is counted at each life of the station; a life that was cut does nothing any more.
 */
export class SimulatedSlots implements FirmwareInstaller {
  readonly simulated = true;
  readonly maxImageBytes: number;
  readonly #deps: SimulatedSlotsDeps;
  #state: SlotState | null = null;
  /** What belongs to an earlier life of the station must not write into this one. */
  #life = 0;

  constructor(deps: SimulatedSlotsDeps) {
    this.#deps = deps;
    this.maxImageBytes = deps.maxImageBytes ?? 64 * mebibyte;
  }

  async starting(): Promise<InstallerState> {
    this.#life++;
    this.#state = null;
    const state = await this.#read();
    const { trial } = state;
    if (trial === null) return this.#told(state, null);
    const starts = trial.starts + 1;
    if (trial.defect === 'doesNotStart') return this.#goBack(state, 'the new software did not start');
    if (starts > startsAtMost)
      return this.#goBack(state, `the new software was started ${startsAtMost} times and never confirmed`);
    await this.#write({ ...state, trial: { ...trial, starts } });
    return this.#told(state, trial.update);
  }

  async stage(update: string): Promise<ImageWriter> {
    const { storage } = this.#deps;
    const guard = this.#guard();
    await this.#write({ ...(await this.#read()), staged: null });
    const writer = await refusing(storage.open('staged'));
    const hash = createHash('sha256');
    let bytes = 0;
    let open = true;
    return {
      write: async (piece) => {
        guard();
        bytes += piece.length;
        if (bytes > this.maxImageBytes) throw refused(`the image is longer than ${this.maxImageBytes} bytes`);
        hash.update(piece);
        await refusing(writer.write(piece));
      },
      finish: async () => {
        await refusing(writer.close());
        guard();
        open = false;
        await this.#write({ ...(await this.#read()), staged: { update, bytes, digest: hash.digest('hex') } });
      },
      abandon: async () => {
        if (!open) return;
        open = false;
        await writer.close().catch(() => undefined);
        guard();
        await storage.remove('staged').catch(() => undefined);
      },
    };
  }

  async staged(update: string): Promise<AsyncIterable<Uint8Array> | null> {
    const { staged } = await this.#read();
    return staged?.update === update ? this.#deps.storage.read('staged') : null;
  }

  async install(update: string): Promise<void> {
    const guard = this.#guard();
    const state = await this.#read();
    const image = state.staged?.update === update ? await this.#deps.storage.read('staged') : null;
    if (image === null || state.staged === null) throw refused('no image of this update is kept');
    const { header, digest } = await this.#copy(image, otherSlot(state.active), guard);
    if (digest !== state.staged.digest || header.defect === 'unverified')
      throw new KerbsideError('firmware.unverified', 'The image in the slot is not the one that was given.');
    if (header.defect === 'installFails') throw refused('the simulated image cannot be installed');
    const version = header.version ?? `simulated-${digest.slice(0, 8)}`;
    guard();
    await this.#write({ ...state, trial: { update, version, defect: header.defect, starts: 0 } });
  }

  async restart(): Promise<void> {
    const { trial } = await this.#read();
    if (trial?.defect === 'cannotRestart') throw refused('the simulated station cannot be restarted');
  }

  async confirm(): Promise<void> {
    const state = await this.#read();
    const { trial, active } = state;
    if (trial === null) return;
    await this.#write({ ...factoryState, active: otherSlot(active), version: trial.version });
    await this.#deps.storage.remove('staged').catch(() => undefined);
  }

  async rollBack(reason: string): Promise<void> {
    const state = await this.#read();
    if (state.trial !== null) await this.#goBack(state, reason);
  }

  async discard(update: string): Promise<void> {
    const state = await this.#read();
    const isStaged = state.staged?.update === update;
    const staged = isStaged ? null : state.staged;
    const trial = state.trial?.update === update ? null : state.trial;
    if (staged !== state.staged || trial !== state.trial) await this.#write({ ...state, staged, trial });
    if (isStaged) await this.#deps.storage.remove('staged').catch(() => undefined);
  }

  async #goBack(state: SlotState, reason: string): Promise<InstallerState> {
    const update = state.trial?.update ?? '';
    const next: SlotState = { ...state, staged: null, trial: null, failed: { update, reason } };
    await this.#write(next);
    return this.#told(next, null);
  }

  #told(state: SlotState, trial: string | null): InstallerState {
    const { active, version, failed } = state;
    const own = version ?? this.#deps.factoryVersion;
    if (trial === null || state.trial === null) return { slot: active, version: own, trial: null, failed };
    return { slot: otherSlot(active), version: state.trial.version, trial, failed };
  }

  /** Writes an image into a slot, and reads it again from there: what counts is what is on the disk. */
  async #copy(
    image: AsyncIterable<Uint8Array>,
    slot: SlotName,
    guard: () => void,
  ): Promise<{ readonly header: ImageHeader; readonly digest: string }> {
    const { storage } = this.#deps;
    const writer = await refusing(storage.open(slot));
    for await (const piece of image) {
      guard();
      await refusing(writer.write(piece));
    }
    await refusing(writer.close());
    return this.#look((await refusing(storage.read(slot))) ?? nothing());
  }

  async #look(image: AsyncIterable<Uint8Array>): Promise<{ readonly header: ImageHeader; readonly digest: string }> {
    const hash: Hash = createHash('sha256');
    let beginning = Buffer.alloc(0);
    for await (const piece of image) {
      hash.update(piece);
      if (beginning.length < headerBytes) beginning = Buffer.concat([beginning, piece]).subarray(0, headerBytes);
    }
    return { header: readImageHeader(beginning), digest: hash.digest('hex') };
  }

  /** Throws once another life has begun. */
  #guard(): () => void {
    const life = this.#life;
    return () => {
      if (life !== this.#life) throw refused('the station was restarted');
    };
  }

  async #read(): Promise<SlotState> {
    if (this.#state !== null) return this.#state;
    const text = await refusing(this.#deps.storage.readState());
    this.#state = text === null ? factoryState : (readSlotState(text) ?? factoryState);
    return this.#state;
  }

  async #write(state: SlotState): Promise<void> {
    await refusing(this.#deps.storage.writeState(slotStateText(state)));
    this.#state = state;
  }
}

function otherSlot(slot: SlotName): SlotName {
  return slot === 'A' ? 'B' : 'A';
}

function refused(text: string): KerbsideError {
  return new KerbsideError('firmware.refused', `The firmware was not installed: ${text}.`);
}

/** What the storage says becomes a refusal with its words. */
async function refusing<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof KerbsideError) throw error;
    throw new KerbsideError('firmware.refused', `The storage of the firmware: ${messageOf(error)}`, { cause: error });
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {
  // There is no piece.
}
