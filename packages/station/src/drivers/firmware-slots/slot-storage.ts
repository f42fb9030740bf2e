/** The images that are kept: the two slots, and the one that came last and is not installed yet. */
export type ImagePlace = 'A' | 'B' | 'staged';

/** The state is kept twice, so that damage to one copy loses nothing. */
export type StateCopy = 0 | 1;

/** Where simulated slots are kept, as a port. What a promise resolved survives a power cut. */
export interface SlotStorage {
  /** A copy of the state as it was written last; null before the first. */
  readState(copy: StateCopy): Promise<string | null>;
  /** Replaces a copy: after a power cut it is the old or the new one. */
  writeState(copy: StateCopy, text: string): Promise<void>;
  /** Empties a place and opens it. */
  open(place: ImagePlace): Promise<PlaceWriter>;
  /** The content of a place from its beginning; null when there is none. */
  read(place: ImagePlace): Promise<AsyncIterable<Uint8Array> | null>;
  /** Empties a place; does nothing when it is empty. */
  remove(place: ImagePlace): Promise<void>;
}

/** Writes one place. */
export interface PlaceWriter {
  write(piece: Uint8Array): Promise<void>;
  /** Everything is on disk. */
  close(): Promise<void>;
}
