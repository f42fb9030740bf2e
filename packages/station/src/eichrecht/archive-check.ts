import { chained } from '../store/archive-chain.ts';
import type { Archived, ArchiveRow, Store } from '../store/store.ts';

/** What a check of an archive found. */
export interface CheckResult {
  readonly records: number;
  /** What is wrong, in words; at most `problemsAtMost`. */
  readonly problems: readonly string[];
}

export interface CheckedArchive {
  readonly store: Store;
  readonly station: string;
  readonly archive: string;
  /** Records up to this number may have left the archive as its rules say. */
  readonly expiredTo: number;
  /** Whether the text of a record is one. */
  readonly readable: (record: Archived) => boolean;
}

const problemsAtMost = 100;
const pageRows = 500;

/** Checks every record from a number on: its text, and its link to the record before. Reads in pages. */
export async function checkArchive(checked: CheckedArchive, from = 1): Promise<CheckResult> {
  const { store, station, archive } = checked;
  const problems: string[] = [];
  let known: ReadonlyMap<number, ArchiveRow> = new Map();
  let records = 0;
  for (let after = from - 1; ;) {
    const page = await store.readArchive(station, archive, { after, limit: pageRows });
    const rows = new Map([...known, ...page.map(({ row }) => [row.seq, row] as const)]);
    for (const record of page) {
      const problem = await problemOf(checked, record, rows);
      if (problem !== null && problems.length < problemsAtMost) problems.push(problem);
    }
    records += page.length;
    known = new Map(page.map(({ row }) => [row.seq, row]));
    const last = page.at(-1);
    if (last === undefined || page.length < pageRows) return { records, problems };
    after = last.row.seq;
  }
}

async function problemOf(
  checked: CheckedArchive,
  record: Archived,
  rows: ReadonlyMap<number, ArchiveRow>,
): Promise<string | null> {
  const { row, body } = record;
  if (!checked.readable(record)) return `Record ${row.seq} cannot be read.`;
  const before = row.previous === 0 ? '' : await linkOf(checked, row.previous, rows);
  if (before === null) {
    return row.previous <= checked.expiredTo
      ? null
      : `Record ${row.previous} is missing: record ${row.seq} follows it.`;
  }
  return chained(before, body) === row.chain ? null : `Record ${row.seq} is not what was archived.`;
}

async function linkOf(
  { store, station, archive }: CheckedArchive,
  seq: number,
  rows: ReadonlyMap<number, ArchiveRow>,
): Promise<string | null> {
  const known = rows.get(seq);
  if (known !== undefined) return known.chain;
  const [found] = await store.readArchive(station, archive, { after: seq - 1, before: seq + 1, limit: 1 });
  return found?.row.chain ?? null;
}
