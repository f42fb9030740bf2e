/** Calibration law at one station, as people see it and act on it; the station implements it. */
export interface ApiEichrecht {
  /** Asks the meters for it; one that does not answer is null. */
  view(): Promise<EichrechtView>;
  /**
   * Lifts a block that lasts; resolves when that and its entry in the legal logbook are on disk.
   * @throws KerbsideError `eichrecht.notBlocked`, `eichrecht.refused`, `store.unavailable`
   */
  release(
    request: { readonly evse: number; readonly cause: string; readonly reason: string },
    by: ActingPerson,
  ): Promise<void>;
  /**
   * Accepts the meter of an EVSE as it is now, with its key and its signing component.
   * @throws KerbsideError `eichrecht.refused`, `driver.lost`, `driver.refused`, `driver.timeout`, `store.unavailable`
   */
  commission(request: { readonly evse: number; readonly reason: string }, by: ActingPerson): Promise<void>;
}

/** Who acts, in which role and over which way. */
export interface ActingPerson {
  readonly role: 'operator' | 'manufacturer';
  readonly who: string;
}

/** How calibration law stands at a station. */
export interface EichrechtView {
  readonly connectors: readonly EichrechtConnector[];
  /** The archive of signed records. */
  readonly archive: {
    readonly records: number;
    /** Not confirmed by the backend. */
    readonly undelivered: number;
    readonly capacity: number;
    readonly blocked: string | null;
  };
}

/** How it stands at one connector. */
export interface EichrechtConnector {
  readonly evse: number;
  /** Whether calibration law applies there (`eichrecht.mode`). */
  readonly applies: boolean;
  readonly meter: {
    readonly serial: string;
    readonly publicKey: string | null;
    readonly clock: string;
    readonly condition: string;
    readonly pagination: number;
    /** Nothing that it signs may be billed by. */
    readonly test: boolean;
    readonly component: { readonly name: string; readonly version: string; readonly checksum: string } | null;
  } | null;
  /** Messages with signed data that the backend did not take in all their attempts. */
  readonly undelivered: number;
  /** Why nobody may start, the oldest first. */
  readonly blocks: readonly EichrechtBlock[];
}

/** One reason why nobody may start, in words. */
export interface EichrechtBlock {
  readonly cause: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** As the backend is told it. */
  readonly info: string;
  readonly sentence: string;
  /** What exactly is wrong; null when the sentence says it all. */
  readonly detail: string | null;
  readonly remedy: string;
  readonly releasableBy: 'nobody' | 'operator' | 'manufacturer';
}
