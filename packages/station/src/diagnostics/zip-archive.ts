import { Buffer } from 'node:buffer';

import { Zip, ZipDeflate } from 'fflate';

/** A file of an archive. */
export interface ArchiveFile {
  readonly name: string;
  readonly text: string;
}

/** So much is packed at a time: a few milliseconds on a small board. */
const sliceBytes = 65_536;
/** Zip knows no other years; a clock that is not set shows 1970. */
const years = { fromMs: Date.UTC(1980, 0, 2), untilMs: Date.UTC(2099, 11, 30) } as const;

/**
 * Packs files into a zip archive. Between two slices it pauses, so that everything else in the process goes on.
 * @param atMs wall time that the files bear
 */
export async function zipped(
  files: readonly ArchiveFile[],
  atMs: number,
  pause: () => Promise<void>,
): Promise<Uint8Array> {
  const packed: Uint8Array[] = [];
  const { promise: ended, resolve, reject } = Promise.withResolvers<undefined>();
  const zip = new Zip((error, piece, isLast) => {
    if (error !== null) return reject(error);
    packed.push(piece);
    if (isLast) resolve(undefined);
  });
  for (const { name, text } of files) {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = Math.min(Math.max(atMs, years.fromMs), years.untilMs);
    zip.add(entry);
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += sliceBytes) {
      entry.push(bytes.subarray(at, at + sliceBytes));
      await pause();
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  await ended;
  return Buffer.concat(packed);
}
