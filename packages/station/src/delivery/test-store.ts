import { KerbsideError } from '../core/errors.ts';
import { StoreImage } from '../store/store-image.ts';
import type { Store, StoreHealth, Write } from '../store/store.ts';

/**
 * A store for the tests of the delivery: what was queued with `commitLater` is only on disk after the next commit, the power
 * can be cut at every durable step, and it can refuse to write.
 */
export class TestStore implements Store {
  /** What a power cut leaves. */
  readonly disk: StoreImage;
  /** Every commit that reached the disk. */
  readonly commits: (readonly Write[])[] = [];
  /** Holds commits back until it resolves. */
  gate: Promise<void> = Promise.resolve();
  /** Cuts the power at this durable step, before or after it reached the disk: the commit never ends. */
  cut: { readonly step: number; readonly when: 'before' | 'after'; readonly then: () => void } | null = null;
  #live: StoreImage;
  #later: Write[] = [];
  #health: StoreHealth = { kind: 'ok' };
  #failing = false;
  #step = 0;
  readonly #listeners = new Set<(health: StoreHealth) => void>();

  constructor(disk: StoreImage = new StoreImage()) {
    this.disk = disk;
    this.#live = disk.copy();
  }

  get health(): StoreHealth {
    return this.#health;
  }

  /** Makes every commit fail, or work again; `told` also changes the health. */
  fail(failing: boolean, told = true): void {
    this.#failing = failing;
    if (!told) return;
    this.#health = failing ? { kind: 'full', problem: 'disk full' } : { kind: 'ok' };
    for (const listener of this.#listeners) listener(this.#health);
  }

  /** A store with what a power cut leaves. */
  afterPowerCut(): TestStore {
    return new TestStore(this.disk.copy());
  }

  /** How many durable steps there were. */
  get steps(): number {
    return this.#step;
  }

  /** What a second does. */
  flush(): void {
    const writes = this.#later;
    this.#later = [];
    this.disk.apply(writes);
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  async commit(writes: readonly Write[]): Promise<void> {
    if (this.#failing) throw new KerbsideError('store.unavailable', 'The disk is full.');
    this.#live.apply(writes);
    this.#later.push(...writes);
    this.commits.push(writes);
    await this.gate;
    const { cut } = this;
    const step = this.#step++;
    if (cut?.step === step && cut.when === 'after') this.flush();
    if (cut !== null && cut.step <= step) {
      if (cut.step === step) cut.then();
      await new Promise<never>(() => {});
    }
    this.flush();
  }

  commitLater(writes: readonly Write[]): void {
    this.#live.apply(writes);
    this.#later.push(...writes);
  }

  async readDocuments(station: string, collection: string): ReturnType<Store['readDocuments']> {
    return this.#live.documents(station, collection);
  }

  async readOutbox(station: string): ReturnType<Store['readOutbox']> {
    return this.#live.outbox(station);
  }

  async readBodies(station: string, seqs: readonly number[]): ReturnType<Store['readBodies']> {
    return this.#live.bodies(station, seqs);
  }

  async readArchive(...query: Parameters<Store['readArchive']>): ReturnType<Store['readArchive']> {
    return this.#live.archived(...query);
  }

  async archiveEdges(...query: Parameters<Store['archiveEdges']>): ReturnType<Store['archiveEdges']> {
    return this.#live.archiveEdges(...query);
  }

  async close(): Promise<void> {}
}
