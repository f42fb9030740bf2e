import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { ArchiveReader } from './archive-reader.ts';
import type { RawRow } from './row-columns.ts';

/** Rows per message: large enough to be fast, small enough (some 8 ms) that commits of other stations do not wait long. */
const CHUNK_ROWS = 8_192;

const outboxSql = `
  SELECT seq, lane, kind, grp, state FROM outbox
  WHERE station = ?1 AND seq > ?2 AND seq <= ?3 ORDER BY seq LIMIT ${CHUNK_ROWS}`;

/** How far one reading of an outbox has come. */
export interface OutboxReading {
  readonly station: string;
  /** Rows after this one were queued later than the reading began and are left out. */
  readonly lastSeq: number;
  readonly afterSeq: number;
}

/** The reading statements. */
export class StoreReader {
  readonly archive: ArchiveReader;
  readonly #documents: StatementSync;
  readonly #lastSeq: StatementSync;
  readonly #outbox: StatementSync;
  readonly #body: StatementSync;

  constructor(database: DatabaseSync) {
    this.archive = new ArchiveReader(database);
    this.#documents = database.prepare('SELECT key, value FROM documents WHERE station = ? AND collection = ?');
    this.#lastSeq = database.prepare('SELECT max(seq) AS last FROM outbox WHERE station = ?');
    this.#outbox = database.prepare(outboxSql);
    this.#outbox.setReturnArrays(true);
    this.#body = database.prepare('SELECT body FROM outbox WHERE station = ? AND seq = ?');
  }

  /** Keys and JSON texts in turn. */
  documents(station: string, collection: string): string[] {
    return this.#documents.all(station, collection).flatMap((row) => [String(row['key']), String(row['value'])]);
  }

  /** Begins to read an outbox. */
  beginOutbox(station: string): OutboxReading {
    const last = this.#lastSeq.get(station)?.['last'];
    return { station, lastSeq: typeof last === 'number' ? last : Number.NEGATIVE_INFINITY, afterSeq: -Infinity };
  }

  /** The next rows, and how to go on; `next` is undefined at the end. */
  nextOutbox(reading: OutboxReading): { readonly rows: readonly RawRow[]; readonly next: OutboxReading | undefined } {
    const rows = this.#outbox.all(reading.station, reading.afterSeq, reading.lastSeq) as unknown as readonly RawRow[];
    const last = rows.at(-1)?.[0];
    const more = rows.length === CHUNK_ROWS && typeof last === 'number';
    return { rows, next: more ? { ...reading, afterSeq: last } : undefined };
  }

  /** The bodies that exist. */
  bodies(station: string, seqs: readonly number[]): { readonly seqs: number[]; readonly bodies: string[] } {
    const found = { seqs: [] as number[], bodies: [] as string[] };
    for (const seq of seqs) {
      const body = this.#body.get(station, seq)?.['body'];
      if (typeof body !== 'string') continue;
      found.seqs.push(seq);
      found.bodies.push(body);
    }
    return found;
  }
}
