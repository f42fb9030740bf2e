import { isRecord, type Json } from '../core/json.ts';
import type { Store, Write } from '../store/store.ts';

/** One line of the security log. */
export interface SecurityLogEntry {
  /** Counts from 1, also over a clearing; never used twice. */
  readonly number: number;
  readonly type: string;
  /** When it happened (ms since 1970). */
  readonly atMs: number;
  /** The clock was not set then: the time is an estimate, never too late. */
  readonly estimated: boolean;
  readonly detail: string;
  /** Whether the backend confirmed the notification. */
  readonly told: boolean;
}

/** What is written of a new event. */
export type NewEntry = Omit<SecurityLogEntry, 'number'>;

/** What the log remembers beside its lines. */
interface LogHead {
  /** The oldest line that is kept. */
  readonly first: number;
  /** The number of the next line. */
  readonly next: number;
  /** Lines of which the backend is to be told later: the clock is not set, or the backend takes none before it registers the station. */
  readonly held: readonly number[];
}

const entries = 'securityLog';
const heads = 'securityLogHead';
const headKey = 'head';
const emptyHead: LogHead = { first: 1, next: 1, held: [] };
/** So many lines are told later at most; the oldest of more are not told. */
const heldAtMost = 200;
/** More lines than this leave in one commit only when the bound was lowered by thousands; the rest follows with the next ones. */
const removedAtOnce = 500;

/**
 * The rolling security log of one station: a ring on disk of which only the two ends are kept in memory. It makes writes for the
 * commit of its user, so that a line and what follows from it are on disk together, or not at all.
 */
export class SecurityLog {
  readonly #deps: { readonly station: string; readonly store: Store; readonly size: () => number };
  #head: LogHead = emptyHead;

  constructor(deps: { readonly station: string; readonly store: Store; readonly size: () => number }) {
    this.#deps = deps;
  }

  /** Reads where the log stands. */
  async load(): Promise<void> {
    const { store, station } = this.#deps;
    this.#head = readHead((await store.readDocuments(station, heads)).get(headKey));
  }

  /** The numbers of the lines of which the backend is to be told later. */
  get held(): readonly number[] {
    return this.#head.held;
  }

  /** How many lines are kept. */
  get count(): number {
    return this.#head.next - this.#head.first;
  }

  /** The writes for one more line; the oldest leave when there are too many. A line whose commit fails leaves a gap. */
  append(entry: NewEntry, holds = false): { readonly number: number; readonly writes: readonly Write[] } {
    const { first, next, held } = this.#head;
    const excess = Math.min(next + 1 - first - this.#deps.size(), removedAtOnce);
    const gone = Array.from({ length: Math.max(0, excess) }, (_, offset) => first + offset);
    const later = (holds ? [...held, next] : held).filter((number) => !gone.includes(number));
    this.#head = { first: first + gone.length, next: next + 1, held: later.slice(-heldAtMost) };
    const put = this.#put(next, entry);
    return { number: next, writes: [put, ...gone.map((number) => this.#delete(number)), this.#headWrite()] };
  }

  /** The writes that give a line another content; none when it has left the log. */
  rewrite(number: number, entry: NewEntry): readonly Write[] {
    return number >= this.#head.first && number < this.#head.next ? [this.#put(number, entry)] : [];
  }

  /** The write after which no line is held. */
  released(): readonly Write[] {
    if (this.#head.held.length === 0) return [];
    this.#head = { ...this.#head, held: [] };
    return [this.#headWrite()];
  }

  /** The writes that empty the log; the numbers go on. */
  clear(): readonly Write[] {
    const { first, next } = this.#head;
    this.#head = { first: next, next, held: [] };
    const gone = Array.from({ length: next - first }, (_, offset) => this.#delete(first + offset));
    return [...gone, this.#headWrite()];
  }

  /** The lines that are on disk, the oldest first. */
  async read(): Promise<readonly SecurityLogEntry[]> {
    const { store, station } = this.#deps;
    const documents = await store.readDocuments(station, entries);
    const { first } = this.#head;
    return [...documents]
      .flatMap(([key, value]) => readEntry(Number(key), value) ?? [])
      .filter(({ number }) => number >= first)
      .toSorted((a, b) => a.number - b.number);
  }

  #put(number: number, entry: NewEntry): Write {
    const { type, atMs, estimated, detail, told } = entry;
    const value = { type, atMs, detail, ...(estimated ? { estimated } : {}), ...(told ? { told } : {}) };
    return { op: 'putDocument', station: this.#deps.station, collection: entries, key: String(number), value };
  }

  #delete(number: number): Write {
    return { op: 'deleteDocument', station: this.#deps.station, collection: entries, key: String(number) };
  }

  #headWrite(): Write {
    const { first, next, held } = this.#head;
    const value = { first, next, ...(held.length > 0 ? { held: [...held] } : {}) };
    return { op: 'putDocument', station: this.#deps.station, collection: heads, key: headKey, value };
  }
}

function readHead(value: Json | undefined): LogHead {
  if (!isRecord(value)) return emptyHead;
  const { first, next, held } = value;
  if (typeof first !== 'number' || typeof next !== 'number') return emptyHead;
  return { first, next, held: Array.isArray(held) ? held.filter((each) => typeof each === 'number') : [] };
}

function readEntry(number: number, value: Json): SecurityLogEntry | null {
  if (!Number.isInteger(number) || !isRecord(value)) return null;
  const { type, atMs, detail, estimated, told } = value;
  if (typeof type !== 'string' || typeof atMs !== 'number' || typeof detail !== 'string') return null;
  return { number, type, atMs, detail, estimated: estimated === true, told: told === true };
}
