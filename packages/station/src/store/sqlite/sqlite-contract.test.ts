import { storeContract } from '../store-contract.ts';
import { createSqliteStore } from './sqlite-store.ts';
import { temporaryFolder } from './test-folder.ts';

storeContract('SQLite', () => createSqliteStore({ folder: temporaryFolder() }));
