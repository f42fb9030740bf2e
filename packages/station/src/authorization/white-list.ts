import { KerbsideError } from '../core/errors.ts';
import { isRecord, type Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Store, Write } from '../store/store.ts';
import {
  planWhiteListChange,
  whiteListKey,
  type WhiteListChange,
  type WhiteListEntry,
  type WhiteListLimits,
  type WhiteListPlan,
} from './white-list-change.ts';

/** What the list works with. */
export interface WhiteListDeps {
  readonly station: string;
  readonly store: Store;
  readonly limits: () => WhiteListLimits;
}

const collection = 'whiteList';

const codes = {
  known: 'whitelist.known',
  unknown: 'whitelist.unknown',
  refused: 'whitelist.refused',
} as const;

/**
 * The operator's own list of cards, beside what backends say: no backend reads or changes it. Each entry is a document of its
 * own; all of one change are one commit.
 */
export class WhiteList {
  readonly #deps: WhiteListDeps;
  readonly #entries = new LazyMap<string, WhiteListEntry>();
  /** Changes take turns: each is judged by the list that the one before has left. */
  #turn: Promise<unknown> | null = null;

  constructor(deps: WhiteListDeps) {
    this.#deps = deps;
  }

  /** Reads the list from the store. */
  async load(): Promise<void> {
    for (const [key, value] of await this.#deps.store.readDocuments(this.#deps.station, collection)) {
      const entry = parseEntry(value);
      if (entry !== undefined) this.#entries.set(key, entry);
    }
  }

  get count(): number {
    return this.#entries.size;
  }

  /** Whether a card is listed, in whatever letter case, and its entry has not expired. */
  allows(idToken: string, nowMs: number): boolean {
    const entry = this.#entries.get(whiteListKey(idToken));
    return entry !== undefined && (entry.expiryMs === null || entry.expiryMs > nowMs);
  }

  /** Some entries in the order of their identifiers, from position `from` (0 is the first), at most `count`. */
  page(from: number, count: number): readonly WhiteListEntry[] {
    const keys = [...this.#entries.keys()].toSorted().slice(from, from + count);
    return keys.flatMap((key) => this.#entries.get(key) ?? []);
  }

  /**
   * Carries out a change wholly or not at all; it is on disk when it resolves.
   * @throws KerbsideError `whitelist.known`, `whitelist.unknown`, `whitelist.refused`, `store.unavailable`
   */
  async change(change: WhiteListChange): Promise<void> {
    const mine = (this.#turn ?? Promise.resolve()).then(() => this.#change(change));
    const settled = mine.catch(() => undefined);
    this.#turn = settled;
    try {
      await mine;
    } finally {
      if (this.#turn === settled) this.#turn = null;
    }
  }

  async #change(change: WhiteListChange): Promise<void> {
    const plan = planWhiteListChange(this.#entries, change, this.#deps.limits());
    if (plan.kind !== 'accepted') throw new KerbsideError(codes[plan.kind], plan.reason);
    const writes = this.#writes(plan);
    if (writes.length > 0) await this.#deps.store.commit(writes);
    for (const key of plan.dropped) this.#entries.delete(key);
    for (const [key, entry] of plan.put) this.#entries.set(key, entry);
  }

  #writes({ put, dropped }: Extract<WhiteListPlan, { kind: 'accepted' }>): readonly Write[] {
    const { station } = this.#deps;
    return [
      ...dropped.map((key) => ({ op: 'deleteDocument', station, collection, key }) as const),
      ...[...put].map(
        ([key, entry]) => ({ op: 'putDocument', station, collection, key, value: { ...entry } }) as const,
      ),
    ];
  }
}

function parseEntry(value: Json): WhiteListEntry | undefined {
  if (!isRecord(value)) return undefined;
  const { idToken, note, expiryMs } = value;
  const readable =
    typeof idToken === 'string' && typeof note === 'string' && (expiryMs === null || typeof expiryMs === 'number');
  return readable ? { idToken, note, expiryMs } : undefined;
}
