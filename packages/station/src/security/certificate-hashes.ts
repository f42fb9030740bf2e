import { createHash, type X509Certificate } from 'node:crypto';

import { derElements, type DerElement } from './der.ts';

/** The digests that OCPP knows for certificates. */
export type HashAlgorithm = 'SHA256' | 'SHA384' | 'SHA512';

/** What names a certificate in OCPP: that of OCSP (RFC 6960 §4.1.1). Hexadecimal digits in lower case. */
export interface CertificateHashes {
  readonly algorithm: HashAlgorithm;
  /** Of the issuer's distinguished name, DER, as it stands in the certificate. */
  readonly issuerNameHash: string;
  /** Of the issuer's public key: the content of its BIT STRING without tag, length and number of unused bits. */
  readonly issuerKeyHash: string;
  /** Without leading zeros. */
  readonly serialNumber: string;
}

const version = 0xa0;
const bitString = 0x03;

/** The hashes of a certificate whose issuer has `issuerKey` (see `publicKeyBits`). */
export function certificateHashes(
  certificate: X509Certificate,
  issuerKey: Uint8Array,
  algorithm: HashAlgorithm,
): CertificateHashes {
  return {
    algorithm,
    issuerNameHash: digest(algorithm, fieldsOf(certificate).issuer?.encoded ?? new Uint8Array()),
    issuerKeyHash: digest(algorithm, issuerKey),
    serialNumber: serialNumberOf(certificate),
  };
}

/** Whether both name the same certificate, whatever the case of the digits and however many zeros lead. */
export function sameHashes(one: CertificateHashes, other: CertificateHashes): boolean {
  return (
    one.algorithm === other.algorithm &&
    one.issuerNameHash.toLowerCase() === other.issuerNameHash.toLowerCase() &&
    one.issuerKeyHash.toLowerCase() === other.issuerKeyHash.toLowerCase() &&
    plainSerial(one.serialNumber) === plainSerial(other.serialNumber)
  );
}

/** The public key of a certificate as issuers are identified by it: the bits alone, as they stand there. */
export function publicKeyBits(certificate: X509Certificate): Uint8Array {
  const key = childrenOf(fieldsOf(certificate).subjectPublicKeyInfo).find(({ tag }) => tag === bitString);
  return key?.content.subarray(1) ?? new Uint8Array();
}

/** The serial number in lower case without leading zeros; begins with a minus where a certificate breaks RFC 5280. */
export function serialNumberOf({ serialNumber }: X509Certificate): string {
  return plainSerial(serialNumber);
}

function plainSerial(digits: string): string {
  return digits.toLowerCase().replace(/^0+(?=.)/u, '');
}

function fieldsOf(certificate: X509Certificate): {
  readonly issuer: DerElement | undefined;
  readonly subjectPublicKeyInfo: DerElement | undefined;
} {
  const [body] = childrenOf(derElements(certificate.raw)[0]);
  // RFC 5280 §4.1: [version], serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo …
  const [, , issuer, , , subjectPublicKeyInfo] = childrenOf(body).filter(({ tag }) => tag !== version);
  return { issuer, subjectPublicKeyInfo };
}

function childrenOf(element: DerElement | undefined): DerElement[] {
  return element === undefined ? [] : derElements(element.content);
}

function digest(algorithm: HashAlgorithm, content: Uint8Array): string {
  return createHash(algorithm).update(content).digest('hex');
}
