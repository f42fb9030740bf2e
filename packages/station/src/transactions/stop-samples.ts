import type { Json } from '../core/json.ts';
import type { Sample } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';
import { sampleCollection } from './transaction-record.ts';

/** A change of the samples: it counts once `accept` is called, after its writes are on disk (rule 14). */
export interface SampleChange {
  readonly writes: readonly Write[];
  /** How many samples there are with it. */
  readonly count: number;
  readonly accept: () => void;
}

const noSamples: ReadonlyMap<number, Sample> = new Map();

/**
 * The samples that go into StopTransaction.transactionData, one document each so that a long session does not rewrite them all
 * at every sample. Begin and signed samples are never thinned (V-04, E-19).
 */
export class StopSamples {
  readonly #station: string;
  #transaction = '';
  #next = 0;
  #samples: ReadonlyMap<number, Sample> = noSamples;

  constructor(station: string) {
    this.#station = station;
  }

  /** In order of time: the energy of an interval stands under the interval's start, before what was sampled during it. */
  all(): readonly Sample[] {
    return [...this.#samples.values()].toSorted((one, other) => one.timeMs - other.timeMs);
  }

  /** Starts a transaction, with its begin sample where there is one. */
  begin(transaction: string, sample: Sample | null): SampleChange {
    const writes = sample === null ? [] : [this.#put(transaction, 0, sample)];
    const samples = new Map(sample === null ? [] : [[0, sample]]);
    return this.#change(transaction, samples, writes, samples.size);
  }

  /** Adds samples; above `most`, every second one goes, but for the first and, while there is room, the newest. */
  add(added: readonly Sample[], most: number): SampleChange {
    const transaction = this.#transaction;
    if (added.length === 0) return this.#change(transaction, this.#samples, [], this.#next);
    const fresh = added.map((sample, position) => [this.#next + position, sample] as const);
    const all = new Map([...this.#samples, ...fresh]);
    const kept = new Set(thinned(all, most));
    const samples = new Map([...all].filter(([each]) => kept.has(each)));
    const puts = fresh
      .filter(([number]) => kept.has(number))
      .map(([number, sample]) => this.#put(transaction, number, sample));
    const dropped = [...this.#samples.keys()].filter((each) => !kept.has(each));
    const writes = [...puts, ...dropped.map((each) => this.#delete(transaction, each))];
    return this.#change(transaction, samples, writes, this.#next + added.length);
  }

  /** Takes over what the store still has of a transaction. */
  restore(transaction: string, samples: ReadonlyMap<number, Sample>): void {
    const inOrder = [...samples].toSorted(([left], [right]) => left - right);
    const next = (inOrder.at(-1)?.[0] ?? -1) + 1;
    this.#change(transaction, new Map(inOrder), [], next).accept();
  }

  /** Forgets all. */
  clear(): SampleChange {
    const transaction = this.#transaction;
    const writes = [...this.#samples.keys()].map((number) => this.#delete(transaction, number));
    return this.#change(transaction, noSamples, writes, 0);
  }

  #change(
    transaction: string,
    samples: ReadonlyMap<number, Sample>,
    writes: readonly Write[],
    next: number,
  ): SampleChange {
    const accept = (): void => {
      this.#transaction = transaction;
      this.#samples = samples;
      this.#next = next;
    };
    return { writes, count: samples.size, accept };
  }

  #put(transaction: string, number: number, sample: Sample): Write {
    const value = { ...sample } as unknown as Json;
    const key = `${transaction}:${number}`;
    return { op: 'putDocument', station: this.#station, collection: sampleCollection, key, value };
  }

  #delete(transaction: string, number: number): Write {
    const key = `${transaction}:${number}`;
    return { op: 'deleteDocument', station: this.#station, collection: sampleCollection, key };
  }
}

/** The numbers of the samples that stay. */
function thinned(samples: ReadonlyMap<number, Sample>, most: number): readonly number[] {
  let kept = [...samples.keys()];
  while (kept.length > most) {
    const rest = kept.filter((number, position) => {
      return samples.get(number)?.signed !== undefined || staysAt(position, kept.length);
    });
    if (rest.length === kept.length) break;
    kept = rest;
  }
  return kept;
}

function staysAt(position: number, count: number): boolean {
  return position === 0 || (count > 2 && (position % 2 === 0 || position === count - 1));
}
