import { Buffer } from 'node:buffer';

import type { SimulatedDefect } from './image-header.ts';
import type { SlotStorage } from './slot-storage.ts';

/** An image for simulated slots, some kilobytes long. */
export function simulatedImage(version: string, defect: SimulatedDefect | null = null): Buffer {
  const simulate = defect === null ? '' : `simulate: ${defect}\n`;
  return Buffer.from(`KERBSIDE-FIRMWARE\nversion: ${version}\n${simulate}\n${'firmware '.repeat(500)}`);
}

/** A storage that fails, and how far it came. */
export interface FaultyStorage {
  readonly storage: SlotStorage;
  readonly steps: () => number;
  readonly wasCut: () => boolean;
}

/** A storage whose power is cut at a step that changes it; nothing works from then on. */
export function faultyStorage(
  disk: SlotStorage,
  { stepsUntilCut, torn }: { readonly stepsUntilCut: number; readonly torn: boolean },
): FaultyStorage {
  let steps = 0;
  const step = async <T>(work: () => Promise<T>, half: () => Promise<unknown> = work): Promise<T> => {
    if (steps > stepsUntilCut) throw new Error('there is no power');
    if (steps++ === stepsUntilCut) {
      if (torn) await half();
      throw new Error('the power was cut');
    }
    return work();
  };
  const storage: SlotStorage = {
    readState: (copy) => disk.readState(copy),
    // A file that is replaced is never seen in parts; some storage tears it all the same.
    writeState: (copy, text) =>
      step(
        () => disk.writeState(copy, text),
        () => disk.writeState(copy, text.slice(0, text.length / 2)),
      ),
    open: (place) =>
      step(async () => {
        const writer = await disk.open(place);
        return {
          write: (piece) =>
            step(
              () => writer.write(piece),
              () => writer.write(piece.subarray(0, piece.length / 2)),
            ),
          close: () => step(() => writer.close()),
        };
      }),
    read: (place) => disk.read(place),
    remove: (place) => step(() => disk.remove(place)),
  };
  return { storage, steps: () => steps, wasCut: () => steps > stepsUntilCut };
}
