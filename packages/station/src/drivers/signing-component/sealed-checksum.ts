import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Beside this folder: what reads the meter, what signs, and the checks of what comes from outside. */
const sealedFolders: readonly string[] = ['signing-component', 'signing', 'process'];
const sealedFiles: readonly string[] = ['hardware-shapes.ts', 'shape.ts', 'whole-file.ts'];

/**
 * The files that make up the legally relevant part, in a fixed order: the whole program where it is one file, else the sources
 * of the component with the package that writes OCMF.
 */
export function legallyRelevantFiles(): readonly string[] {
  const here = fileURLToPath(import.meta.url);
  if (!/^sealed-checksum\.(ts|js)$/.test(basename(here))) return [here];
  const drivers = dirname(dirname(here));
  const ocmf = dirname(fileURLToPath(import.meta.resolve('@kerbside/ocmf')));
  const ending = here.endsWith('.ts') ? '.ts' : '.js';
  return [
    ...sealedFolders.flatMap((folder) => sourcesOf(join(drivers, folder))),
    ...sealedFiles.map((name) => join(drivers, name.replace(/\.ts$/, ending))),
    ...sourcesOf(ocmf),
  ];
}

/** SHA-256 in hex over names and contents: a file that is changed, added or taken away shows. Throws what the file system throws. */
export function checksumOver(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${basename(file)}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

function sourcesOf(folder: string): readonly string[] {
  const isSource = (name: string): boolean => /\.(ts|js)$/.test(name) && !/\.d\.ts$|\.test\.(ts|js)$|^test-/.test(name);
  return readdirSync(folder)
    .filter(isSource)
    .toSorted()
    .map((name) => join(folder, name));
}
