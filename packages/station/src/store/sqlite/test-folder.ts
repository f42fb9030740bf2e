import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

import type { Store } from '../store.ts';
import { createSqliteStore } from './sqlite-store.ts';
import type { SqliteStoreOptions } from './sqlite-store.ts';

/** A new empty folder that is removed at the end of the test that asks, or of its suite. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'kerbside-store-'));
  after(() => {
    // A folder on which a test has mounted something is removed by that test.
    if (statSync(folder).dev === statSync(tmpdir()).dev) rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

/** Opens a store that is closed at the end of the test, also when the test fails. */
export async function openStore(options: SqliteStoreOptions): Promise<Store> {
  const store = await createSqliteStore(options);
  after(() => store.close());
  return store;
}
