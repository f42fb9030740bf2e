import type { TransactionIdPlan } from '../ledger/transaction-ids.ts';

/** What a backend knows of an idTag. */
export interface KnownIdTag {
  /** Default Accepted. */
  readonly status?: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid' | 'ConcurrentTx';
  readonly parentIdTag?: string;
  /** RFC 3339. */
  readonly expiryDate?: string;
}

/** How a backend behaves when no rule says otherwise. All can be changed while it runs. */
export interface BackendSettings {
  /** `interval` of the accepted BootNotification in seconds. */
  readonly heartbeatInterval: number;
  /** By idTag, in any case of letters. */
  readonly idTags: Readonly<Record<string, KnownIdTag>>;
  /** The status of every other idTag. */
  readonly unknownIdTag: 'Accepted' | 'Blocked' | 'Expired' | 'Invalid';
  /** Whether an idTag may start only one transaction at a time. */
  readonly concurrentTx: boolean;
  /** How far the backend's clock is ahead of the time it is given, in milliseconds (G-03). */
  readonly clockOffsetMs: number;
  /** Whether a message that comes again under its own id is recognized; most real backends recognize none. */
  readonly dedup: boolean;
  readonly transactionIds: TransactionIdPlan;
}

export const defaultBackendSettings: BackendSettings = {
  heartbeatInterval: 300,
  idTags: {},
  unknownIdTag: 'Accepted',
  concurrentTx: false,
  clockOffsetMs: 0,
  dedup: true,
  transactionIds: {},
};
