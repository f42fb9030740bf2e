import type { Buffer } from 'node:buffer';

import { longestLineBytes } from './driver-protocol.ts';

/** A line without its end, or the news that one was too long and was left out. */
export type Line = { readonly kind: 'line'; readonly text: string } | { readonly kind: 'tooLong' };

/** Cuts a stream of bytes into lines of UTF-8; holds at most one line. */
export class LineReader {
  readonly #chunks: Uint8Array[] = [];
  readonly #decoder = new TextDecoder();
  #bytes = 0;
  #skipping = false;

  /** Takes what came and gives the lines that are whole now; empty ones are left out. */
  push(chunk: Buffer): readonly Line[] {
    const lines: Line[] = [];
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      this.#keep(chunk.subarray(from, end));
      const line = this.#finish();
      if (line.kind === 'tooLong' || line.text !== '') lines.push(line);
      from = end + 1;
    }
    this.#keep(chunk.subarray(from));
    return lines;
  }

  #keep(part: Uint8Array): void {
    this.#bytes += part.length;
    if (this.#bytes > longestLineBytes) {
      this.#skipping = true;
      this.#chunks.length = 0;
    }
    if (!this.#skipping && part.length > 0) this.#chunks.push(part);
  }

  #finish(): Line {
    const whole = new Uint8Array(this.#skipping ? 0 : this.#bytes);
    let offset = 0;
    for (const part of this.#chunks) {
      whole.set(part, offset);
      offset += part.length;
    }
    const line: Line = this.#skipping
      ? { kind: 'tooLong' }
      : { kind: 'line', text: this.#decoder.decode(whole).trim() };
    this.#chunks.length = 0;
    this.#bytes = 0;
    this.#skipping = false;
    return line;
  }
}
