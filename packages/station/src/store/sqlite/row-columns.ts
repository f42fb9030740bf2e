import { freshState } from '../store.ts';
import type { OutboxRow, OutboxState } from '../store.ts';
import { laneCodes } from './tape.ts';

/**
 * Outbox rows as columns: typed arrays move between threads without a copy, and the few different groups and kinds
 * travel once. A million rows as objects would take several seconds.
 */
export interface RowColumns {
  readonly seqs: Float64Array;
  readonly lanes: Uint8Array;
  readonly kinds: Uint32Array;
  readonly groups: Uint32Array;
  /** What `kinds` and `groups` point to; position 0 is null. */
  readonly names: readonly (string | null)[];
  /** The rows that are not fresh: position, then the state as JSON. */
  readonly states: readonly (readonly [number, string])[];
}

/** A row of the query in `store-reader.ts`: seq, lane, kind, group, state. */
export type RawRow = readonly unknown[];

/** Packs the rows of one chunk. */
export function packRows(rows: readonly RawRow[]): RowColumns {
  const seqs = new Float64Array(rows.length);
  const lanes = new Uint8Array(rows.length);
  const kinds = new Uint32Array(rows.length);
  const groups = new Uint32Array(rows.length);
  const names = new NameList();
  const states: [number, string][] = [];
  let index = 0;
  for (const row of rows) {
    seqs[index] = row[0] as number;
    lanes[index] = row[1] as number;
    kinds[index] = names.positionOf(row[2]);
    groups[index] = names.positionOf(row[3]);
    if (typeof row[4] === 'string') states.push([index, row[4]]);
    index++;
  }
  return { seqs, lanes, kinds, groups, names: names.names, states };
}

/** The buffers that can be moved instead of copied. */
export function transferList(columns: RowColumns): ArrayBuffer[] {
  return [columns.seqs, columns.lanes, columns.kinds, columns.groups].map((array) => array.buffer as ArrayBuffer);
}

/** Appends the rows of one chunk to a list. */
export function unpackRows(columns: RowColumns, into: OutboxRow[]): void {
  const { seqs, lanes, kinds, groups, names } = columns;
  const states = new Map(columns.states);
  for (let index = 0; index < seqs.length; index++) {
    const text = states.size === 0 ? undefined : states.get(index);
    into.push({
      seq: seqs[index] ?? 0,
      lane: laneCodes[lanes[index] ?? 0] ?? 'transaction',
      group: names[groups[index] ?? 0] ?? null,
      kind: names[kinds[index] ?? 0] ?? '',
      state: text === undefined ? freshState : (JSON.parse(text) as OutboxState),
    });
  }
}

/** Different texts in the order of their first occurrence. */
class NameList {
  readonly names: (string | null)[] = [null];
  readonly #positions = new Map<string, number>();

  positionOf(name: unknown): number {
    if (typeof name !== 'string') return 0;
    let position = this.#positions.get(name);
    if (position === undefined) {
      position = this.names.push(name) - 1;
      this.#positions.set(name, position);
    }
    return position;
  }
}
