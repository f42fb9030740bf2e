import { Buffer } from 'node:buffer';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import type { ImagePlace, PlaceWriter, SlotStorage, StateCopy } from './slot-storage.ts';

const imageFiles: Readonly<Record<ImagePlace, string>> = { A: 'slot-a.img', B: 'slot-b.img', staged: 'staged.img' };
const pieceBytes = 65_536;

/** Slots in a folder of their own. Nothing is on disk, also not the folder, before something is written. */
export class DiskSlotStorage implements SlotStorage {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The file of a place, which may not be there. */
  imagePath(place: ImagePlace): string {
    return join(this.#folder, imageFiles[place]);
  }

  async readState(copy: StateCopy): Promise<string | null> {
    const path = this.#statePath(copy);
    return existsSync(path) ? readFile(path, 'utf8') : null;
  }

  async writeState(copy: StateCopy, text: string): Promise<void> {
    await this.#makeFolder();
    const path = this.#statePath(copy);
    const next = `${path}.new`;
    const file = await open(next, 'w', 0o600);
    try {
      await file.writeFile(text, 'utf8');
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(next, path);
    await syncFolder(this.#folder);
  }

  async open(place: ImagePlace): Promise<PlaceWriter> {
    await this.#makeFolder();
    const file = await open(this.imagePath(place), 'w', 0o600);
    let isOpen = true;
    return {
      write: (piece) => writeWhole(file, piece),
      close: async () => {
        if (!isOpen) return;
        isOpen = false;
        try {
          await file.sync();
        } finally {
          await file.close();
        }
        await syncFolder(this.#folder);
      },
    };
  }

  async read(place: ImagePlace): Promise<AsyncIterable<Uint8Array> | null> {
    const path = this.imagePath(place);
    return existsSync(path) ? piecesOf(path) : null;
  }

  async remove(place: ImagePlace): Promise<void> {
    await rm(this.imagePath(place), { force: true });
  }

  #statePath(copy: StateCopy): string {
    return join(this.#folder, `state-${copy}.json`);
  }

  async #makeFolder(): Promise<void> {
    const made = await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    if (made === undefined) return;
    // A new folder is there after a power cut only when the one above it is on disk as well.
    for (let path = this.#folder; path !== dirname(made); path = dirname(path)) await syncFolder(dirname(path));
  }
}

async function* piecesOf(path: string): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** A write to a file may take a part only. */
async function writeWhole(file: FileHandle, piece: Uint8Array): Promise<void> {
  for (let done = 0; done < piece.length;) {
    const { bytesWritten } = await file.write(piece, done);
    done += bytesWritten;
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
