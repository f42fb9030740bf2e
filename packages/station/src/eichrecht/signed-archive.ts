import { messageOf } from '../core/errors.ts';
import { LazyMap } from '../core/lazy-map.ts';
import { archivePage, type Archived, type ArchiveQuery, type Store, type Write } from '../store/store.ts';
import type {
  AddedRecords,
  ArchiveBlock,
  ArchivedRecord,
  NewSigned,
  SignedKeeping,
} from '../transactions/signed-keeping.ts';
import { checkArchive, type CheckResult } from './archive-check.ts';
import { archiveNames } from './archive-names.ts';
import type { Logbook } from './logbook.ts';
import { parsePagination, paginationText } from './pagination.ts';
import { GapFinder, type RecordGap } from './record-gaps.ts';
import { expiryOf, type Expiry } from './signed-expiry.ts';
import { SignedLedger } from './signed-ledger.ts';
import { bodyOfRecord, keyOfRecord, readRecord } from './signed-record.ts';

export interface SignedArchiveDeps {
  readonly station: string;
  readonly store: Store;
  readonly clock: { readonly nowMs: () => number; readonly valid: boolean };
  readonly logbook: Logbook;
  /** `eichrecht.recordCapacity`. */
  readonly capacity: () => number;
  /** `eichrecht.recordRetention`. */
  readonly retentionMs: () => number;
  /** `blocked` says something else than before. */
  readonly onChange: (blocked: ArchiveBlock | null) => void;
  readonly onProblem: (problem: string) => void;
}

/** How the archive stands, for people. */
export interface ArchiveStatus {
  readonly records: number;
  readonly undelivered: number;
  readonly capacity: number;
  readonly blocked: ArchiveBlock | null;
}

/** What a whole check found. */
export interface SignedCheck extends CheckResult {
  readonly gaps: readonly RecordGap[];
}

/** So many of the newest records are checked when the archive is first used. */
const checkedAtStart = 64;
/** Looks so often whether records have become too old. */
const expiryMs = 86_400_000;
/** An entry about the database stands among so many of the newest, when there is one. */
const entriesSearched = 100;
/** So many numbers that were handed out are remembered until they are seen on disk. */
const pendingAtMost = 1_000;

/**
 * Signed meter data of one station (E-11): added, never changed; delivered ones leave when their retention is over or room is
 * needed, oldest first; undelivered ones never. Reads nothing before it is first needed.
 */
export class SignedArchive implements SignedKeeping {
  readonly #deps: SignedArchiveDeps;
  readonly #ledger: SignedLedger;
  /** Numbers that were handed out and not yet seen in the store, by the key of the record. */
  readonly #pending = new LazyMap<string, number>();
  #line: Promise<unknown> = Promise.resolve();
  #reviewed: Promise<void> = Promise.resolve();
  #loading: Promise<void> | null = null;
  #last = 0;
  /** Never less than what is there: counted anew before anything follows from it. */
  #atMost = { records: 0, undelivered: 0 };
  #full = false;
  #damaged = false;
  #expiredAtMs = -Infinity;
  /** Up to here a person has accepted what is wrong. */
  #acceptedTo = 0;

  constructor(deps: SignedArchiveDeps) {
    this.#deps = deps;
    this.#ledger = new SignedLedger(deps.store, deps.station);
  }

