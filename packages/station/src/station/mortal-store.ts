import type { Store } from '../store/store.ts';

/** A store whose writes end with the life of one station. */
export interface MortalStore {
  readonly store: Store;
  /** From here on nothing is written, and nothing that waits for a commit ever goes on: what a power cut would do. */
  cut(): void;
}

/** Lets a station write to a shared store until its life ends. */
export function mortalStore(shared: Store): MortalStore {
  let dead = false;
  const never = <T>(): Promise<T> => new Promise(() => undefined);
  const store: Store = {
    get health() {
      return shared.health;
    },
    onHealth: (listener) => shared.onHealth(listener),
    commit: async (writes) => {
      if (dead) return never();
      await shared.commit(writes);
      return dead ? never() : undefined;
    },
    commitLater: (writes) => {
      if (!dead) shared.commitLater(writes);
    },
    readDocuments: (station, collection) => shared.readDocuments(station, collection),
    readOutbox: (station) => shared.readOutbox(station),
    readBodies: (station, seqs) => shared.readBodies(station, seqs),
    close: () => shared.close(),
  };
  return {
    store,
    cut: () => {
      dead = true;
    },
  };
}
