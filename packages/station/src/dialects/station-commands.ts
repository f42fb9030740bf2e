/**
 * What a backend may ask of a station, in the words of the core. Dialects turn messages into these calls; the station answers
 * what it will do at once and does it afterwards (G-05: no call waits for hardware).
 */
export interface StationCommands {
  /** Whether the station is registered; until then most calls are refused (B-04, B-05). */
  readonly registration: () => 'none' | 'pending' | 'rejected' | 'accepted';
  /** Lets a remote user charge; null chooses a free EVSE. */
  remoteStart(request: { readonly evse: number | null; readonly idToken: string }): 'accepted' | 'rejected';
  /** Ends the transaction that the backend knows under this id. */
  remoteStop(backendTransaction: string): 'accepted' | 'rejected';
  /** Restarts the station after its transactions have been closed. */
  reset(kind: 'soft' | 'hard'): 'accepted' | 'rejected';
  /** Sends something again that the backend wants to see. */
  trigger(what: TriggerRequest): 'accepted' | 'rejected' | 'notImplemented';
  /** Forgets cached identifiers; never touches the outbox (fault 28). */
  clearCache(): Promise<'accepted' | 'rejected'>;
  /** Sends parked messages again now. Returns how many will be tried. */
  resendParked(): number;
  readonly configuration: ConfigurationCommands;
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
