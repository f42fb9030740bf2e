import type { Write } from '../store/store.ts';
import type { Fact } from './facts.ts';

/** Where facts become durable, as a port; the outbox is behind it. */
export interface Journal {
  /**
   * Puts facts into the outbox together with documents, atomically; they may leave `spreadMs` later. Resolves when on disk;
   * rejects with `store.unavailable`.
   */
  append(facts: readonly Fact[], alsoWrites: readonly Write[], spreadMs?: number): Promise<void>;
  /** Writes documents only, atomically and durably. */
  record(writes: readonly Write[]): Promise<void>;
}
