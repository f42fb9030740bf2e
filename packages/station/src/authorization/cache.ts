import { isRecord, type Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Store, Write } from '../store/store.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';
import { effectiveStatus } from './decision.ts';

/** What the backend said of an identifier, and when. */
export interface Remembered {
  readonly idToken: string;
  readonly answer: IdTokenAnswer;
  readonly updatedMs: number;
}

const collection = 'authorizationCache';

/** What the cache works with. */
export interface AuthorizationCacheDeps {
  readonly station: string;
  readonly store: Store;
  readonly nowMs: () => number;
  /** The most entries. */
  readonly size: () => number;
  /** How long an answer without an expiry counts, in seconds; 0: until a newer one comes. */
  readonly lifetimeSeconds: () => number;
}

/** The latest answer of the backend for each identifier, good or bad; survives restarts and power cuts. */
export class AuthorizationCache {
  readonly #deps: AuthorizationCacheDeps;
  readonly #entries = new LazyMap<string, Remembered>();

  constructor(deps: AuthorizationCacheDeps) {
    this.#deps = deps;
  }

  /** Reads the cache from the store. */
  async load(): Promise<void> {
    const documents = await this.#deps.store.readDocuments(this.#deps.station, collection);
    const entries = [...documents].flatMap(([key, value]) => {
      const entry = parseEntry(value);
      return entry === undefined ? [] : [[key, entry] as const];
    });
    const oldestFirst = entries.toSorted(([, left], [, right]) => left.updatedMs - right.updatedMs);
    for (const [key, entry] of oldestFirst) this.#entries.set(key, entry);
  }

  /** The entry of an identifier, in whatever letter case, with the expiry that holds for it; null when there is none. */
  find(idToken: string): IdTokenAnswer | null {
    const entry = this.#entries.get(idToken.toLowerCase());
    return entry === undefined ? null : this.#bounded(entry);
  }

  /** The same as the backend said it, however long ago. */
  told(idToken: string): IdTokenAnswer | null {
    return this.#entries.get(idToken.toLowerCase())?.answer ?? null;
  }

  /** What the backend set no end to ends with the lifetime of the cache. */
  #bounded({ answer, updatedMs }: Remembered): IdTokenAnswer {
    const lifetimeMs = this.#deps.lifetimeSeconds() * 1000;
    return answer.expiryMs !== null || lifetimeMs <= 0 ? answer : { ...answer, expiryMs: updatedMs + lifetimeMs };
  }

  /** Every identifier that is remembered. */
  *idTokens(): Generator<string> {
    for (const { idToken } of this.#entries.values()) yield idToken;
  }

  /** Some entries with the expiry that holds for them, the newest first, from position `from` (0 is the first). */
  page(from: number, count: number): readonly Remembered[] {
    const newestFirst = [...this.#entries.values()].toReversed().slice(from, from + count);
    return newestFirst.map((entry) => ({ ...entry, answer: this.#bounded(entry) }));
  }

  get count(): number {
    return this.#entries.size;
  }

  /** Takes over an answer of the backend. Comfort, not money: it may ride along with the next commit. */
  remember(idToken: string, answer: IdTokenAnswer): void {
    const key = idToken.toLowerCase();
    const entry: Remembered = { idToken, answer, updatedMs: this.#deps.nowMs() };
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    const { station } = this.#deps;
    const value: Json = { idToken, answer: { ...answer }, updatedMs: entry.updatedMs };
    this.#deps.store.commitLater([{ op: 'putDocument', station, collection, key, value }, ...this.#shrink(key)]);
  }

  /** Forgets one identifier, if it is known. Comfort: it may ride along with the next commit. */
  forget(idToken: string): void {
    const key = idToken.toLowerCase();
    if (this.#entries.delete(key)) this.#deps.store.commitLater([this.#drop(key)]);
  }

  /** Forgets everything; resolves when that is on disk. Rejects with `store.unavailable`: then nothing is forgotten. */
  async clear(): Promise<void> {
    const forgotten = [...this.#entries];
    if (forgotten.length === 0) return;
    await this.#deps.store.commit(forgotten.map(([key]) => this.#drop(key)));
    for (const [key, entry] of forgotten) if (this.#entries.get(key) === entry) this.#entries.delete(key);
  }

  /** When full, what is not valid goes first, then the oldest. */
  #shrink(newest: string): readonly Write[] {
    const writes: Write[] = [];
    while (this.#entries.size > Math.max(1, this.#deps.size())) {
      const nowMs = this.#deps.nowMs();
      const candidates = [...this.#entries.keys()].filter((key) => key !== newest);
      const invalid = candidates.find((key) => {
        const entry = this.#entries.get(key);
        return entry !== undefined && effectiveStatus(this.#bounded(entry), nowMs) !== 'accepted';
      });
      const victim = invalid ?? candidates[0];
      if (victim === undefined) break;
      writes.push(this.#drop(victim));
      this.#entries.delete(victim);
    }
    return writes;
  }

  #drop(key: string): Write {
    return { op: 'deleteDocument', station: this.#deps.station, collection, key };
  }
}

function parseEntry(value: Json): Remembered | undefined {
  if (!isRecord(value) || typeof value['idToken'] !== 'string' || typeof value['updatedMs'] !== 'number')
    return undefined;
  const { answer } = value;
  const readable = isRecord(answer) && statuses.some((status) => status === answer['status']);
  return readable ? (value as unknown as Remembered) : undefined;
}

const statuses: readonly IdTokenAnswer['status'][] = ['accepted', 'blocked', 'expired', 'invalid', 'concurrentTx'];
