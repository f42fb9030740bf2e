import type { FileDownload, FileTransfer, FileUpload, TransferOutcome, TransferScheme } from '@kerbside/station';

/** A file that arrived. */
export interface ArrivedFile {
  readonly url: string;
  readonly fileName: string;
  readonly bytes: Uint8Array;
  /** The same as a text. */
  readonly text: string;
}

/** Servers for files in memory: take every upload, unless they are told what to answer instead. */
export class FakeFileServer implements FileTransfer {
  readonly schemes: readonly TransferScheme[];
  /** What can be fetched, by its address without user and password; everything else is not found. */
  readonly offered: Map<string, Uint8Array> = new Map();
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
    const bytes = Buffer.concat(pieces);
    this.files.push({ url: file.url.href, fileName: file.fileName, bytes, text: bytes.toString('utf8') });
    return planned;
  }

  async download(file: FileDownload, signal: AbortSignal): Promise<TransferOutcome> {
    this.attempts.push(this.#nowMs());
    const planned = this.next.shift() ?? { kind: 'done' as const };
    if (planned === 'hang') return aborted(signal);
    if (planned.kind !== 'done') return planned;
    const plain = new URL(file.url);
    plain.username = '';
    plain.password = '';
    const content = this.offered.get(plain.href);
    if (content === undefined) return { kind: 'failed', problem: 'the server answered 404' };
    if (content.length > file.maxBytes) return { kind: 'failed', problem: 'the file is too long' };
    return deliver(content, file, signal);
  }
}

const pieceBytes = 4_096;

async function deliver(content: Uint8Array, file: FileDownload, signal: AbortSignal): Promise<TransferOutcome> {
  for (let at = 0; at < content.length; at += pieceBytes) {
    if (signal.aborted) return { kind: 'failed', problem: 'given up' };
    const piece = content.subarray(at, at + pieceBytes);
    try {
      await file.write(piece);
    } catch (error) {
      return { kind: 'failed', problem: error instanceof Error ? error.message : String(error) };
    }
    file.onProgress?.(at + piece.length, content.length);
  }
  return { kind: 'done' };
}

function aborted(signal: AbortSignal): Promise<TransferOutcome> {
  return new Promise((resolve) => {
    signal.addEventListener('abort', () => resolve({ kind: 'failed', problem: 'given up' }), { once: true });
  });
}