  get blocked(): ArchiveBlock | null {
    if (this.#damaged) return 'damaged';
    return this.#full ? 'full' : null;
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().catch((error: unknown) => {
      this.#loading = null;
      throw error;
    });
    return this.#loading;
  }

  add(records: readonly NewSigned[]): Promise<AddedRecords> {
    const added = this.#line.then(() => this.#add(records));
    this.#line = added.catch(() => undefined);
    return added;
  }

  async of(transaction: string): Promise<readonly ArchivedRecord[]> {
    const records: ArchivedRecord[] = [];
    for (let after = 0; ;) {
      const page = await this.#read({ group: transaction, after, limit: archivePage });
      records.push(...page.flatMap((record) => this.#readable(record)));
      const last = page.at(-1);
      if (last === undefined || page.length < archivePage) return records;
      after = last.row.seq;
    }
  }

  lastPagination(evse: number, meterSerial: string): Promise<number> {
    return this.#ledger.lastPagination(evse, meterSerial);
  }

  /** Some records, oldest first; `next` is null at the end. */
  async page(
    after: number,
    limit: number,
  ): Promise<{ readonly records: readonly ArchivedRecord[]; readonly next: number | null }> {
    const found = await this.#read({ after, limit });
    const last = found.at(-1)?.row.seq;
    const next = found.length === Math.min(limit, archivePage) && last !== undefined ? last : null;
    return { records: found.flatMap((record) => this.#readable(record)), next };
  }

  /** Every record, oldest first, a page at a time. */
  async *all(): AsyncGenerator<ArchivedRecord, undefined> {
    for (let after: number | null = 0; after !== null;) {
      const { records, next }: Awaited<ReturnType<SignedArchive['page']>> = await this.page(after, archivePage / 4);
      yield* records;
      after = next;
    }
    return undefined;
  }

  async status(): Promise<ArchiveStatus> {
    const { store, station, capacity } = this.#deps;
    const [all, waiting] = await Promise.all([
      store.archiveEdges(station, archiveNames.signed),
      store.archiveEdges(station, archiveNames.signed, 'waiting'),
    ]);
    return { records: all.count, undelivered: waiting.count, capacity: capacity(), blocked: this.blocked };
  }

  /** Something was delivered, or the capacity changed: looks again whether there is room. Never rejects. */
  review(): Promise<void> {
    if (this.#loading === null) return Promise.resolve();
    // One after the other: what leaves must not be counted twice.
    this.#reviewed = this.#reviewed
      .then(() => this.#review())
      .catch((error: unknown) => {
        this.#deps.onProblem(`The archive of signed records could not be looked at: ${messageOf(error)}`);
      });
    return this.#reviewed;
  }

  /** Checks every record and the numbering of each meter; damage blocks from then on. */
  async check(): Promise<SignedCheck> {
    await this.load();
    const result = await this.#check(1);
    const gaps = new GapFinder();
    for await (const record of this.all()) gaps.take(record);
    return { ...result, gaps: gaps.gaps() };
  }

  /**
   * A person has seen the damage and takes the archive as it is: it blocks no longer. Tells nobody; the caller gives the entry of the
   * logbook along, for the same commit.
   */
  async acceptDamage(along: readonly Write[] = []): Promise<void> {
    await this.load();
    const { store, station } = this.#deps;
    const { last } = await store.archiveEdges(station, archiveNames.signed);
    const head = await this.#ledger.head();
    const acceptedTo = Math.max(last, head.last, this.#last);
    await store.commit([...along, ...this.#ledger.write({ damage: null, acceptedTo })]);
    // Numbers go on behind what is missing.
    this.#last = acceptedTo;
    this.#acceptedTo = acceptedTo;
    this.#set({ damaged: false });
  }

  async #load(): Promise<void> {
    const { store, station } = this.#deps;
    const [all, waiting, head] = await Promise.all([
      store.archiveEdges(station, archiveNames.signed),
      store.archiveEdges(station, archiveNames.signed, 'waiting'),
      this.#ledger.head(),
    ]);
    this.#last = Math.max(all.last, head.last);
    this.#atMost = { records: all.count, undelivered: waiting.count };
    await this.#tellSetAside();
    this.#acceptedTo = head.acceptedTo;
    const damaged = head.damage !== null;
    this.#set({ damaged, full: waiting.count >= this.#deps.capacity() });
    if (!damaged) await this.#check(Math.max(1, all.last - checkedAtStart + 1));
  }

  async #add(records: readonly NewSigned[]): Promise<AddedRecords> {
    if (records.length === 0) return { blobs: [], writes: [] };
    await this.load();
    await this.#forgetWritten();
    const writes: Write[] = [];
    const fresh = new Map<string, { readonly number: number; readonly record: NewSigned }>();
    const blobs: AddedRecords['blobs'][number][] = [];
    for (const record of records) {
      const key = keyOfRecord(record);
      const known = await this.#knownAs(key, record, writes);
      const number = known ?? this.#pending.get(key) ?? ++this.#last;
      blobs.push({ ...record.blob, number });
      if (known !== null || fresh.has(key)) continue;
      fresh.set(key, { number, record });
      this.#pending.set(key, number);
      writes.push(this.#write(number, key, record));
    }
    writes.push(...(await this.#forward([...fresh.values()])));
    this.#atMost.records += fresh.size;
    this.#atMost.undelivered += fresh.size;
    void this.review();
    return { blobs, writes };
  }

  /** The number of a record that is archived. One that was kept goes to the backend after all when it is `carried` now. */
  async #knownAs(key: string, { carried }: NewSigned, writes: Write[]): Promise<number | null> {
    const [found] = await this.#read({ key, limit: 1 });
    if (found === undefined) return null;
    const { seq, state } = found.row;
    if (carried && state === 'kept') writes.push({ op: 'markArchived', ...this.#place, of: { seq }, state: 'waiting' });
    return seq;
  }

  async #forward(fresh: readonly { readonly number: number; readonly record: NewSigned }[]): Promise<readonly Write[]> {
    if (fresh.length === 0) return [];
    const last = Math.max(...fresh.map(({ number }) => number));
    return this.#ledger.forward(
      last,
      fresh.flatMap(({ record }) => pageOf(record)),
    );
  }

  #write(seq: number, key: string, record: NewSigned): Write {
    const { transaction: group, timeMs: atMs, carried } = record;
    const row = { seq, group, key, atMs: Math.round(atMs), state: carried ? 'waiting' : 'kept' };
    return { op: 'archive', ...this.#place, row, body: bodyOfRecord(record) };
  }

  /** A number whose commit failed stays the number of its record. */
  async #forgetWritten(): Promise<void> {
    if (this.#pending.size === 0) return;
    const first = Math.min(...this.#pending.values());
    const written = new Set((await this.#read({ after: first - 1, limit: archivePage })).map(({ row }) => row.seq));
    for (const [key, number] of this.#pending) if (written.has(number)) this.#pending.delete(key);
    for (const [key] of this.#pending) if (this.#pending.size > pendingAtMost) this.#pending.delete(key);
  }

  async #review(): Promise<void> {
    const { capacity, clock } = this.#deps;
    const bound = capacity();
    const due = clock.valid && clock.nowMs() - this.#expiredAtMs >= expiryMs;
    const crowded = this.#atMost.records > bound || this.#atMost.undelivered >= bound;
    if (!due && !crowded && !this.#full) return;
    const { store, station } = this.#deps;
    const [{ count: records, last }, { count: undelivered }] = await Promise.all([
      store.archiveEdges(station, archiveNames.signed),
      store.archiveEdges(station, archiveNames.signed, 'waiting'),
    ]);
    // What was handed out and is not committed yet.
    const coming = [...this.#pending.values()].filter((number) => number > last).length;
    this.#atMost = { records: records + coming, undelivered: undelivered + coming };
    this.#set({ full: undelivered + coming >= bound });
    if (due || records + coming > bound) await this.#expire(records + coming - bound, last);
  }

  async #expire(excess: number, last: number): Promise<void> {
    const { store, clock, capacity, retentionMs } = this.#deps;
    const nowMs = clock.valid ? clock.nowMs() : -Infinity;
    this.#expiredAtMs = clock.valid ? nowMs : this.#expiredAtMs;
    const [delivered, kept] = await Promise.all([
      this.#read({ state: 'delivered', limit: archivePage }),
      this.#read({ state: 'kept', limit: archivePage }),
    ]);
    const expiry = expiryOf([...delivered, ...kept], {
      excess,
      capacity: capacity(),
      beforeMs: nowMs - retentionMs(),
      last,
    });
    if (expiry === null) return;
    this.#atMost.records -= expiry.seqs.length;
    store.commitLater([
      ...expiry.seqs.map((seq): Write => ({ op: 'expireArchived', ...this.#place, seq })),
      ...this.#ledger.write({ expiredTo: Math.max((await this.#ledger.head()).expiredTo, expiry.to) }),
      ...this.#deps.logbook.entry('expired', 0, expiryText(expiry), 'station'),
    ]);
  }

  /** Looks through the records from a number on, but not at what a person has accepted. */
  async #check(from: number): Promise<CheckResult> {
    const { store } = this.#deps;
    const head = await this.#ledger.head();
    const first = Math.max(from, head.acceptedTo + 1);
    const readable = (record: Archived): boolean => readRecord(record) !== null;
    const expiredTo = Math.max(head.expiredTo, head.acceptedTo);
    const checked = await checkArchive({ store, ...this.#place, expiredTo, readable }, first);
    const { last } = await store.archiveEdges(this.#place.station, archiveNames.signed);
    const lost = last < head.last && head.last > head.acceptedTo;
    const problems = lost
      ? [...checked.problems, `Records ${last + 1} to ${head.last} are missing at the end.`]
      : checked.problems;
    const [damage] = problems;
    if (damage !== undefined && head.damage === null) await this.#tellDamage(damage, problems.length);
    return { records: checked.records, problems };
  }

  /** The whole database was damaged: the logbook says so once, whatever of it could be kept. */
  async #tellSetAside(): Promise<void> {
    const { store, logbook } = this.#deps;
    const { health } = store;
    if (health.kind !== 'ok' || health.setAside === undefined) return;
    const text = `The database was damaged and lies in ${health.setAside}; what could be read of it was kept.`;
    const known = await logbook.read({ limit: entriesSearched });
    if (!known.some((entry) => entry.text === text)) await logbook.record('archiveDamaged', 0, text, 'station');
  }

  async #tellDamage(damage: string, count: number): Promise<void> {
    const { store, logbook, onProblem } = this.#deps;
    const text = `The archive of signed records is damaged: ${damage}${count > 1 ? ` (and ${count - 1} more)` : ''}`;
    onProblem(text);
    this.#set({ damaged: true });
    await store.commit([...this.#ledger.write({ damage }), ...logbook.entry('archiveDamaged', 0, text, 'station')]);
  }

  /** A record turned out to be unreadable while it was wanted. */
  async #unreadable(seq: number): Promise<void> {
    try {
      await this.load();
      if (!this.#damaged && seq > this.#acceptedTo) await this.#tellDamage(`Record ${seq} cannot be read.`, 1);
    } catch (error) {
      this.#deps.onProblem(`Signed record ${seq} cannot be read, and that cannot be written down: ${messageOf(error)}`);
    }
  }

  #set(change: { readonly full?: boolean; readonly damaged?: boolean }): void {
    const before = this.blocked;
    this.#full = change.full ?? this.#full;
    this.#damaged = change.damaged ?? this.#damaged;
    if (this.blocked !== before) this.#deps.onChange(this.blocked);
  }

  #readable(record: Archived): readonly ArchivedRecord[] {
    const read = readRecord(record);
    if (read !== null) return [read];
    const { seq } = record.row;
    if (seq > this.#acceptedTo && !this.#damaged) void this.#unreadable(seq);
    return [];
  }

  #read(query: ArchiveQuery): Promise<readonly Archived[]> {
    const { station, archive } = this.#place;
    return this.#deps.store.readArchive(station, archive, query);
  }

  get #place(): { readonly station: string; readonly archive: string } {
    return { station: this.#deps.station, archive: archiveNames.signed };
  }
}

function pageOf(record: NewSigned): readonly {
  readonly evse: number;
  readonly meterSerial: string;
  readonly context: string;
  readonly number: number;
}[] {
  const page = parsePagination(paginationText(record.blob));
  const { evse, meterSerial } = record;
  return page === null ? [] : [{ evse, meterSerial, ...page }];
}

function expiryText({ seqs, to }: Expiry): string {
  const what = seqs.length === 1 ? 'One delivered signed record' : `${seqs.length} delivered signed records`;
  return `${what} up to number ${to} left the archive.`;
}
