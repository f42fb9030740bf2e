/** What the backend's process tells. */
export type FromBackend =
  | { readonly kind: 'listening'; readonly url: string }
  /** A BootNotification arrived, by the clock that all processes of the machine share (nanoseconds). */
  | { readonly kind: 'booted'; readonly atNs: string }
  /** The calls since it was last asked. */
  | { readonly kind: 'counted'; readonly calls: number };
