import type { OutboxState, Write } from '../store.ts';

/** What crosses to the worker and into SQLite. */
export type Cell = string | number | null;

/** The operations on a tape. */
export const tapeOp = {
  put: 0,
  remove: 1,
  enqueue: 2,
  update: 3,
  dequeue: 4,
  archive: 5,
  mark: 6,
  markGroup: 7,
  expire: 8,
} as const;

/** How many cells follow each operation code. */
export const tapeWidth: readonly number[] = [4, 3, 7, 3, 2, 8, 5, 5, 3];

/** The order in which the lanes are numbered in the database; never changes. */
export const laneCodes = ['transaction', 'event'] as const;

/** Ahead of each batch stand two cells: whether somebody waits for it (`awaited`), and how many cells it has. */
export const batchHead = { later: 0, awaited: 1 } as const;

/**
 * Appends one batch to a tape: a flat list of primitives crosses between threads several times faster than objects do.
 * Documents become text here, so nothing is shared with the caller.
 */
export function appendBatch(tape: Cell[], head: number, writes: readonly Write[]): void {
  const at = tape.length;
  tape.push(head, 0);
  try {
    for (const write of writes) appendWrite(tape, write);
  } catch (error) {
    tape.length = at;
    throw error;
  }
  tape[at + 1] = tape.length - at - 2;
}

function appendWrite(tape: Cell[], write: Write): void {
  switch (write.op) {
    case 'putDocument':
      tape.push(tapeOp.put, write.station, write.collection, write.key, JSON.stringify(write.value));
      return;
    case 'deleteDocument':
      tape.push(tapeOp.remove, write.station, write.collection, write.key);
      return;
    case 'enqueue': {
      const { seq, lane, group, kind, state } = write.row;
      tape.push(tapeOp.enqueue, write.station, seq, laneCodes.indexOf(lane), kind, group, stateText(state), write.body);
      return;
    }
    case 'updateQueued':
      tape.push(tapeOp.update, stateText(write.state), write.station, write.seq);
      return;
    case 'dequeue':
      tape.push(tapeOp.dequeue, write.station, write.seq);
      return;
    case 'archive': {
      const { seq, group, key, atMs, state } = write.row;
      tape.push(tapeOp.archive, write.station, write.archive, seq, group, key, atMs, state, write.body);
      return;
    }
    case 'markArchived': {
      const { of, station, archive, state, note = null } = write;
      if ('seq' in of) tape.push(tapeOp.mark, station, archive, of.seq, state, note);
      else tape.push(tapeOp.markGroup, station, archive, of.group, state, note);
      return;
    }
    case 'expireArchived':
      tape.push(tapeOp.expire, write.station, write.archive, write.seq);
      return;
  }
}

/** Null for the fresh state, which nearly every row has: such rows are shorter and a third quicker to read. */
function stateText(state: OutboxState): string | null {
  return isFresh(state) ? null : JSON.stringify(state);
}

function isFresh(state: OutboxState): boolean {
  return (
    state.attempts === 0 &&
    state.standing === 'waiting' &&
    state.dueMs === 0 &&
    state.refusals === 0 &&
    state.parkedAtMs === 0 &&
    state.lastError === ''
  );
}
