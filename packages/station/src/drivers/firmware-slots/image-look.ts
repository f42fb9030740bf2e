import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';

import { headerBytes, readImageHeader, type ImageHeader } from './image-header.ts';

/** What an image is, from its beginning to its end. */
export interface ImageLook {
  readonly header: ImageHeader;
  readonly bytes: number;
  /** SHA-256, hexadecimal. */
  readonly digest: string;
}

/** Reads a whole image. Rejects with what reading it rejects with. */
export async function lookAt(image: AsyncIterable<Uint8Array>): Promise<ImageLook> {
  const hash = createHash('sha256');
  let beginning = Buffer.alloc(0);
  let bytes = 0;
  for await (const piece of image) {
    hash.update(piece);
    bytes += piece.length;
    if (beginning.length < headerBytes) beginning = Buffer.concat([beginning, piece]).subarray(0, headerBytes);
  }
  return { header: readImageHeader(beginning), bytes, digest: hash.digest('hex') };
}
