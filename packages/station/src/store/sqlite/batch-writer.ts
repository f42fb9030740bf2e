import type { DatabaseSync, StatementSync } from 'node:sqlite';

import { chained } from '../archive-chain.ts';
import { tapeOp, tapeWidth } from './tape.ts';
import type { Cell } from './tape.ts';

/** One caller's batch: the cells `from` (inclusive) to `to` (exclusive) of a tape. */
export interface Batch {
  /** Whether somebody waits for its sync. */
  readonly awaited: boolean;
  readonly tape: readonly Cell[];
  readonly from: number;
  readonly to: number;
}

/** One statement per tape operation, in the order of the codes; its parameters are the cells. */
const sqlOfOp: readonly string[] = [
  `INSERT INTO documents (station, collection, key, value) VALUES (?1, ?2, ?3, ?4)
   ON CONFLICT (station, collection, key) DO UPDATE SET value = excluded.value`,
  `DELETE FROM documents WHERE station = ?1 AND collection = ?2 AND key = ?3`,
  `INSERT INTO outbox (station, seq, lane, kind, grp, state, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)`,
  `UPDATE outbox SET state = ?1 WHERE station = ?2 AND seq = ?3`,
  `DELETE FROM outbox WHERE station = ?1 AND seq = ?2`,
  `INSERT INTO archive (station, name, seq, grp, key, at, state, body, previous, chain)
   SELECT ?1, ?2, iif(?3 = 0, coalesce(p.seq, 0) + 1, ?3), ?4, ?5, ?6, ?7, ?8, coalesce(p.seq, 0), chained(coalesce(p.chain, ''), ?8)
   FROM (SELECT 1) LEFT JOIN (SELECT seq, chain FROM archive WHERE station = ?1 AND name = ?2 ORDER BY seq DESC LIMIT 1) AS p`,
  `UPDATE archive SET state = ?4, note = coalesce(note, ?5) WHERE station = ?1 AND name = ?2 AND seq = ?3`,
  `UPDATE archive SET state = ?4, note = coalesce(note, ?5) WHERE station = ?1 AND name = ?2 AND grp = ?3`,
  `DELETE FROM archive WHERE station = ?1 AND name = ?2 AND seq = ?3`,
];

/** Writes batches inside the transaction that is open. */
export class BatchWriter {
  readonly #database: DatabaseSync;
  readonly #statements: readonly StatementSync[];
  readonly #savepoint: StatementSync;
  readonly #release: StatementSync;
  readonly #undo: StatementSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
    database.function('chained', { deterministic: true }, (before, body) => chained(String(before), String(body)));
    this.#statements = sqlOfOp.map((sql) => database.prepare(sql));
    this.#savepoint = database.prepare('SAVEPOINT batch');
    this.#release = database.prepare('RELEASE batch');
    this.#undo = database.prepare('ROLLBACK TO batch');
  }

  /** Writes one batch whole or throws SQLite's error; then nothing of the batch is left, the transaction itself may be gone. */
  write(batch: Batch): void {
    if (batch.from === batch.to) return;
    if (isSingle(batch)) {
      this.#run(batch.tape, batch.from);
      return;
    }
    this.#savepoint.run();
    try {
      for (let at = batch.from; at < batch.to; at = this.#run(batch.tape, at));
    } catch (error) {
      // Some errors end the whole transaction, and the savepoint with it.
      if (this.#database.isTransaction) this.#undo.run();
      if (this.#database.isTransaction) this.#release.run();
      throw error;
    }
    this.#release.run();
  }

  /** Runs the operation at a position; returns the position of the next. Spelled out, because spreading costs a quarter. */
  #run(tape: readonly Cell[], at: number): number {
    const op = Number(tape[at]);
    const statement = this.#statements[op];
    const end = at + 1 + (tapeWidth[op] ?? 0);
    const cell = (offset: number): Cell => tape[at + offset] ?? null;
    if (op === tapeOp.enqueue) statement?.run(cell(1), cell(2), cell(3), cell(4), cell(5), cell(6), cell(7));
    else if (op === tapeOp.dequeue) statement?.run(cell(1), cell(2));
    else statement?.run(...tape.slice(at + 1, end));
    return end;
  }
}

function isSingle(batch: Batch): boolean {
  const width = tapeWidth[Number(batch.tape[batch.from])] ?? 0;
  return batch.from + 1 + width === batch.to;
}

/** Cuts a tape into its batches. */
export function batchesOf(tape: readonly Cell[]): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < tape.length;) {
    const from = at + 2;
    const to = from + Number(tape[at + 1]);
    batches.push({ awaited: tape[at] === 1, tape, from, to });
    at = to;
  }
  return batches;
}
