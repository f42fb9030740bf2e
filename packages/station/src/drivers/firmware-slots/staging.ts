import { createHash } from 'node:crypto';

import type { ImageWriter } from '../../firmware/firmware-installer.ts';
import { refused, refusing } from './refusals.ts';
import type { StagedImage } from './slot-state.ts';
import type { PlaceWriter, SlotStorage } from './slot-storage.ts';

/** The one image that is being taken. */
export class Staging {
  readonly #storage: SlotStorage;
  readonly #maxImageBytes: number;
  #current: OpenImage | null = null;
  #last: Promise<unknown> = Promise.resolve();

  constructor(storage: SlotStorage, maxImageBytes: number) {
    this.#storage = storage;
    this.#maxImageBytes = maxImageBytes;
  }

  /** @param onWhole records that the image is whole: from then on it is kept */
  async begin(update: string, onWhole: (staged: StagedImage) => Promise<unknown>): Promise<ImageWriter> {
    const image = await this.#inTurn(() => this.#open());
    return {
      write: (piece) => image.take(piece),
      finish: async () => {
        await onWhole({ update, ...(await image.whole()) });
        this.#leave(image);
      },
      abandon: async () => {
        if (!(await image.close())) return;
        this.#leave(image);
        await this.forget(() => Promise.resolve(false));
      },
    };
  }

  /** Removes the image, unless it is kept or another one is coming into its place. What cannot be removed only takes room. */
  forget(isKept: () => Promise<boolean>): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#current !== null || (await isKept())) return;
      await this.#storage.remove('staged').catch(() => undefined);
    });
  }

  /** Whoever still writes an image is refused from now on. */
  end(): Promise<void> {
    return this.#inTurn(() => this.#end());
  }

  #leave(image: OpenImage): void {
    if (this.#current === image) this.#current = null;
  }

  async #open(): Promise<OpenImage> {
    await this.#end();
    const place = await refusing(this.#storage.open('staged'));
    this.#current = new OpenImage(place, this.#maxImageBytes);
    return this.#current;
  }

  async #end(): Promise<void> {
    const image = this.#current;
    this.#current = null;
    await image?.close();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done.catch(() => undefined);
    return done;
  }
}

class OpenImage {
  readonly #place: PlaceWriter;
  readonly #maxBytes: number;
  readonly #hash = createHash('sha256');
  #bytes = 0;
  #isOpen = true;

  constructor(place: PlaceWriter, maxBytes: number) {
    this.#place = place;
    this.#maxBytes = maxBytes;
  }

  async take(piece: Uint8Array): Promise<void> {
    this.#demandOpen();
    this.#bytes += piece.length;
    if (this.#bytes > this.#maxBytes) throw refused(`The image is longer than ${this.#maxBytes} bytes.`);
    this.#hash.update(piece);
    await refusing(this.#place.write(piece));
    this.#demandOpen();
  }

  async whole(): Promise<{ readonly bytes: number; readonly digest: string }> {
    this.#demandOpen();
    await refusing(this.#place.close());
    this.#demandOpen();
    this.#isOpen = false;
    return { bytes: this.#bytes, digest: this.#hash.digest('hex') };
  }

  /** False when it was closed before. */
  async close(): Promise<boolean> {
    if (!this.#isOpen) return false;
    this.#isOpen = false;
    await this.#place.close().catch(() => undefined);
    return true;
  }

  #demandOpen(): void {
    if (!this.#isOpen) throw refused('The place for the image was given to another one, or the station was restarted.');
  }
}
