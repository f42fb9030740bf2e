import { closeSync, existsSync, fsyncSync, ftruncateSync, openSync, readFileSync, writeSync } from 'node:fs';

import { isRecord } from '@kerbside/station';

import { TestkitError } from '../testkit-error.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** A ledger's bookings on disk, a line each; a line is there before the answer leaves, so that the process may be killed. */
export class LedgerFile {
  readonly #file: number;

  /** What was in the file when it was opened. */
  readonly entries: readonly LedgerEntry[];

  /** @throws TestkitError `ledger.damaged` */
  constructor(path: string) {
    const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
    // A kill in the middle of a write leaves a line without end; its message was never answered.
    const complete = text.slice(0, text.lastIndexOf('\n') + 1);
    this.entries = complete
      .split('\n')
      .filter((line) => line !== '')
      .map((line, index) => readLine(line, `${path}:${index + 1}`));
    this.#file = openSync(path, 'a');
    if (complete !== text) ftruncateSync(this.#file, Buffer.byteLength(complete));
  }

  append(entry: LedgerEntry): void {
    writeSync(this.#file, `${JSON.stringify(entry)}\n`);
    fsyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readLine(line: string, place: string): LedgerEntry {
  let entry: unknown;
  try {
    entry = JSON.parse(line);
  } catch (cause) {
    throw new TestkitError('ledger.damaged', `${place} is not JSON.`, { cause });
  }
  if (!isRecord(entry) || typeof entry['messageId'] !== 'string')
    throw new TestkitError('ledger.damaged', `${place} is no booking.`);
  return entry as unknown as LedgerEntry;
}
