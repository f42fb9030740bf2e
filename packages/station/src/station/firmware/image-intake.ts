import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

import type { Time } from '../../core/time.ts';
import type { ImageWriter } from '../../firmware/firmware-installer.ts';
import { uploadRefusal, type UploadFlaw } from '../../firmware/uploaded-firmware.ts';

/** What one image is taken in with. */
export interface ImageIntakeDeps {
  readonly id: string;
  readonly time: Time;
  readonly maxBytes: number;
  /** How many bytes were announced; null: nobody said. */
  readonly length: number | null;
}

/** What came. */
export interface TakenImage {
  readonly size: number;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly beginning: Uint8Array;
}

/** Somebody who sends nothing for so long has gone. */
const silenceMs = 60_000;
const beginningBytes = 1_024;

/** One image on its way in: counted, hashed, and given up when nothing comes any more. */
export class ImageIntake {
  readonly id: string;
  readonly length: number | null;
  readonly #deps: ImageIntakeDeps;
  readonly #ended = Promise.withResolvers<never>();
  #flaw: UploadFlaw | null = null;
  #received = 0;
  /** Ends the wait for the next piece. */
  #interrupt: ((reason: Error) => void) | null = null;

  constructor(deps: ImageIntakeDeps) {
    this.#deps = deps;
    this.id = deps.id;
    this.length = deps.length;
    // Nobody may be listening when it ends.
    this.#ended.promise.catch(() => undefined);
  }

  /** How many bytes have come. */
  get received(): number {
    return this.#received;
  }

  /** Ends it from outside, for a reason. May be called twice. */
  end(flaw: UploadFlaw): void {
    this.#flaw ??= flaw;
    this.#interrupt?.(uploadRefusal(flaw));
    this.#ended.reject(uploadRefusal(flaw));
  }

  /** Rejects what goes on when it has been ended. */
  demandOpen(): void {
    if (this.#flaw !== null) throw uploadRefusal(this.#flaw);
  }

  /** What the work comes to, or the refusal with which it was ended: a life that was cut does not go on by itself. */
  unlessEnded<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.#ended.promise]);
  }

  /** Takes a whole image into the place that is opened for it. What does not come whole is given up, and rejects with `firmware.refused`. */
  async take(image: AsyncIterable<Uint8Array>, open: () => Promise<ImageWriter>): Promise<TakenImage> {
    const hash = createHash('sha256');
    let beginning = Buffer.alloc(0);
    const writer = await open();
    try {
      for await (const piece of this.#pieces(image)) {
        this.#received += piece.length;
        if (this.#received > this.#deps.maxBytes)
          throw uploadRefusal('tooLong', `at most ${this.#deps.maxBytes} bytes`);
        hash.update(piece);
        if (beginning.length < beginningBytes)
          beginning = Buffer.concat([beginning, piece]).subarray(0, beginningBytes);
        await writer.write(piece);
      }
      if (this.#received === 0) throw uploadRefusal('empty');
      if (this.length !== null && this.length !== this.#received) throw uploadRefusal('incomplete');
      await writer.finish();
    } catch (error) {
      await writer.abandon();
      throw error;
    }
    return { size: this.#received, sha256: hash.digest('hex'), beginning };
  }

  /** The pieces as they come. Whoever sends is let go without being waited for: it may never answer. */
  async *#pieces(image: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    const pieces = image[Symbol.asyncIterator]();
    try {
      for (;;) {
        const next = await this.#unlessSilent(pieces.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      void pieces.return?.().catch(() => undefined);
    }
  }

  /** What each piece is raced with is made anew: a promise that stays would keep every piece that was raced with it. */
  async #unlessSilent<T>(next: Promise<T>): Promise<T> {
    this.demandOpen();
    const interrupted = Promise.withResolvers<never>();
    this.#interrupt = interrupted.reject;
    const cancel = this.#deps.time.after(silenceMs, () => interrupted.reject(uploadRefusal('silent')));
    const sent = next.catch(() => Promise.reject(uploadRefusal('brokenOff')));
    try {
      return await Promise.race([sent, interrupted.promise]);
    } finally {
      this.#interrupt = null;
      cancel();
    }
  }
}
