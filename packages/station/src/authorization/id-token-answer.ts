/** What a backend says of an identifier. */
export interface IdTokenAnswer {
  readonly status: 'accepted' | 'blocked' | 'expired' | 'invalid' | 'concurrentTx';
  /** Wall time after which it counts as expired; null = never. */
  readonly expiryMs: number | null;
  /** The group that it belongs to; null = none. */
  readonly parentIdToken: string | null;
}
