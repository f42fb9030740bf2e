import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { KerbsideError, messageOf } from '../core/errors.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';

/** What a data folder remembers, as far as it can be read; the store is the caller's to close. */
export interface StoredValues {
  readonly store: Store;
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

/** Opens the store of a data folder for reading. While a daemon has it, or when there is none (null), an empty one stands in. */
export async function openStoredValues(dataFolder: string | null): Promise<StoredValues> {
  if (dataFolder === null || !existsSync(join(dataFolder, 'kerbside.db')))
    return { store: createMemoryStore(), problems: [], warnings: [] };
  const { createSqliteStore } = await import('../store/sqlite/sqlite-store.ts');
  try {
    return { store: await createSqliteStore({ folder: dataFolder }), problems: [], warnings: [] };
  } catch (error) {
    const store = createMemoryStore();
    if (error instanceof KerbsideError && error.code === 'store.locked') {
      const warning = 'A daemon is running; what it has stored was not looked at. `kerbside status` shows its address.';
      return { store, problems: [], warnings: [warning] };
    }
    return { store, problems: [messageOf(error)], warnings: [] };
  }
}
