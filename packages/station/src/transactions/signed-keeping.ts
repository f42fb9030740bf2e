import type { SignedBlob } from '../evse/hardware.ts';
import type { ArchivedBlob, SampleContext } from '../metering/sample.ts';
import type { Write } from '../store/store.ts';

/** Signed meter data that are to be archived. */
export interface NewSigned {
  /** The key of the transaction; null outside one. */
  readonly transaction: string | null;
  readonly evse: number;
  readonly context: SampleContext;
  readonly meterSerial: string;
  /** A meter that is for tests only. */
  readonly test: boolean;
  readonly timeMs: number;
  readonly blob: SignedBlob;
  /** Whether it goes to the backend. One that does not is kept all the same. */
  readonly carried: boolean;
}

/** Signed meter data as they are archived. */
export interface ArchivedRecord extends Omit<NewSigned, 'carried' | 'blob'> {
  readonly number: number;
  readonly blob: ArchivedBlob;
  readonly state: SignedState;
  /** The meter's number of the record (`T12`); empty when it gives none. */
  readonly pagination: string;
}

/** *waiting*: for the backend's confirmation; *kept*: goes to no backend. */
export type SignedState = 'waiting' | 'delivered' | 'kept';

/** Why no session that needs signed data may begin. */
export type ArchiveBlock = 'full' | 'damaged';

/** Where signed meter data are kept for as long as anybody may ask for them, as a port (E-11, E-12). */
export interface SignedKeeping {
  /**
   * Numbers records and gives the writes for the commit in which they count. What is already archived (the same data of the
   * same meter at the same EVSE) keeps its number and writes nothing.
   */
  add(records: readonly NewSigned[]): Promise<AddedRecords>;
  /** What of a transaction is archived, oldest first. */
  of(transaction: string): Promise<readonly ArchivedRecord[]>;
  /** The highest pagination of the meter of an EVSE that is archived; 0 before the first. */
  lastPagination(evse: number, meterSerial: string): Promise<number>;
  /** Known once something was added or `load` was awaited. */
  readonly blocked: ArchiveBlock | null;
  /** Looks how full and how sound the archive is; once, when first needed. */
  load(): Promise<void>;
}

export interface AddedRecords {
  /** In the order of the records that were handed in. */
  readonly blobs: readonly ArchivedBlob[];
  readonly writes: readonly Write[];
}
