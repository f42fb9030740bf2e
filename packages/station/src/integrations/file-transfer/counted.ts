import { Readable } from 'node:stream';

import type { FileUpload } from '../../diagnostics/file-transfer.ts';

/** The content of a file as a stream that tells how far it has come. */
export function counted({ content, onProgress }: FileUpload): Readable {
  return Readable.from(pieces(content, onProgress), { objectMode: false });
}

async function* pieces(
  content: FileUpload['content'],
  onProgress: FileUpload['onProgress'],
): AsyncGenerator<Uint8Array> {
  let sent = 0;
  for await (const piece of content()) {
    yield piece;
    sent += piece.length;
    onProgress?.(sent);
  }
}
