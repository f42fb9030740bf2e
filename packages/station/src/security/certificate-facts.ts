import type { X509Certificate } from 'node:crypto';

import { isSelfIssued, nameOf } from './certificate-checks.ts';

/** One certificate for people; distinguished names in one line. */
export interface CertificateFacts {
  readonly name: string;
  readonly subject: string;
  readonly issuer: string;
  readonly validFromMs: number;
  readonly validToMs: number;
  /** DNS names and addresses that it is for. */
  readonly names: readonly string[];
  readonly selfSigned: boolean;
  /** SHA-256, hex with colons. */
  readonly fingerprint: string;
}

/** What a person wants to know of a certificate. */
export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const { subject, issuer, subjectAltName } = certificate;
  return {
    name: nameOf(certificate),
    subject: oneLine(subject),
    issuer: oneLine(issuer),
    validFromMs: certificate.validFromDate.getTime(),
    validToMs: certificate.validToDate.getTime(),
    names: namesIn(subjectAltName),
    selfSigned: isSelfIssued(certificate),
    fingerprint: certificate.fingerprint256,
  };
}

function oneLine(distinguished: string | undefined): string {
  return (distinguished ?? '').replaceAll('\n', ', ');
}

/** Node writes `DNS:a.example, IP Address:192.0.2.1`. */
function namesIn(subjectAltName: string | undefined): readonly string[] {
  return [...(subjectAltName ?? '').matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]+)/gu)].map(([, name = '']) =>
    name.trim(),
  );
}
