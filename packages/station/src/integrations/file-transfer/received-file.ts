import type { FileDownload, TransferOutcome } from '../../diagnostics/file-transfer.ts';

/** A file that comes in pieces: hands them over, and knows whether it is whole. */
export class ReceivedFile {
  readonly #file: FileDownload;
  readonly #totalBytes: number | null;
  #bytes = 0;

  /** @param totalBytes what the server said of its length; null when it said nothing */
  constructor(file: FileDownload, totalBytes: number | null) {
    this.#file = file;
    this.#totalBytes = totalBytes;
  }

  /** Hands a piece over. Rejects when it becomes too long, or nobody can take it. */
  async take(piece: Uint8Array): Promise<void> {
    const { maxBytes, write, onProgress } = this.#file;
    this.#bytes += piece.length;
    if (Math.max(this.#bytes, this.#totalBytes ?? 0) > maxBytes)
      throw new Error(`the file is longer than ${maxBytes} bytes`);
    await write(piece);
    onProgress?.(this.#bytes, this.#totalBytes);
  }

  /** The server has ended it: *done* only when it is whole. */
  get outcome(): TransferOutcome {
    if (this.#totalBytes === null || this.#bytes === this.#totalBytes) return { kind: 'done' };
    return { kind: 'failed', problem: `the file ended after ${this.#bytes} of ${this.#totalBytes} bytes` };
  }
}
