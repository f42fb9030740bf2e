/** What the backend's process tells. Moments are nanoseconds of the clock that all processes of the machine share. */
export type FromBackend =
  | { readonly kind: 'listening'; readonly url: string }
  /** As many stations as were expected have their answer to BootNotification, and all their statuses arrived. */
  | { readonly kind: 'registered'; readonly bootedNs: string; readonly completeNs: string }
  | { readonly kind: 'counted'; readonly counts: Counts };

/** What arrived since the last expectation. */
export interface Counts {
  /** Stations whose BootNotification was answered. */
  readonly booted: number;
  readonly statuses: number;
  readonly heartbeats: number;
  /** Calls of other kinds, and of stations that booted before. */
  readonly others: number;
  /** Connections that ended. */
  readonly lost: number;
}

/** What the backend's process is told. */
export type ToBackend =
  | { readonly kind: 'expect'; readonly stations: number; readonly statuses: number }
  | { readonly kind: 'count' };
