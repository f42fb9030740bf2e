import type { X509Certificate } from 'node:crypto';

import type { CertificateTime } from '../core/station-clock.ts';
import { isIssuedBy, isSelfIssued, isWeak, nameOf, validityProblem } from './certificate-checks.ts';
import { serialNumberOf } from './certificate-hashes.ts';
import { readPem } from './pem.ts';

/** What became of a text that somebody wants to have installed as a root. */
export type RootJudgement =
  | {
      readonly ok: true;
      readonly certificate: X509Certificate;
      /** Who signed it: itself, or one of those that are installed. */
      readonly issuer: X509Certificate;
    }
  /** `problem` ends no sentence and begins with no capital. */
  | { readonly ok: false; readonly problem: string };

/** CertificateHashDataType.serialNumber carries no more. */
const longestSerialDigits = 40;

/**
 * Judges a root before it is installed (S-11): one PEM certificate, valid now, an authority that may sign certificates, neither key
 * nor signature weak, and signed by itself or by one of `installed`: of any other issuer nobody here could tell the key hash.
 */
export function judgeRoot(pem: string, time: CertificateTime, installed: readonly X509Certificate[]): RootJudgement {
  const reading = readPem(pem);
  if (!reading.ok) return reading;
  const [certificate, ...more] = reading.certificates;
  if (certificate === undefined || more.length > 0)
    return { ok: false, problem: `it holds ${reading.certificates.length} certificates; exactly one is taken` };
  const issuer = [certificate, ...installed].find((one) => one.ca && isIssuedBy(certificate, one));
  const problem = problemOf(certificate, time);
  if (problem !== null) return { ok: false, problem };
  return issuer === undefined ? { ok: false, problem: unknownIssuer(certificate) } : { ok: true, certificate, issuer };
}

function problemOf(certificate: X509Certificate, time: CertificateTime): string | null {
  const invalid = validityProblem(certificate, time);
  if (invalid !== null) return invalid;
  // Node's `ca` takes no version 1, and none whose key usage is without keyCertSign.
  if (!certificate.ca)
    return `“${nameOf(certificate)}” is no certificate authority (basic constraints CA, key usage keyCertSign)`;
  if (hasWeakness(certificate)) return `“${nameOf(certificate)}” uses a key or signature that is too weak`;
  const serial = serialNumberOf(certificate);
  if (serial.startsWith('-') || serial.length > longestSerialDigits)
    return `“${nameOf(certificate)}” has a serial number that OCPP cannot carry`;
  return null;
}

function hasWeakness(certificate: X509Certificate): boolean {
  try {
    return isWeak(certificate);
  } catch {
    // A key of a kind that is unknown here.
    return true;
  }
}

function unknownIssuer(certificate: X509Certificate): string {
  const name = `“${nameOf(certificate)}”`;
  if (isSelfIssued(certificate)) return `the signature of ${name} is not by its own key`;
  return `${name} is no root: the authority that signed it has to be installed first`;
}
