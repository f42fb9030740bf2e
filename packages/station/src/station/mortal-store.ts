import type { Json } from '../core/json.ts';
import type { Archived, ArchiveEdges, ArchiveQuery, OutboxRow, Store, StoreHealth, Write } from '../store/store.ts';

/** A store whose writes end with the life of one station. */
export interface MortalStore {
  readonly store: Store;
  /** From here on nothing is written, and nothing that waits for a commit ever goes on: what a power cut would do. */
  cut(): void;
}

/** Lets a station write to a shared store until its life ends. */
export function mortalStore(shared: Store): MortalStore {
  return new LifeOfStore(shared);
}

class LifeOfStore implements MortalStore, Store {
  readonly #shared: Store;
  #dead = false;

  constructor(shared: Store) {
    this.#shared = shared;
  }

  get store(): Store {
    return this;
  }

  cut(): void {
    this.#dead = true;
  }

  get health(): StoreHealth {
    return this.#shared.health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    return this.#shared.onHealth(listener);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    if (this.#dead) return never();
    await this.#shared.commit(writes);
    return this.#dead ? never() : undefined;
  }

  commitLater(writes: readonly Write[]): void {
    if (!this.#dead) this.#shared.commitLater(writes);
  }

  readDocuments(station: string, collection: string): Promise<ReadonlyMap<string, Json>> {
    return this.#shared.readDocuments(station, collection);
  }

  readOutbox(station: string): Promise<readonly OutboxRow[]> {
    return this.#shared.readOutbox(station);
  }

  readBodies(station: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
    return this.#shared.readBodies(station, seqs);
  }

  readArchive(station: string, archive: string, query: ArchiveQuery): Promise<readonly Archived[]> {
    return this.#shared.readArchive(station, archive, query);
  }

  archiveEdges(station: string, archive: string, state?: string): Promise<ArchiveEdges> {
    return this.#shared.archiveEdges(station, archive, state);
  }

  close(): Promise<void> {
    return this.#shared.close();
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}
