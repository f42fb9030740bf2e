import type { DataTransferAnswer, DataTransferRequest } from '../delivery/session.ts';

/**
 * What a backend may ask of a station, in the words of the core. Dialects turn messages into these calls; the station answers
 * what it will do at once and does it afterwards (G-05: no call but `unlock` waits for hardware).
 */
export interface StationCommands {
  /** Whether the station is registered; until then most calls are refused (B-04, B-05). */
  readonly registration: () => 'none' | 'pending' | 'rejected' | 'accepted';
  /** Lets a remote user charge; null chooses a free EVSE. */
  remoteStart(request: { readonly evse: number | null; readonly idToken: string }): 'accepted' | 'rejected';
  /** Ends the transaction that the backend knows under this id. */
  remoteStop(backendTransaction: string): 'accepted' | 'rejected';
  /**
   * Takes an EVSE, or with null the station and all of them, into or out of service; on disk when it resolves. *scheduled*: a
   * transaction has to end first.
   */
  changeAvailability(request: {
    readonly evse: number | null;
    readonly operative: boolean;
  }): Promise<'accepted' | 'rejected' | 'scheduled'>;
  /** Ends the transaction of an EVSE and frees its plug; *notSupported* where there is no lock. Resolves within 18 s. */
  unlock(evse: number): Promise<'unlocked' | 'failed' | 'notSupported'>;
  /** Restarts the station after its transactions have been closed. */
  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected';
  /** Sends something again that the backend wants to see. */
  trigger(what: TriggerRequest): 'accepted' | 'rejected' | 'notImplemented';
  /** Forgets cached identifiers; never touches the outbox (fault 28). */
  clearCache(): Promise<'accepted' | 'rejected'>;
  /** Serves a message of a vendor (§5.6). */
  dataTransfer(request: DataTransferRequest): Promise<DataTransferAnswer>;
  readonly configuration: ConfigurationCommands;
  /** Tells people what could not be answered as asked. */
  problem(text: string): void;
}

/** What can be triggered; `evse` null means all that apply. */
export type TriggerRequest =
  | { readonly kind: 'boot' | 'heartbeat' }
  | { readonly kind: 'status' | 'meterValues'; readonly evse: number | null };

/** The station's parameters as a backend sees them. */
export interface ConfigurationCommands {
  /** Every key that may be listed, in a stable order. */
  list(): readonly ConfigurationEntry[];
  /** One key, whatever its letter case; null when there is none. */
  find(key: string): ConfigurationEntry | null;
  change(key: string, value: string): Promise<'accepted' | 'rebootRequired' | 'rejected' | 'notSupported'>;
  /** How many keys one GetConfiguration may ask for. */
  readonly maxKeys: () => number;
}

/** One key; `value` is missing for secrets. */
export interface ConfigurationEntry {
  readonly key: string;
  readonly value?: string;
  readonly readonly: boolean;
}
