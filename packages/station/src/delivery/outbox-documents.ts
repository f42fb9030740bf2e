import type { Json } from '../core/json.ts';
import type { Write } from '../store/store.ts';
import { installationFrom } from './message-id.ts';

/** The collection of what the outbox remembers beside its rows. */
export const outboxCollection = 'delivery';

const installationKey = 'installation';
const reservedKey = 'reservedSeq';
/** Seqs are reserved in blocks, so that not every append has to write the highest. */
const blockSize = 1000;

/** Gives out seqs that were never used, also when the queue was emptied before a restart, and keeps the installation's part of the ids. */
export class OutboxDocuments {
  readonly #station: string;
  #installation = '';
  #nextSeq = 0;
  /** Seqs below are free to use: that is on disk. */
  #reservedSeq = 0;
  #installationStored = false;

  constructor(station: string) {
    this.#station = station;
  }

  /** 16 hexadecimal digits. */
  get installation(): string {
    return this.#installation;
  }

  load(documents: ReadonlyMap<string, Json>, highestRow: number, newUuid: () => string): void {
    const stored = documents.get(installationKey);
    const usable = typeof stored === 'string' && /^[\da-f]{16}$/.test(stored);
    this.#installation = usable ? stored : installationFrom(newUuid());
    this.#installationStored = usable;
    const reserved = documents.get(reservedKey);
    this.#nextSeq = Math.max(typeof reserved === 'number' ? reserved : 0, highestRow + 1);
    this.#reservedSeq = this.#nextSeq;
  }

  /** The next unused seqs; a seq whose commit fails is skipped. */
  takeSeqs(count: number): readonly number[] {
    const first = this.#nextSeq;
    this.#nextSeq += count;
    return Array.from({ length: count }, (_, offset) => first + offset);
  }

  /** What has to go into the commit of these seqs. */
  writesFor(seqs: readonly number[]): { readonly writes: readonly Write[]; readonly committed: () => void } {
    const highest = seqs.at(-1);
    const needsBlock = highest !== undefined && highest >= this.#reservedSeq;
    const reserved = (highest ?? 0) + blockSize;
    const writes = [
      ...(this.#installationStored ? [] : this.installationWrites()),
      ...(needsBlock ? [this.#put(reservedKey, reserved)] : []),
    ];
    const committed = (): void => {
      this.#installationStored = true;
      if (needsBlock) this.#reservedSeq = Math.max(this.#reservedSeq, reserved);
    };
    return { writes, committed };
  }

  installationWrites(): readonly Write[] {
    return [this.#put(installationKey, this.#installation)];
  }

  #put(key: string, value: Json): Write {
    return { op: 'putDocument', station: this.#station, collection: outboxCollection, key, value };
  }
}
