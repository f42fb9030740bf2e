import type { FileTransfer, FileUpload, TransferOutcome, TransferScheme } from '@kerbside/station';

/** A file that arrived. */
export interface ArrivedFile {
  readonly url: string;
  readonly fileName: string;
  readonly text: string;
}

/** Servers for files in memory: take every upload, unless they are told what to answer instead. */
export class FakeFileServer implements FileTransfer {
  readonly schemes: readonly TransferScheme[];
  /** What arrived whole. */
  readonly files: ArrivedFile[] = [];
  /** When attempts began, by the given clock. */
  readonly attempts: number[] = [];
  /** What the next attempts end with, in order; *hang* takes nothing and never ends. Without an entry they succeed. */
  readonly next: (TransferOutcome | 'hang')[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => 0, schemes: readonly TransferScheme[] = ['http', 'https', 'ftp', 'ftps']) {
    this.#nowMs = nowMs;
    this.schemes = schemes;
  }

  async upload(file: FileUpload, signal: AbortSignal): Promise<TransferOutcome> {
    this.attempts.push(this.#nowMs());
    const planned = this.next.shift() ?? { kind: 'done' as const };
    if (planned === 'hang') return aborted(signal);
    if (planned.kind !== 'done') return planned;
    const pieces: Uint8Array[] = [];
    for await (const piece of file.content()) pieces.push(piece);
    this.files.push({ url: file.url.href, fileName: file.fileName, text: Buffer.concat(pieces).toString('utf8') });
    return planned;
  }
}

function aborted(signal: AbortSignal): Promise<TransferOutcome> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'failed', problem: 'given up' }), { once: true });
  });
}
