import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { archivePage } from '../store.ts';
import type { Archived, ArchiveEdges, ArchiveQuery } from '../store.ts';

/** The conditions that a query may have, in a fixed order; each has its own index, so that no page costs more than its rows. */
const conditions = {
  after: 'seq > ?',
  before: 'seq < ?',
  group: 'grp = ?',
  key: 'key = ?',
  state: 'state = ?',
} as const;

const names = Object.keys(conditions) as readonly (keyof typeof conditions)[];

/** Reads archives. Statements are prepared when they are first used: most stations sign nothing. */
export class ArchiveReader {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** One page. */
  read(station: string, archive: string, query: ArchiveQuery): Archived[] {
    const given = names.filter((name) => query[name] !== undefined);
    const where = ['station = ?', 'name = ?', ...given.map((name) => conditions[name])].join(' AND ');
    const order = query.newestFirst === true ? 'DESC' : 'ASC';
    const statement = this.#prepared(
      `SELECT seq, grp, key, at, state, note, previous, chain, body FROM archive WHERE ${where} ORDER BY seq ${order} LIMIT ?`,
    );
    const limit = Math.max(0, Math.min(query.limit, archivePage));
    return statement.all(station, archive, ...given.map((name) => query[name] ?? null), limit).map(archivedOf);
  }

  /** The lowest and the highest number, and the count from an index alone. */
  edges(station: string, archive: string, state: string | undefined): ArchiveEdges {
    const where = `station = ? AND name = ?${state === undefined ? '' : ' AND state = ?'}`;
    const found = this.#prepared(
      `SELECT min(seq) AS first, max(seq) AS last, count(*) AS count FROM archive WHERE ${where}`,
    ).get(...(state === undefined ? [station, archive] : [station, archive, state]));
    const number = (name: string): number => Number(found?.[name] ?? 0);
    return { first: number('first'), last: number('last'), count: number('count') };
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

function archivedOf(row: Readonly<Record<string, unknown>>): Archived {
  const text = (name: string): string | null => (typeof row[name] === 'string' ? row[name] : null);
  return {
    row: {
      seq: Number(row['seq']),
      group: text('grp'),
      key: text('key'),
      atMs: Number(row['at']),
      state: text('state') ?? '',
      note: text('note'),
      previous: Number(row['previous']),
      chain: text('chain') ?? '',
    },
    body: text('body') ?? '',
  };
}
