import { createHash } from 'node:crypto';

import { readStateFile, writeStateFile } from '../drivers/process/state-file.ts';
import type { SimulatorState } from '../drivers/simulator/simulator-image.ts';

/**
 * The file in which one simulator keeps what outlives a power cut. It is written only when that changed: a thousand stations at
 * which nothing happens have no files and write none.
 */
export class SimulatorFile {
  readonly #path: string;
  /** Of the image that stands in the file, or that is the same without one. */
  #digest = '';

  constructor(path: string) {
    this.#path = path;
  }

  /** The image to go on from; `undefined` to begin anew. Throws `config.invalid` for a file that cannot be used. */
  read(): SimulatorState | undefined {
    return readStateFile(this.#path);
  }

  /** Takes the image that the simulator begins with as stored: it begins with the same one when nothing is written. */
  begin(image: SimulatorState): void {
    this.#digest = digestOf(image);
  }

  /** Stores an image before returning. */
  write(image: SimulatorState): void {
    const digest = digestOf(image);
    if (digest === this.#digest) return;
    writeStateFile(this.#path, image);
    this.#digest = digest;
  }
}

/** Instead of the image itself, which has some kilobytes. */
function digestOf(image: SimulatorState): string {
  return createHash('sha1').update(JSON.stringify(image)).digest('base64');
}
