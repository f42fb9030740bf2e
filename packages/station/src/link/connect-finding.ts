import type { CertificateFacts } from '../security/certificate-facts.ts';
import type { TlsVerdict } from './tls-verdict.ts';

/** What an attempt finds out on its way, stage by stage, for the doctor; nobody else listens. */
export type ConnectFinding =
  /** The name was resolved; the addresses in the order of the resolver. */
  | { readonly kind: 'addresses'; readonly host: string; readonly addresses: readonly string[] }
  /** One of several addresses took no connection. */
  | { readonly kind: 'addressFailed'; readonly address: string; readonly code: string }
  | { readonly kind: 'connected'; readonly address: string; readonly port: number; readonly localAddress: string }
  | { readonly kind: 'secured'; readonly tls: TlsFinding }
  /** The answer to the upgrade; the headers that explain it. */
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly statusText: string;
      readonly server: string | null;
      readonly location: string | null;
      readonly subProtocol: string | null;
      readonly extensions: string | null;
    };

/** A TLS handshake that came to its end, and our verdict over it. */
export interface TlsFinding {
  /** Such as `TLSv1.3`. */
  readonly version: string;
  readonly cipher: string;
  readonly accepted: boolean;
  readonly verdict: TlsVerdict;
  readonly warnings: readonly string[];
  /** The chain as the server sent it, leaf first. */
  readonly sent: readonly CertificateFacts[];
  /** The name of the authority that nobody has: neither sent nor trusted here; null when the chain breaks elsewhere or not at all. */
  readonly missingIssuer: string | null;
  /** Whether a public root has that name, though public roots are not trusted here. */
  readonly missingIsPublic: boolean;
}
