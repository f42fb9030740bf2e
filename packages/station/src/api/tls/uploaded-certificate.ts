import { createPrivateKey, type KeyObject, type X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';

import { KerbsideError, messageOf } from '../../core/errors.ts';
import { readPem, toPem } from '../../security/pem.ts';
import type { KeyedCertificate } from './own-certificate.ts';

const leastRsaBits = 2048;

/**
 * Checks what somebody wants the device to show to browsers: certificates, the device's first and each signed by the next, and the
 * private key of the first; PEM.
 * @throws KerbsideError `access.refused` that says what is wrong; never with anything of the key
 */
export function checkUpload(given: KeyedCertificate, nowMs: number): KeyedCertificate {
  const reading = readPem(given.certificate);
  if (!reading.ok) throw refused(`The certificate cannot be used: ${reading.problem}.`);
  const { certificates } = reading;
  const key = readKey(given.key);
  const [own] = certificates;
  if (own === undefined || !own.checkPrivateKey(key)) throw refused('The key is not that of the first certificate.');
  const problem = problemOf(own, nowMs) ?? chainProblem(certificates);
  if (problem !== null) throw refused(problem);
  const checked = {
    certificate: certificates.map((certificate) => toPem(certificate)).join(''),
    key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
  };
  try {
    createSecureContext({ cert: checked.certificate, key: checked.key });
  } catch (error) {
    throw new KerbsideError('access.refused', `TLS does not take the certificate: ${messageOf(error)}`, {
      cause: error,
    });
  }
  return checked;
}

/** The parser's own message is not told: it might quote what it was given. */
function readKey(pem: string): KeyObject {
  if (/ENCRYPTED/.test(pem)) throw refused('The key is protected by a password. Take that away first.');
  try {
    return createPrivateKey(pem);
  } catch {
    throw refused('The key cannot be read. Send it as PEM (-----BEGIN PRIVATE KEY-----).');
  }
}

function problemOf(own: X509Certificate, nowMs: number): string | null {
  if (own.ca) return 'The first certificate is that of an authority; the one of this device stands first.';
  if (own.validToDate.getTime() <= nowMs) return `The certificate has ended (${own.validTo}).`;
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = own.publicKey;
  if (type === 'rsa' && (details?.modulusLength ?? 0) < leastRsaBits)
    return `An RSA key has at least ${leastRsaBits} bits.`;
  if (type !== 'rsa' && type !== 'ec' && type !== 'ed25519') return `Browsers do not take a key of the kind ${type}.`;
  return null;
}

function chainProblem(certificates: readonly X509Certificate[]): string | null {
  for (const [index, certificate] of certificates.entries()) {
    const issuer = certificates[index + 1];
    if (issuer !== undefined && !certificate.verify(issuer.publicKey)) {
      return `Certificate ${index + 1} is not signed by certificate ${index + 2}: each is signed by the one after it.`;
    }
  }
  return null;
}

function refused(message: string): KerbsideError {
  return new KerbsideError('access.refused', message);
}
