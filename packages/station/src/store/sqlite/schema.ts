import type { DatabaseSync } from 'node:sqlite';

import { KerbsideError } from '../../core/errors.ts';

/**
 * The steps that made the database what it is; step n leads to version n. A step only adds (tables, columns with defaults,
 * indexes), so that the previous program still reads the result. A step that cannot keep this raises `minReader`.
 * Tables have a rowid: rows of 600 bytes in a `WITHOUT ROWID` table are 3–5 times slower to write.
 */
const migrations: readonly { readonly minReader: number; readonly sql: string }[] = [
  {
    minReader: 1,
    sql: `
      CREATE TABLE meta (name TEXT NOT NULL UNIQUE, value INTEGER NOT NULL) STRICT;
      CREATE TABLE trial (filler BLOB NOT NULL) STRICT;
      CREATE TABLE documents (
        id INTEGER PRIMARY KEY, station TEXT NOT NULL, collection TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        UNIQUE (station, collection, key)
      ) STRICT;
      CREATE TABLE outbox (
        id INTEGER PRIMARY KEY, station TEXT NOT NULL, seq INTEGER NOT NULL,
        lane INTEGER NOT NULL, kind TEXT NOT NULL, grp TEXT, state TEXT, body TEXT NOT NULL,
        UNIQUE (station, seq)
      ) STRICT;`,
  },
];

/** The version that this program writes. */
export const schemaVersion: number = migrations.length;

/** What the database says about itself; 0 for a new one. */
function versionOf(database: DatabaseSync): number {
  return Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
}

/**
 * Brings the database to this program's version, in one transaction. Returns the version found.
 * Throws `store.newer` when the database says that only newer programs may read it.
 */
export function migrate(database: DatabaseSync): number {
  const found = versionOf(database);
  if (found > schemaVersion) {
    const minReader = readMinReader(database);
    if (minReader > schemaVersion) {
      throw new KerbsideError(
        'store.newer',
        `The database has version ${found} and can be read from version ${minReader} on; this program knows ${schemaVersion}.`,
      );
    }
    return found;
  }
  const steps = migrations.slice(found);
  const last = steps.at(-1);
  if (last === undefined) return found;
  database.exec('BEGIN IMMEDIATE');
  for (const step of steps) database.exec(step.sql);
  database.exec(`INSERT OR REPLACE INTO meta (name, value) VALUES ('minReader', ${last.minReader})`);
  database.exec(`PRAGMA user_version = ${schemaVersion}`);
  database.exec('COMMIT');
  return found;
}

function readMinReader(database: DatabaseSync): number {
  return Number(database.prepare(`SELECT value FROM meta WHERE name = 'minReader'`).get()?.['value'] ?? 0);
}
