import { closeSync, fchmodSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole, readable by its owner only (keys may be in it): whoever reads finds the old text or the new one.
 * Synchronous, because nothing may be answered before it. With `durable` it also outlives a power cut.
 */
export function replaceFile(path: string, text: string, { durable }: { readonly durable: boolean }): void {
  const next = `${path}.new`;
  const file = openSync(next, 'w', 0o600);
  try {
    // The file of an interrupted run may be there with other rights.
    fchmodSync(file, 0o600);
    writeAll(file, Buffer.from(text, 'utf8'));
    if (durable) fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(next, path);
  if (durable) syncFolder(dirname(path));
}

/** A write to a file may take a part only. */
function writeAll(file: number, octets: Buffer): void {
  for (let done = 0; done < octets.length;) done += writeSync(file, octets, done);
}

function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
