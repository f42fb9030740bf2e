import type { X509Certificate } from 'node:crypto';

import type { CertificateTime } from '../core/station-clock.ts';

/** The name of a certificate for people: its common name, or all of its subject. */
export function nameOf(certificate: X509Certificate): string {
  return commonName(certificate.subject);
}

/** The common name in a distinguished name as Node writes it, or all of it in one line. */
export function commonName(distinguished: string): string {
  return /^CN=(.*)$/mu.exec(distinguished)?.[1] ?? distinguished.replaceAll('\n', ', ');
}

/** Whether a certificate is within its validity at a wall time. */
export function isValidAt(certificate: X509Certificate, nowMs: number): boolean {
  return certificate.validFromDate.getTime() <= nowMs && nowMs <= certificate.validToDate.getTime();
}

/** What the clocks of an authority and a station may differ by. */
const clockDifferenceMs = 300_000;

/**
 * Why a certificate is not valid now; null when it is. One that was just made may begin some minutes ahead of the station's clock.
 * Without a valid clock only the end can be judged: the floor is a time that has certainly passed (parameters.md 5).
 */
export function validityProblem(certificate: X509Certificate, time: CertificateTime): string | null {
  const { validFromDate, validToDate } = certificate;
  if (validToDate.getTime() < time.nowMs) return `“${nameOf(certificate)}” expired on ${dayOf(validToDate)}`;
  if (!time.clockValid || validFromDate.getTime() <= time.nowMs + clockDifferenceMs) return null;
  return `“${nameOf(certificate)}” is valid only from ${dayOf(validFromDate)}`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, 10);
}

/** Whether `issuer` has the name, the key identifier and the key that signed `certificate`. Whether it is an authority is not judged. */
export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return (
      certificate.issuer === issuer.subject && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
    );
  } catch {
    return false;
  }
}

/** Whether a certificate names itself as its issuer. */
export function isSelfIssued(certificate: X509Certificate): boolean {
  return certificate.subject === certificate.issuer;
}

const weakDigest = /md[245]|sha-?1\b|sha1/iu;
const fewestRsaBits = 2048;
const fewestCurveBits = 256;

/** Whether key or signature are of no worth any more: MD5, SHA-1, RSA below 2048 bits, curves below 256 bits, DSA. */
export function isWeak(certificate: X509Certificate): boolean {
  if (weakDigest.test(certificate.signatureAlgorithm ?? '')) return true;
  const { asymmetricKeyType = '', asymmetricKeyDetails } = certificate.publicKey;
  if (asymmetricKeyType.startsWith('rsa')) return (asymmetricKeyDetails?.modulusLength ?? 0) < fewestRsaBits;
  if (asymmetricKeyType === 'ec')
    return Number(/\d{3}/u.exec(asymmetricKeyDetails?.namedCurve ?? '')?.[0] ?? 0) < fewestCurveBits;
  return asymmetricKeyType === 'dsa';
}
