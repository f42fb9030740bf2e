import { messageOf } from '../core/errors.ts';
import { isRecord, type Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Store, Write } from '../store/store.ts';
import type { IdTokenAnswer } from './id-token-answer.ts';
import {
  localListKey,
  planLocalListUpdate,
  type LocalListEntry,
  type LocalListLimits,
  type LocalListPlan,
  type LocalListUpdate,
} from './local-list-update.ts';

/** What the list works with. */
export interface LocalListDeps {
  readonly station: string;
  readonly store: Store;
}

/** What became of an update; a reason is for people. */
export type LocalListOutcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'failed' | 'versionMismatch'; readonly reason: string };

const collection = 'localList';
const versionKey = 'version';
/** Before the key of an entry, so that no identifier can be taken for the version. */
const entryMark = '=';

/** Nearly every entry of a long list says the same. */
const plainlyAccepted: IdTokenAnswer = { status: 'accepted', expiryMs: null, parentIdToken: null };

/**
 * The backend's list of identifiers (OCPP 1.6 §3.5): on disk with its version before an update counts, changed as a whole or not
 * at all, by nothing but an update (L-05). Each entry is a document of its own, so that a small difference writes little, also in
 * a list of ten thousand; all of one update are one commit.
 */
export class LocalList {
  readonly #deps: LocalListDeps;
  readonly #entries = new LazyMap<string, LocalListEntry>();
  #version = 0;
  /** Updates take turns: each is judged by the list that the one before has left. */
  #turn: Promise<unknown> | null = null;

  constructor(deps: LocalListDeps) {
    this.#deps = deps;
  }

  /** Reads the list from the store. */
  async load(): Promise<void> {
    for (const [key, value] of await this.#deps.store.readDocuments(this.#deps.station, collection)) {
      if (key === versionKey && typeof value === 'number') this.#version = value;
      const entry = key.startsWith(entryMark) ? parseEntry(value) : undefined;
      if (entry !== undefined) this.#entries.set(key.slice(entryMark.length), entry);
    }
    if (this.#entries.size === 0) this.#version = 0;
  }

  /** The version; 0 while nobody is listed (L-03). */
  get version(): number {
    return this.#version;
  }

  get count(): number {
    return this.#entries.size;
  }

  /** What the list says of an identifier, in whatever letter case; null when it is not listed. */
  find(idToken: string): IdTokenAnswer | null {
    return this.#entries.get(localListKey(idToken))?.answer ?? null;
  }

  /** Some entries in the order of their identifiers, from position `from` (0 is the first), at most `count`. */
  page(from: number, count: number): readonly LocalListEntry[] {
    const keys = [...this.#entries.keys()].toSorted().slice(from, from + count);
    return keys.flatMap((key) => this.#entries.get(key) ?? []);
  }

  /** Carries out an update wholly or not at all; on disk when it resolves with *accepted*. Never rejects. */
  async update(update: LocalListUpdate, limits: LocalListLimits): Promise<LocalListOutcome> {
    const mine = (this.#turn ?? Promise.resolve()).then(() => this.#update(update, limits));
    this.#turn = mine;
    const outcome = await mine;
    if (this.#turn === mine) this.#turn = null;
    return outcome;
  }

  async #update(update: LocalListUpdate, limits: LocalListLimits): Promise<LocalListOutcome> {
    const plan = planLocalListUpdate({ version: this.#version, entries: this.#entries }, update, limits);
    if (plan.kind !== 'accepted') return plan;
    try {
      await this.#deps.store.commit(this.#writes(plan));
    } catch (error) {
      return { kind: 'failed', reason: messageOf(error) };
    }
    for (const key of plan.dropped) this.#entries.delete(key);
    for (const [key, { idToken, answer }] of plan.put) this.#entries.set(key, { idToken, answer: shared(answer) });
    this.#version = plan.version;
    return { kind: 'accepted' };
  }

  #writes({ version, put, dropped }: Extract<LocalListPlan, { kind: 'accepted' }>): readonly Write[] {
    const { station } = this.#deps;
    return [
      { op: 'putDocument', station, collection, key: versionKey, value: version },
      ...dropped.map((key) => ({ op: 'deleteDocument', station, collection, key: entryMark + key }) as const),
      ...[...put].map(([key, { idToken, answer }]): Write => {
        return { op: 'putDocument', station, collection, key: entryMark + key, value: { idToken, ...answer } };
      }),
    ];
  }
}

/** Equal answers that say nothing special are one object: a list may be long, and there may be many stations. */
function shared(answer: IdTokenAnswer): IdTokenAnswer {
  const { status, expiryMs, parentIdToken } = answer;
  return status === 'accepted' && expiryMs === null && parentIdToken === null ? plainlyAccepted : answer;
}

function parseEntry(value: Json): LocalListEntry | undefined {
  if (!isRecord(value) || typeof value['idToken'] !== 'string') return undefined;
  const { idToken, expiryMs, parentIdToken } = value;
  const status = statuses.find((each) => each === value['status']);
  const readable =
    (expiryMs === null || typeof expiryMs === 'number') &&
    (parentIdToken === null || typeof parentIdToken === 'string');
  if (status === undefined || !readable) return undefined;
  return { idToken, answer: shared({ status, expiryMs, parentIdToken }) };
}

const statuses: readonly IdTokenAnswer['status'][] = ['accepted', 'blocked', 'expired', 'invalid', 'concurrentTx'];
