import { KerbsideError } from '../core/errors.ts';
import { chained } from './archive-chain.ts';
import { archivePage } from './store.ts';
import type { Archived, ArchiveEdges, ArchiveQuery, ArchiveRow, Write } from './store.ts';

type Records = Map<number, Archived>;
type ArchiveWrite = Extract<Write, { readonly archive: string }>;

/** The archives of a store in memory, with the rules that the database has for its own. */
export class ArchiveImage {
  /** By station and archive. */
  readonly #archives: Map<string, Records>;

  constructor(archives: Map<string, Records> = new Map<string, Records>()) {
    this.#archives = archives;
  }

  /** The image after a batch: this one where the batch archives nothing. Throws `internal.bug` and changes nothing when it is refused. */
  with(writes: readonly Write[]): ArchiveImage {
    const own = writes.filter((write): write is ArchiveWrite => 'archive' in write);
    if (own.length === 0) return this;
    const touched = new Map(this.#archives);
    const fresh = new Set<string>();
    for (const write of own) {
      const name = nameOf(write.station, write.archive);
      if (!fresh.has(name)) touched.set(name, new Map(touched.get(name)));
      fresh.add(name);
      apply(touched.get(name) ?? new Map<number, Archived>(), write);
    }
    return new ArchiveImage(touched);
  }

  read(station: string, archive: string, query: ArchiveQuery): Archived[] {
    const { after = -Infinity, before = Infinity, group, key, state } = query;
    const found = this.#inOrder(station, archive).filter(
      ({ row }) =>
        row.seq > after &&
        row.seq < before &&
        (group === undefined || row.group === group) &&
        (key === undefined || row.key === key) &&
        (state === undefined || row.state === state),
    );
    const ordered = query.newestFirst === true ? found.toReversed() : found;
    return ordered.slice(0, Math.min(query.limit, archivePage)).map(({ row, body }) => ({ row: { ...row }, body }));
  }

  edges(station: string, archive: string, state?: string): ArchiveEdges {
    const found = this.#inOrder(station, archive).filter(({ row }) => state === undefined || row.state === state);
    return { first: found.at(0)?.row.seq ?? 0, last: found.at(-1)?.row.seq ?? 0, count: found.length };
  }

  copy(): ArchiveImage {
    return new ArchiveImage(new Map([...this.#archives].map(([name, records]) => [name, new Map(records)])));
  }

  #inOrder(station: string, archive: string): Archived[] {
    const records = this.#archives.get(nameOf(station, archive));
    return records === undefined ? [] : [...records.values()].toSorted((a, b) => a.row.seq - b.row.seq);
  }
}

function apply(records: Records, write: ArchiveWrite): void {
  switch (write.op) {
    case 'archive': {
      const previous = lastOf(records);
      const seq = write.row.seq === 0 ? previous + 1 : write.row.seq;
      if (records.has(seq)) refuse(`Position ${seq} of the archive ${write.archive} is already taken.`);
      const chain = chained(records.get(previous)?.row.chain ?? '', write.body);
      records.set(seq, { row: { ...write.row, seq, note: null, previous, chain }, body: write.body });
      return;
    }
    case 'markArchived': {
      const { of, state, note = null } = write;
      for (const { row, body } of 'seq' in of ? [records.get(of.seq) ?? []].flat() : [...records.values()]) {
        if ('group' in of && row.group !== of.group) continue;
        records.set(row.seq, { row: { ...row, state, note: row.note ?? note }, body });
      }
      return;
    }
    case 'expireArchived': {
      const row = records.get(write.seq)?.row;
      if (row === undefined) return;
      if (mustStay(row, records)) refuse(`Record ${row.seq} of the archive ${write.archive} cannot be removed.`);
      records.delete(write.seq);
    }
  }
}

function mustStay(row: ArchiveRow, records: Records): boolean {
  if (row.state === 'waiting' || row.state === '') return true;
  return row.seq === lastOf(records);
}

function lastOf(records: Records): number {
  let last = 0;
  for (const seq of records.keys()) if (seq > last) last = seq;
  return last;
}

function nameOf(station: string, archive: string): string {
  return `${archive}\u0000${station}`;
}

function refuse(problem: string): never {
  throw new KerbsideError('internal.bug', problem);
}
