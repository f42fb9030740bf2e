import type { ConnectFailure } from '../../link/transport.ts';
import type { SecurityEventType } from '../../security/security-event-types.ts';

/** HTTP statuses by which a backend says that it does not let this station in. */
const notLetIn: ReadonlySet<number> = new Set([401, 403]);

const eventsOfTls: Readonly<Record<string, SecurityEventType>> = {
  CERTIFICATE_REFUSED: 'InvalidCentralSystemCertificate',
  TLS_VERSION: 'InvalidTLSVersion',
  TLS_CIPHER: 'InvalidTLSCipherSuite',
  TLS_NOT_SPOKEN: 'CentralSystemFailedToAuthenticate',
  TLS_CLIENT_REFUSED: 'FailedToAuthenticateAtCentralSystem',
};

/** The security event that a failed attempt to connect is (S-06, S-14); null for failures of another kind. */
export function securityEventOf({ detail }: ConnectFailure): SecurityEventType | null {
  if (detail.stage === 'tls') return eventsOfTls[detail.code] ?? null;
  return detail.stage === 'upgrade' && notLetIn.has(detail.status) ? 'FailedToAuthenticateAtCentralSystem' : null;
}

/**
 * Whether the backend may not have liked who the station says it is: in TLS 1.3 many only close the connection after they have
 * looked at the certificate.
 */
export function refusesStation({ detail }: ConnectFailure): boolean {
  if (detail.stage === 'tls') return detail.code !== 'CERTIFICATE_REFUSED' && detail.code !== 'TLS_NOT_SPOKEN';
  return detail.stage === 'upgrade' && (detail.status === 0 || notLetIn.has(detail.status));
}
