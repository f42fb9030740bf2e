/** What an open link is secured by. */
export interface VerifiedLink {
  /** False below security profile 2. */
  readonly tls: boolean;
  /** The fingerprint of the trusted certificate that verified the backend; null without TLS, or where none had to. */
  readonly anchor: string | null;
  /** Until when the certificates that verified the backend are valid (wall ms); null when that was not judged. */
  readonly validToMs: number | null;
}
