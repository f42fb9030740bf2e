import { KerbsideError } from '../core/errors.ts';
import type { Json } from '../core/json.ts';
import { ArchiveImage } from './archive-image.ts';
import type { Archived, ArchiveEdges, ArchiveQuery, OutboxRow, Write } from './store.ts';

interface Queued {
  readonly row: OutboxRow;
  readonly body: string;
}

interface StationData {
  /** JSON text by collection and key: text cannot be shared with a caller who changes it later. */
  readonly documents: Map<string, Map<string, string>>;
  readonly outbox: Map<number, Queued>;
}

/** The content of a store in memory; the twin and the crash-able fake are made from it. */
export class StoreImage {
  readonly #stations = new Map<string, StationData>();
  #archives = new ArchiveImage();

  /** Applies a batch whole. A `seq` that is already taken, or a record that must stay, throws `internal.bug` and changes nothing. */
  apply(writes: readonly Write[]): void {
    this.#refuseTakenSeqs(writes);
    this.#archives = this.#archives.with(writes);
    for (const write of writes) this.#applyOne(write);
  }

  /** Every document of a collection, by key, as copies. */
  documents(station: string, collection: string): Map<string, Json> {
    const found = new Map<string, Json>();
    for (const [key, text] of this.#stations.get(station)?.documents.get(collection) ?? []) {
      found.set(key, JSON.parse(text) as Json);
    }
    return found;
  }

  /** The outbox of a station in order of `seq`, as copies. */
  outbox(station: string): OutboxRow[] {
    const queued = [...(this.#stations.get(station)?.outbox.values() ?? [])];
    return queued.map(({ row }) => copyRow(row)).toSorted((a, b) => a.seq - b.seq);
  }

  /** The bodies of some rows; unknown ones are left out. */
  bodies(station: string, seqs: readonly number[]): Map<number, string> {
    const outbox = this.#stations.get(station)?.outbox;
    const found = new Map<number, string>();
    for (const seq of seqs) {
      const queued = outbox?.get(seq);
      if (queued !== undefined) found.set(seq, queued.body);
    }
    return found;
  }

  /** Records of an archive, as copies. */
  archived(station: string, archive: string, query: ArchiveQuery): Archived[] {
    return this.#archives.read(station, archive, query);
  }

  /** The ends of an archive. */
  archiveEdges(station: string, archive: string, state?: string): ArchiveEdges {
    return this.#archives.edges(station, archive, state);
  }

  /** An image of its own with the same content. */
  copy(): StoreImage {
    const image = new StoreImage();
    image.#archives = this.#archives.copy();
    for (const [station, data] of this.#stations) {
      const documents = new Map([...data.documents].map(([collection, entries]) => [collection, new Map(entries)]));
      image.#stations.set(station, { documents, outbox: new Map(data.outbox) });
    }
    return image;
  }

  #refuseTakenSeqs(writes: readonly Write[]): void {
    if (!writes.some((write) => write.op === 'enqueue')) return;
    const changed = new Map<string, boolean>();
    for (const write of writes) {
      if (write.op === 'dequeue') changed.set(`${write.seq} ${write.station}`, false);
      if (write.op !== 'enqueue') continue;
      const name = `${write.row.seq} ${write.station}`;
      if (changed.get(name) ?? this.#stations.get(write.station)?.outbox.has(write.row.seq)) {
        throw new KerbsideError(
          'internal.bug',
          `Outbox position ${write.row.seq} of ${write.station} is already taken.`,
        );
      }
      changed.set(name, true);
    }
  }

  #applyOne(write: Write): void {
    const data = this.#stationData(write.station);
    switch (write.op) {
      case 'putDocument':
        collectionOf(data, write.collection).set(write.key, JSON.stringify(write.value));
        return;
      case 'deleteDocument':
        data.documents.get(write.collection)?.delete(write.key);
        return;
      case 'enqueue':
        data.outbox.set(write.row.seq, { row: copyRow(write.row), body: write.body });
        return;
      case 'updateQueued': {
        const queued = data.outbox.get(write.seq);
        if (queued === undefined) return;
        data.outbox.set(write.seq, { row: { ...queued.row, state: { ...write.state } }, body: queued.body });
        return;
      }
      case 'dequeue':
        data.outbox.delete(write.seq);
        return;
      case 'archive':
      case 'markArchived':
      case 'expireArchived':
    }
  }

  #stationData(station: string): StationData {
    let data = this.#stations.get(station);
    if (data === undefined) {
      data = { documents: new Map(), outbox: new Map() };
      this.#stations.set(station, data);
    }
    return data;
  }
}

function collectionOf(data: StationData, collection: string): Map<string, string> {
  let entries = data.documents.get(collection);
  if (entries === undefined) {
    entries = new Map();
    data.documents.set(collection, entries);
  }
  return entries;
}

function copyRow(row: OutboxRow): OutboxRow {
  return { ...row, state: { ...row.state } };
}
