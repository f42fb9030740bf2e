import type { Json } from '../core/json.ts';
import type { Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import { sampleCollection } from './transaction-record.ts';

/**
 * The samples that go into StopTransaction.transactionData, one document each so that a long session does not rewrite them all
 * at every sample. Begin and signed samples are never thinned (V-04, E-19).
 */
export class StopSamples {
  readonly #station: string;
  #transaction = '';
  #next = 0;
  readonly #samples = new Map<number, Sample>();

  constructor(station: string) {
    this.#station = station;
  }

  /** How many are kept. */
  get count(): number {
    return this.#samples.size;
  }

  /** In order of time. */
  all(): readonly Sample[] {
    return [...this.#samples.values()];
  }

  /** Starts a transaction, with its begin sample where there is one. */
  begin(transaction: string, sample: Sample | null): readonly Write[] {
    this.#transaction = transaction;
    this.#next = 0;
    this.#samples.clear();
    return this.add(sample, Number.MAX_SAFE_INTEGER);
  }

  /** Adds a sample; above `most`, every second one between the first and the last goes. */
  add(sample: Sample | null, most: number): readonly Write[] {
    if (sample === null) return [];
    const number = this.#next++;
    this.#samples.set(number, sample);
    return [this.#put(number, sample), ...this.#thin(most)];
  }

  /** Takes over what the store still has of a transaction. */
  restore(transaction: string, samples: ReadonlyMap<number, Sample>): void {
    this.#transaction = transaction;
    this.#samples.clear();
    for (const number of [...samples.keys()].toSorted((left, right) => left - right)) {
      const sample = samples.get(number);
      if (sample !== undefined) this.#samples.set(number, sample);
      this.#next = number + 1;
    }
  }

  /** Forgets all. */
  clear(): readonly Write[] {
    const writes = [...this.#samples.keys()].map((number) => this.#delete(number));
    this.#samples.clear();
    return writes;
  }

  #thin(most: number): readonly Write[] {
    if (this.#samples.size <= most) return [];
    const numbers = [...this.#samples.keys()];
    const dropped = numbers.filter((number, position) => {
      const edge = position === 0 || position === numbers.length - 1;
      return !edge && position % 2 === 1 && this.#samples.get(number)?.signed === undefined;
    });
    for (const number of dropped) this.#samples.delete(number);
    return dropped.map((number) => this.#delete(number));
  }

  #put(number: number, sample: Sample): Write {
    const value = { ...sample } as unknown as Json;
    return { op: 'putDocument', station: this.#station, collection: sampleCollection, key: this.#key(number), value };
  }

  #delete(number: number): Write {
    return { op: 'deleteDocument', station: this.#station, collection: sampleCollection, key: this.#key(number) };
  }

  #key(number: number): string {
    return `${this.#transaction}:${number}`;
  }
}
