import { KerbsideError } from '../core/errors.ts';
import { StoreImage } from './store-image.ts';
import type { Store, StoreHealth } from './store.ts';

/** A store that lives as long as the process; its promises settle by microtasks alone, so it fits the virtual clock. */
export function createMemoryStore(): Store {
  const image = new StoreImage();
  const health: StoreHealth = { kind: 'ok' };
  let closed = false;
  const refuseWhenClosed = (): void => {
    if (closed) throw closedError();
  };
  return {
    health,
    onHealth: () => () => {},
    async commit(writes) {
      refuseWhenClosed();
      image.apply(writes);
    },
    commitLater(writes) {
      refuseWhenClosed();
      image.apply(writes);
    },
    async readDocuments(station, collection) {
      refuseWhenClosed();
      return image.documents(station, collection);
    },
    async readOutbox(station) {
      refuseWhenClosed();
      return image.outbox(station);
    },
    async readBodies(station, seqs) {
      refuseWhenClosed();
      return image.bodies(station, seqs);
    },
    async close() {
      closed = true;
    },
  };
}

/** What every call gets after `close`. */
export function closedError(): KerbsideError {
  return new KerbsideError('store.unavailable', 'The store is closed.');
}
