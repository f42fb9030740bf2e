import { X509Certificate } from 'node:crypto';

import { isIssuedBy } from '../../security/certificate-checks.ts';
import {
  certificateHashes,
  publicKeyBits,
  sameHashes,
  type CertificateHashes,
} from '../../security/certificate-hashes.ts';

const block = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu;

/** Every certificate in these PEM texts that can be read. */
export function certificatesIn(texts: readonly string[]): readonly X509Certificate[] {
  return texts.flatMap((text) => text.match(block) ?? []).flatMap(parse);
}

/** The certificate in these PEM texts that the hashes name, whatever else stands there; null when there is none. */
export function namedInFile(hashes: CertificateHashes, texts: readonly string[]): X509Certificate | null {
  const certificates = certificatesIn(texts);
  return (
    certificates.find((certificate) => {
      const issuer = certificates.find((one) => isIssuedBy(certificate, one));
      if (issuer === undefined) return false;
      return sameHashes(certificateHashes(certificate, publicKeyBits(issuer), hashes.algorithm), hashes);
    }) ?? null
  );
}

function parse(pem: string): X509Certificate[] {
  try {
    return [new X509Certificate(pem)];
  } catch {
    return [];
  }
}
