import { KerbsideError } from '../core/errors.ts';
import { StoreImage } from './store-image.ts';
import type { Store, StoreHealth } from './store.ts';

/** A store that lives as long as the process; its promises settle by microtasks alone, so it fits the virtual clock. */
export function createMemoryStore(): Store {
  const image = new StoreImage();
  const health: StoreHealth = { kind: 'ok' };
  let closed = false;
  const open = (): StoreImage => {
    if (closed) throw closedError();
    return image;
  };
  return {
    health,
    onHealth: () => () => {},
    commit: async (writes) => open().apply(writes),
    commitLater: (writes) => open().apply(writes),
    readDocuments: async (station, collection) => open().documents(station, collection),
    readOutbox: async (station) => open().outbox(station),
    readBodies: async (station, seqs) => open().bodies(station, seqs),
    readArchive: async (station, archive, query) => open().archived(station, archive, query),
    archiveEdges: async (station, archive, state) => open().archiveEdges(station, archive, state),
    async close() {
      closed = true;
    },
  };
}

/** What every call gets after `close`. */
export function closedError(): KerbsideError {
  return new KerbsideError('store.unavailable', 'The store is closed.');
}
