/** Three independent verdicts over the peer's chain. */
export interface TlsVerdict {
  readonly trusted: boolean;
  readonly valid: boolean;
  readonly nameMatches: boolean;
  readonly explanation: string;
}
