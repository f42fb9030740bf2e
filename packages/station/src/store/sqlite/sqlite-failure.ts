import { accessSync, constants } from 'node:fs';

import { messageOf } from '../../core/errors.ts';

/** What a failed call of SQLite means for the store. */
export type SqliteFailure =
  /** The fault lies in this batch alone. */
  | { readonly kind: 'refused'; readonly problem: string }
  | { readonly kind: 'full' | 'readOnly' | 'failed'; readonly problem: string }
  | { readonly kind: 'corrupt'; readonly problem: string }
  | { readonly kind: 'locked'; readonly problem: string };

/** SQLite's primary result codes (https://sqlite.org/rescode.html). */
const kindOfCode: Readonly<Record<number, SqliteFailure['kind']>> = {
  5: 'locked',
  8: 'readOnly',
  11: 'corrupt',
  13: 'full',
  18: 'refused', // TOOBIG
  19: 'refused', // CONSTRAINT
  20: 'refused', // MISMATCH
  25: 'refused', // RANGE
  26: 'corrupt', // NOTADB
};

const wordsOfKind = {
  refused: 'The database refused the batch',
  full: 'The disk is full',
  readOnly: 'The data folder is read-only',
  failed: 'The disk does not work',
  corrupt: 'The database is damaged',
  locked: 'Another process uses the data folder',
} as const;

/** Puts an error of SQLite into a kind and words; `folder` is asked whether it has become read-only. */
export function classifyFailure(thrown: unknown, folder: string): SqliteFailure {
  const code = sqliteCode(thrown);
  // An argument that SQLite cannot take (no error code) is the caller's fault, like a taken seq.
  const known = code === undefined ? 'refused' : (kindOfCode[code & 0xff] ?? 'failed');
  // SQLite reports a file system that became read-only while it was open as an input/output error.
  const kind = known === 'failed' && isReadOnly(folder) ? 'readOnly' : known;
  return { kind, problem: `${wordsOfKind[kind]} (${messageOf(thrown)}).` };
}

/** The extended result code of SQLite, when the error is one of SQLite's. */
function sqliteCode(thrown: unknown): number | undefined {
  return thrown instanceof Error && 'errcode' in thrown && typeof thrown.errcode === 'number'
    ? thrown.errcode
    : undefined;
}

function isReadOnly(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return false;
  } catch (error) {
    return error instanceof Error && 'code' in error && (error.code === 'EROFS' || error.code === 'EACCES');
  }
}
