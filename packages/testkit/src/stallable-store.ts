import type { Json, OutboxRow, Store, StoreHealth, Write } from '@kerbside/station';

/** A store whose disk can hang: while it is stalled no commit settles, reads see what was there before. */
export class StallableStore implements Store {
  readonly #store: Store;
  #running: PromiseWithResolvers<void> | null = null;

  constructor(store: Store) {
    this.#store = store;
  }

  /** From now on the disk does nothing, until `release`. */
  stall(): void {
    this.#running ??= Promise.withResolvers();
  }

  /** The disk does what waits, in order. */
  release(): void {
    this.#running?.resolve();
    this.#running = null;
  }

  get health(): StoreHealth {
    return this.#store.health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#store.onHealth(listener);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    await this.#running?.promise;
    await this.#store.commit(writes);
  }

  commitLater(writes: readonly Write[]): void {
    void this.#running?.promise.then(() => this.#store.commitLater(writes));
    if (this.#running === null) this.#store.commitLater(writes);
  }

  readDocuments(station: string, collection: string): Promise<ReadonlyMap<string, Json>> {
    return this.#store.readDocuments(station, collection);
  }

  readOutbox(station: string): Promise<readonly OutboxRow[]> {
    return this.#store.readOutbox(station);
  }

  readBodies(station: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
    return this.#store.readBodies(station, seqs);
  }

  readArchive(...asked: Parameters<Store['readArchive']>): ReturnType<Store['readArchive']> {
    return this.#store.readArchive(...asked);
  }

  archiveEdges(...asked: Parameters<Store['archiveEdges']>): ReturnType<Store['archiveEdges']> {
    return this.#store.archiveEdges(...asked);
  }

  close(): Promise<void> {
    return this.#store.close();
  }
}
