import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

/** A new empty folder that is removed at the end of the test that asks, or of its suite. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-store-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
