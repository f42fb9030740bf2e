import { rootCertificates } from 'node:tls';

/** The public roots, and those that the station trusts beside them. */
export function trustedRootsOf(own: readonly string[]): readonly string[] {
  return [...rootCertificates, ...own];
}
