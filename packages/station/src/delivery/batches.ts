import type { Json } from '../core/json.ts';
import { LazyMap } from '../core/lazy-map.ts';
import type { Write } from '../store/store.ts';
import type { Fact } from '../transactions/facts.ts';

/** The collection in which the composition of each sent batch lies, by the seq of its first fact. */
export const batchesCollection = 'deliveryBatches';

type MeterValues = Fact & { readonly kind: 'meterValues' };

/**
 * Which facts travel in one MeterValues message (`metering.batchSize`). The composition is on disk before the first
 * transmission, so that a retransmission, also after a restart, is the same message under the same id.
 */
export class Batches {
  readonly #station: string;
  readonly #members = new LazyMap<number, readonly number[]>();

  constructor(station: string) {
    this.#station = station;
  }

  load(documents: ReadonlyMap<string, Json>): void {
    for (const [key, value] of documents) {
      const seqs = Array.isArray(value) ? value.filter((seq) => typeof seq === 'number') : [];
      if (seqs[0] === Number(key)) this.#members.set(seqs[0], seqs);
    }
  }

  /** All seqs of the message that begins with this fact. */
  seqsOf(first: number): readonly number[] {
    return this.#members.get(first) ?? [first];
  }

  /** Whether the fact is part of a batch that was, or may have been, sent. */
  includes(seq: number): boolean {
    if (this.#members.size === 0) return false;
    for (const [first, seqs] of this.#members) if (seq >= first && seqs.includes(seq)) return true;
    return false;
  }

  /** Whether the fact travels in the message of an earlier one. */
  follows(seq: number): boolean {
    return !this.#members.has(seq) && this.includes(seq);
  }

  formation(seqs: readonly number[]): Write {
    const key = String(seqs[0] ?? 0);
    return { op: 'putDocument', station: this.#station, collection: batchesCollection, key, value: [...seqs] };
  }

  /** Follows `formation` once it is written. */
  formed(seqs: readonly number[]): void {
    const [first] = seqs;
    if (first !== undefined) this.#members.set(first, seqs);
  }

  dissolution(first: number): readonly Write[] {
    if (!this.#members.has(first)) return [];
    return [{ op: 'deleteDocument', station: this.#station, collection: batchesCollection, key: String(first) }];
  }

  /** Follows `dissolution`. */
  dissolved(first: number): void {
    this.#members.delete(first);
  }
}

/** How many of the facts, from the first on, fit one message of at most `limit` samples; at least one. */
export function batchLength(facts: readonly Fact[], limit: number): number {
  let samples = 0;
  let length = 0;
  for (const fact of facts) {
    if (fact.kind !== 'meterValues') break;
    samples += fact.samples.length;
    if (samples > limit) break;
    length++;
  }
  return Math.max(length, 1);
}

/** The one fact that stands for all of a batch on the wire. */
export function mergeBatch(facts: readonly Fact[]): Fact | undefined {
  const [first] = facts;
  if (first?.kind !== 'meterValues' || facts.length === 1) return first;
  const all = facts.filter((fact): fact is MeterValues => fact.kind === 'meterValues');
  return { ...first, samples: all.flatMap((fact) => fact.samples) };
}
