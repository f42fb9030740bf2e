import type { DatabaseSync } from 'node:sqlite';

import { KerbsideError } from '../../core/errors.ts';

/**
 * The steps that made the database what it is; step n leads to version n. A step only adds (tables, columns with defaults,
 * indexes), so that the previous program still reads the result (ADR 8). A step that cannot keep this raises `minReader`.
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
  {
    // What was archived stays as it is, whoever writes: only the state changes, and only what is delivered leaves (E-11).
    minReader: 1,
    sql: `
      CREATE TABLE IF NOT EXISTS archive (
        id INTEGER PRIMARY KEY, station TEXT NOT NULL, name TEXT NOT NULL, seq INTEGER NOT NULL,
        grp TEXT, key TEXT, at REAL NOT NULL, state TEXT NOT NULL, note TEXT, previous INTEGER NOT NULL, chain TEXT NOT NULL,
        body TEXT NOT NULL,
        UNIQUE (station, name, seq)
      ) STRICT;
      CREATE INDEX IF NOT EXISTS archive_state ON archive (station, name, state, seq);
      CREATE INDEX IF NOT EXISTS archive_group ON archive (station, name, grp, seq) WHERE grp IS NOT NULL;
      CREATE INDEX IF NOT EXISTS archive_key ON archive (station, name, key, seq) WHERE key IS NOT NULL;
      CREATE TRIGGER IF NOT EXISTS archive_taken BEFORE INSERT ON archive
        WHEN EXISTS (SELECT 1 FROM archive WHERE station = NEW.station AND name = NEW.name AND seq = NEW.seq)
          OR EXISTS (SELECT 1 FROM archive WHERE id = NEW.id)
        BEGIN SELECT RAISE(ABORT, 'the number is already taken'); END;
      CREATE TRIGGER IF NOT EXISTS archive_unchanged BEFORE UPDATE ON archive
        WHEN NEW.id IS NOT OLD.id OR NEW.station IS NOT OLD.station OR NEW.name IS NOT OLD.name OR NEW.seq IS NOT OLD.seq
          OR NEW.grp IS NOT OLD.grp OR NEW.key IS NOT OLD.key OR NEW.at IS NOT OLD.at OR NEW.body IS NOT OLD.body
          OR NEW.previous IS NOT OLD.previous OR NEW.chain IS NOT OLD.chain OR (OLD.note IS NOT NULL AND NEW.note IS NOT OLD.note)
        BEGIN SELECT RAISE(ABORT, 'an archived record cannot be changed'); END;
      CREATE TRIGGER IF NOT EXISTS archive_kept BEFORE DELETE ON archive
        WHEN OLD.state IN ('waiting', '')
          OR OLD.seq = (SELECT max(seq) FROM archive WHERE station = OLD.station AND name = OLD.name)
        BEGIN SELECT RAISE(ABORT, 'an archived record that waits, or the last one, cannot be removed'); END;`,
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
