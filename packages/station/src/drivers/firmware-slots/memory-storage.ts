import { Buffer } from 'node:buffer';

import type { ImagePlace, PlaceWriter, SlotStorage, StateCopy } from './slot-storage.ts';

/** Slots in memory, for simulations without a disk: what is in them outlives the lives of a station, and not its process. */
export class MemorySlotStorage implements SlotStorage {
  readonly #places = new Map<ImagePlace, Uint8Array[]>();
  readonly #copies: [string | null, string | null] = [null, null];

  async readState(copy: StateCopy): Promise<string | null> {
    return this.#copies[copy];
  }

  async writeState(copy: StateCopy, text: string): Promise<void> {
    this.#copies[copy] = text;
  }

  async open(place: ImagePlace): Promise<PlaceWriter> {
    const pieces: Uint8Array[] = [];
    this.#places.set(place, pieces);
    return {
      write: async (piece) => void pieces.push(Buffer.from(piece)),
      close: async () => undefined,
    };
  }

  async read(place: ImagePlace): Promise<AsyncIterable<Uint8Array> | null> {
    const pieces = this.#places.get(place);
    return pieces === undefined ? null : each([...pieces]);
  }

  async remove(place: ImagePlace): Promise<void> {
    this.#places.delete(place);
  }
}

async function* each(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}
