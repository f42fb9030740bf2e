import { isRecord, type Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Store } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';

/** How many facts are kept in memory: what was just appended, and what goes next. */
const kept = 64;

/** The contents of the facts that go next, read from the store by windows; the rest stays on disk. */
export class BodyCache {
  readonly #store: Store;
  readonly #station: string;
  readonly #facts = new LazyMap<number, Fact>();

  constructor(store: Store, station: string) {
    this.#store = store;
    this.#station = station;
  }

  /** Keeps a fact that was just appended. */
  add(seq: number, fact: Fact): void {
    this.#facts.set(seq, fact);
    if (this.#facts.size > kept) this.#forgetOldest();
  }

  forget(seq: number): void {
    this.#facts.delete(seq);
  }

  /** The facts in the order of `seqs`, null for what cannot be read; `ahead` are read with them when the store is asked. */
  async get(seqs: readonly number[], ahead: readonly number[]): Promise<readonly (Fact | null)[]> {
    const found = new Map(seqs.map((seq) => [seq, this.#facts.get(seq)]));
    if (![...found.values()].includes(undefined)) return seqs.map((seq) => found.get(seq) ?? null);
    const missing = [...new Set([...seqs, ...ahead])].filter((seq) => !this.#facts.has(seq));
    const bodies = await this.#store.readBodies(this.#station, missing);
    for (const [seq, text] of bodies) {
      const fact = parseFact(text);
      if (fact === null) continue;
      if (found.has(seq)) found.set(seq, fact);
      this.add(seq, fact);
    }
    return seqs.map((seq) => found.get(seq) ?? null);
  }

  /** Facts as they lie in the store, without keeping them. */
  async read(seqs: readonly number[]): Promise<ReadonlyMap<number, Fact | null>> {
    const bodies = await this.#store.readBodies(this.#station, seqs);
    return new Map([...bodies].map(([seq, text]) => [seq, parseFact(text)]));
  }

  #forgetOldest(): void {
    for (const seq of this.#facts.keys()) {
      this.#facts.delete(seq);
      return;
    }
  }
}

const kinds: ReadonlySet<unknown> = new Set<Fact['kind']>([
  'transactionStarted',
  'meterValues',
  'transactionEnded',
  'securityEvent',
]);

/** Reads what `JSON.stringify` of a fact wrote; null for anything else. The store returns bodies unchanged. */
export function parseFact(text: string): Fact | null {
  try {
    const value = JSON.parse(text) as Json;
    return isRecord(value) && kinds.has(value['kind']) ? (value as unknown as Fact) : null;
  } catch {
    return null;
  }
}
