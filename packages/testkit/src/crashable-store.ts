import { KerbsideError, StoreImage } from '@kerbside/station';
import type { Cancel, Json, OutboxRow, Store, StoreHealth, Time, Write } from '@kerbside/station';

/** What may be lost is flushed after this time at the latest, as the real store does it. */
const LATER_MS = 1_000;

/** How many acknowledged steps a lossy store holds back from the disk. */
const LOSSY_DEPTH = 3;

export interface CrashableStoreOptions {
  readonly time: Time;
  /** What is on the disk at the start; copied. */
  readonly image?: StoreImage;
  /** The power goes right after this durable step (from 1): it is on disk, but nobody hears of it. */
  readonly cutAfter?: number;
  /** The power goes right before this durable step: it never happened. */
  readonly cutBefore?: number;
  /** Told once, at the moment of the cut. */
  readonly onCut?: () => void;
  /** A disk that lies about its sync: the last three acknowledged steps are lost at a cut. A power test must notice it. */
  readonly lossy?: boolean;
}

/**
 * A store whose power can be cut at every durable step: each commit is one, and each flush of writes for which nobody waits.
 * After the cut commits and reads never settle and everything else is ignored; `image` is what a new store boots from.
 */
export class CrashableStore implements Store {
  readonly #options: CrashableStoreOptions;
  readonly #listeners = new Set<(health: StoreHealth) => void>();
  /** What is on the disk. */
  readonly #durable: StoreImage;
  /** What readers see: the disk and everything handed in since. */
  readonly #visible: StoreImage;
  /** Acknowledged, and not on the disk: a lossy store only. */
  readonly #heldBack: (readonly Write[])[] = [];
  #later: Write[] = [];
  #cancelFlush: Cancel | undefined;
  #health: StoreHealth = { kind: 'ok' };
  #steps = 0;
  #isCut = false;
  #closed = false;

  constructor(options: CrashableStoreOptions) {
    this.#options = options;
    this.#durable = options.image?.copy() ?? new StoreImage();
    this.#visible = this.#durable.copy();
  }

  /** How many durable steps were begun. */
  get durableSteps(): number {
    return this.#steps;
  }

  /** Whether the power is gone. */
  get isCut(): boolean {
    return this.#isCut;
  }

  /** A copy of what is on the disk. */
  image(): StoreImage {
    return this.#durable.copy();
  }

  /** Cuts the power now, between two steps. */
  cut(): void {
    if (this.#isCut) return;
    this.#isCut = true;
    this.#cancelFlush?.();
    this.#options.onCut?.();
  }

  /** Makes the disk full, read-only or broken (commits are refused), or well again. */
  setHealth(health: StoreHealth): void {
    this.#health = health;
    for (const listener of this.#listeners) listener(health);
  }

  get health(): StoreHealth {
    return this.#health;
  }

  onHealth(listener: (health: StoreHealth) => void): () => void {
    const own = (health: StoreHealth): void => listener(health);
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  async commit(writes: readonly Write[]): Promise<void> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    if (this.#health.kind !== 'ok') throw new KerbsideError('store.unavailable', this.#health.problem);
    const copied = structuredClone(writes);
    this.#visible.apply(copied);
    this.#step([...this.#later, ...copied]);
    if (this.#isCut) return never();
  }

  commitLater(writes: readonly Write[]): void {
    if (this.#isCut) return;
    this.#refuseWhenClosed();
    const copied = structuredClone(writes);
    this.#visible.apply(copied);
    this.#later.push(...copied);
    this.#scheduleFlush();
  }

  async readDocuments(station: string, collection: string): Promise<ReadonlyMap<string, Json>> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    return this.#visible.documents(station, collection);
  }

  async readOutbox(station: string): Promise<readonly OutboxRow[]> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    return this.#visible.outbox(station);
  }

  async readBodies(station: string, seqs: readonly number[]): Promise<ReadonlyMap<number, string>> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    return this.#visible.bodies(station, seqs);
  }

  async readArchive(...query: Parameters<Store['readArchive']>): ReturnType<Store['readArchive']> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    return this.#visible.archived(...query);
  }

  async archiveEdges(...query: Parameters<Store['archiveEdges']>): ReturnType<Store['archiveEdges']> {
    if (this.#isCut) return never();
    this.#refuseWhenClosed();
    return this.#visible.archiveEdges(...query);
  }

  async close(): Promise<void> {
    if (this.#closed || this.#isCut) return;
    this.#cancelFlush?.();
    if (this.#later.length > 0 && this.#health.kind === 'ok') this.#step(this.#later);
    if (!this.#isCut) for (const step of this.#heldBack.splice(0)) this.#durable.apply(step);
    this.#closed = true;
  }

  #scheduleFlush(): void {
    this.#cancelFlush ??= this.#options.time.after(LATER_MS, () => {
      this.#cancelFlush = undefined;
      if (this.#later.length === 0) return;
      if (this.#health.kind === 'ok') this.#step(this.#later);
      else this.#scheduleFlush();
    });
  }

  /** One durable step, with the cut before or after it. */
  #step(writes: readonly Write[]): void {
    this.#steps++;
    if (this.#steps === this.#options.cutBefore) {
      this.cut();
      return;
    }
    this.#cancelFlush?.();
    this.#cancelFlush = undefined;
    this.#later = [];
    this.#heldBack.push(writes);
    const depth = this.#options.lossy === true ? LOSSY_DEPTH : 0;
    for (const step of this.#heldBack.splice(0, Math.max(0, this.#heldBack.length - depth))) this.#durable.apply(step);
    if (this.#steps === this.#options.cutAfter) this.cut();
  }

  #refuseWhenClosed(): void {
    if (this.#closed) throw new KerbsideError('store.unavailable', 'The store is closed.');
  }
}

/** Boots a crash-able store. */
export function createCrashableStore(options: CrashableStoreOptions): CrashableStore {
  return new CrashableStore(options);
}

function never<Result>(): Promise<Result> {
  return new Promise(() => {});
}
