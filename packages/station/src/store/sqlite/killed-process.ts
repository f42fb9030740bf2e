import { writeSync } from 'node:fs';

import { freshState } from '../store.ts';
import { createSqliteStore } from './sqlite-store.ts';

/**
 * The child of the kill test: commits numbered rows of three stations as fast as it can and prints each that was acknowledged,
 * until it is killed. Arguments: the data folder, and the first number.
 */
const [folder = '', first = '0'] = process.argv.slice(2);
const store = await createSqliteStore({ folder });

async function commitRows(station: string): Promise<never> {
  for (let seq = Number(first); ; seq++) {
    const row = { seq, lane: 'transaction', group: null, kind: 'meterValues', state: freshState } as const;
    await store.commit([
      { op: 'enqueue', station, row, body: `${station} ${seq}` },
      { op: 'putDocument', station, collection: 'last', key: 'seq', value: seq },
    ]);
    // Directly to the descriptor: what was printed has left the process when it is killed.
    print(`${station} ${seq}\n`);
  }
}

/** A pipe that its reader has not emptied yet takes nothing: waits, as a program in C would. */
function print(line: string): void {
  for (;;) {
    try {
      writeSync(1, line);
      return;
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}

await Promise.all(['a', 'b', 'c'].map(commitRows));
