import { freshState } from '../store.ts';
import type { OutboxRow, OutboxState } from '../store.ts';
import { laneCodes, standingCodes } from './tape.ts';

/**
 * Outbox rows as columns: typed arrays move between threads without a copy, and the few different groups and kinds
 * travel once. A million rows as objects would take several seconds.
 */
export interface RowColumns {
  readonly seqs: Float64Array;
  readonly lanes: Uint8Array;
  readonly groups: Uint32Array;
  readonly kinds: Uint32Array;
  /** What `groups` and `kinds` point to; position 0 is null. */
  readonly names: readonly (string | null)[];
  /** The rows that are not fresh: position, then the state. */
  readonly states: readonly (readonly [number, OutboxState])[];
}

/** A row of the query in `outbox-reader.ts`: seq, lane, kind, group, standing, attempts, refusals, due, parked, error. */
export type RawRow = readonly unknown[];

/** Packs the rows of one chunk. */
export function packRows(rows: readonly RawRow[]): RowColumns {
  const seqs = new Float64Array(rows.length);
  const lanes = new Uint8Array(rows.length);
  const groups = new Uint32Array(rows.length);
  const kinds = new Uint32Array(rows.length);
  const names: (string | null)[] = [null];
  const states: [number, OutboxState][] = [];
  const positions = new Map<string, number>();
  const nameAt = (name: unknown): number => {
    if (typeof name !== 'string') return 0;
    const known = positions.get(name);
    if (known !== undefined) return known;
    positions.set(name, names.length);
    return names.push(name) - 1;
  };
  for (const [index, row] of rows.entries()) {
    seqs[index] = row[0] as number;
    lanes[index] = row[1] as number;
    kinds[index] = nameAt(row[2]);
    groups[index] = nameAt(row[3]);
    const state = unpackState(row);
    if (state !== undefined) states.push([index, state]);
  }
  return { seqs, lanes, groups, kinds, names, states };
}

/** The buffers that can be moved instead of copied. */
export function transferList(columns: RowColumns): ArrayBuffer[] {
  return [columns.seqs, columns.lanes, columns.groups, columns.kinds].map((array) => array.buffer as ArrayBuffer);
}

/** Appends the rows of one chunk to a list. */
export function unpackRows(columns: RowColumns, into: OutboxRow[]): void {
  const states = new Map(columns.states);
  for (const [index, seq] of columns.seqs.entries()) {
    into.push({
      seq,
      lane: laneCodes[columns.lanes[index] ?? 0] ?? 'transaction',
      group: columns.names[columns.groups[index] ?? 0] ?? null,
      kind: columns.names[columns.kinds[index] ?? 0] ?? '',
      state: states.get(index) ?? freshState,
    });
  }
}

/** `undefined` for a fresh state; the query gives null instead of 0 and of the empty text. */
function unpackState(row: RawRow): OutboxState | undefined {
  const [, , , , standing, attempts, refusals, dueMs, parkedAtMs, lastError] = row;
  if (
    standing === null &&
    attempts === null &&
    refusals === null &&
    dueMs === null &&
    parkedAtMs === null &&
    lastError === null
  ) {
    return undefined;
  }
  return {
    standing: standingCodes[(standing as number | null) ?? 0] ?? 'waiting',
    attempts: (attempts as number | null) ?? 0,
    refusals: (refusals as number | null) ?? 0,
    dueMs: (dueMs as number | null) ?? 0,
    parkedAtMs: (parkedAtMs as number | null) ?? 0,
    lastError: (lastError as string | null) ?? '',
  };
}
