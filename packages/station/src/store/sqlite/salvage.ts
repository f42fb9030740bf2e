import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue, StatementSync } from 'node:sqlite';

import { openImmutable } from './open-immutable.ts';

/** What could be copied out of a damaged database. */
export interface Salvaged {
  readonly documents: number;
  readonly rows: number;
  readonly archived: number;
  /** False when some part could not be read. */
  readonly complete: boolean;
}

interface Table {
  readonly name: 'documents' | 'outbox' | 'archive';
  readonly columns: readonly string[];
  /** What a row must fulfil to be used again. */
  readonly condition: string;
}

const documents: Table = {
  name: 'documents',
  columns: ['station', 'collection', 'key', 'value'],
  condition: 'json_valid(?4)',
};
const outbox: Table = {
  name: 'outbox',
  columns: ['station', 'seq', 'lane', 'kind', 'grp', 'state', 'body'],
  condition: '?3 IN (0, 1) AND (?6 IS NULL OR json_valid(?6))',
};
/** Whatever can be read of a record is kept; its archive says what it thinks of it. */
const archive: Table = {
  name: 'archive',
  columns: ['station', 'name', 'seq', 'grp', 'key', 'at', 'state', 'note', 'previous', 'chain', 'body'],
  condition: 'true',
};

/** Give up on a table after so many places in a row that cannot be read; each step is twice the one before. */
const MOST_STEPS = 40;

/** Copies whatever rows of a damaged database can still be read into a new one; best effort, never throws for damage. */
export function salvage(damagedFile: string, into: DatabaseSync): Salvaged {
  let source: DatabaseSync | undefined;
  try {
    source = openDamaged(damagedFile);
    into.exec('BEGIN IMMEDIATE');
    const fromDocuments = copyTable(source, into, documents);
    const fromOutbox = copyTable(source, into, outbox);
    const fromArchive = copyTable(source, into, archive);
    into.exec('COMMIT');
    return {
      documents: fromDocuments.count,
      rows: fromOutbox.count,
      archived: fromArchive.count,
      complete: fromDocuments.complete && fromOutbox.complete && fromArchive.complete,
    };
  } catch {
    if (into.isTransaction) into.exec('ROLLBACK');
    return { documents: 0, rows: 0, archived: 0, complete: false };
  } finally {
    source?.close();
  }
}

/** The log holds the newest facts: where there is one it must be read, at the price of a `-shm` file beside it. */
function openDamaged(file: string): DatabaseSync {
  const logBytes = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  return logBytes === 0
    ? openImmutable(file)
    : new DatabaseSync(file, { readOnly: true, enableForeignKeyConstraints: false });
}

interface Copied {
  readonly count: number;
  readonly complete: boolean;
}

/** Reads by rowid without the indexes, and jumps over what cannot be read. */
function copyTable(source: DatabaseSync, into: DatabaseSync, table: Table): Copied {
  const columns = table.columns.join(', ');
  const marks = table.columns.map((_, index) => `?${index + 1}`).join(', ');
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table.name} (${columns}) SELECT ${marks} WHERE ${table.condition}`,
  );
  let count = 0;
  let complete = true;
  let nextId = 0;
  let steps = 0;
  const read = prepareRead(source, table);
  if (read === undefined) return { count, complete: false };
  while (steps < MOST_STEPS) {
    try {
      for (const [id, ...cells] of read.iterate(nextId) as Iterable<unknown> as Iterable<SQLInputValue[]>) {
        const inserted = insertRow(insert, cells);
        count += inserted;
        complete &&= inserted === 1;
        nextId = Number(id) + 1;
        steps = 0;
      }
      return { count, complete };
    } catch {
      complete = false;
      nextId += 2 ** steps++;
    }
  }
  return { count, complete };
}

function prepareRead(source: DatabaseSync, table: Table): StatementSync | undefined {
  try {
    const columns = ['id', ...table.columns].join(', ');
    const read = source.prepare(`SELECT ${columns} FROM ${table.name} NOT INDEXED WHERE id >= ? ORDER BY id`);
    read.setReturnArrays(true);
    return read;
  } catch {
    return undefined;
  }
}

/** 1, or 0 for a row whose content the new table refuses. */
function insertRow(insert: StatementSync, cells: readonly SQLInputValue[]): number {
  try {
    return Number(insert.run(...cells).changes);
  } catch {
    return 0;
  }
}
