import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import type { SigningComponent as Identity } from '../../evse/hardware.ts';

/** The legally relevant part when it runs from its sources: what decides, reads, numbers, signs and keeps. */
export const legallyRelevantSources: readonly string[] = [
  './component-checksum.ts',
  './component-file.ts',
  './lock-points.ts',
  './measuring-point.ts',
  './signing-component.ts',
  './run-component.ts',
  '../signing/key-pair.ts',
  '../signing/ledger-shapes.ts',
  '../signing/meter-clock.ts',
  '../signing/sign-ocmf.ts',
  '../signing/signed-record.ts',
  '../signing/transaction-ledger.ts',
];

const name = 'Kerbside signing component (TEST)';
const version = '1';

/** What the component is, with the SHA-256 over its files: in a bundle over the bundle, else over the listed sources. */
export function componentIdentity(files: readonly string[] = componentFiles()): Identity {
  const hash = createHash('sha256');
  for (const file of files) {
    const octets = readFileSync(file);
    // With lengths, so that no octet can move from one file to the next.
    hash.update(`${octets.length}\n`).update(octets);
  }
  return { name, version, checksum: hash.digest('hex') };
}

function componentFiles(): readonly string[] {
  if (!import.meta.url.endsWith('.ts')) return [fileURLToPath(import.meta.url)];
  return legallyRelevantSources.map((source) => fileURLToPath(new URL(source, import.meta.url)));
}
