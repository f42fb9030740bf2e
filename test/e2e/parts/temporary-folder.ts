import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';

/** A folder of its own with a short path, for a socket has to lie in it. Whoever made it removes it. */
export function makeFolder(): string {
  return mkdtempSync(join(tmpdir(), 'kb-'));
}

/** A folder that is gone after the test. */
export function temporaryFolder(test: TestContext): string {
  const folder = makeFolder();
  test.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
