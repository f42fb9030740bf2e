import { createPrivateKey, type X509Certificate } from 'node:crypto';

import type { CertificateTime } from '../core/station-clock.ts';
import { isIssuedBy, isWeak, nameOf, validityProblem } from './certificate-checks.ts';
import { extensionsOf } from './certificate-extensions.ts';
import type { RequestedSubject } from './certificate-request.ts';
import { readPem, toPem } from './pem.ts';

/** What a signed certificate of this station must fit. */
export interface SigningExpectation {
  /** Private keys (PEM) for one of which it must be: those of open requests, and the one in use. */
  readonly keys: readonly string[];
  /** Whom a certificate for one of these keys has to name; an organisation '' demands none. */
  readonly subject: (key: string) => RequestedSubject;
  /** In characters. */
  readonly longestChain: number;
  readonly time: CertificateTime;
  /** The roots that are installed. */
  readonly roots: readonly X509Certificate[];
}

/** A signed certificate that can be used, or why it cannot. */
export type SigningJudgement =
  | {
      readonly ok: true;
      /** The key that it is for. */
      readonly key: string;
      /** PEM, the station's own first, each followed by its issuer. */
      readonly chain: string;
      readonly certificate: X509Certificate;
    }
  | { readonly ok: false; readonly problem: string };

const clientUsages: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.2', '2.5.29.37.0']);

/**
 * Judges what a backend sends in CertificateSigned (S-09): the certificate is for a key of this station, names it and its operator,
 * is valid now, and each further one has signed the one before. Whether the top is by a root that is installed does not matter:
 * those are for the backend's own certificate, and operators have stations signed by another authority. But who uses the name and
 * the key identifier of an installed root must have been signed by it.
 */
export function judgeSigned(text: string, expectation: SigningExpectation): SigningJudgement {
  const { keys, longestChain } = expectation;
  if (text.length > longestChain) return refused(`it has ${text.length} characters, at most ${longestChain} are taken`);
  const reading = readPem(text);
  if (!reading.ok) return reading;
  try {
    const found = ownCertificate(reading.certificates, keys);
    if (found === undefined) return refused('it is for no key of this station');
    const chain = chainFrom(found.certificate, reading.certificates);
    const problem = problemOf(found, chain, reading.certificates.length, expectation);
    if (problem !== null) return refused(problem);
    return { ok: true, ...found, chain: chain.map(toPem).join('') };
  } catch {
    // A key or signature of a kind that is unknown here.
    return refused('it cannot be checked');
  }
}

function refused(problem: string): SigningJudgement {
  return { ok: false, problem };
}

/** Backends send the chain in any order: the station's own is the one for its key. */
function ownCertificate(
  certificates: readonly X509Certificate[],
  keys: readonly string[],
): { readonly certificate: X509Certificate; readonly key: string } | undefined {
  for (const key of keys) {
    const privateKey = createPrivateKey(key);
    const certificate = certificates.find((one) => one.checkPrivateKey(privateKey));
    if (certificate !== undefined) return { certificate, key };
  }
  return undefined;
}

function chainFrom(own: X509Certificate, sent: readonly X509Certificate[]): readonly X509Certificate[] {
  const chain = [own];
  for (let last = own; ;) {
    const issuer = sent.find((one) => !chain.includes(one) && isIssuedBy(last, one));
    if (issuer === undefined) return chain;
    chain.push(issuer);
    last = issuer;
  }
}

function problemOf(
  { certificate: own, key }: { readonly certificate: X509Certificate; readonly key: string },
  chain: readonly X509Certificate[],
  sent: number,
  { subject, time, roots }: SigningExpectation,
): string | null {
  if (chain.length < sent) return 'the certificates of the chain have not signed each other';
  for (const certificate of chain) {
    const invalid = validityProblem(certificate, time);
    if (invalid !== null) return invalid;
    if (isWeak(certificate)) return `“${nameOf(certificate)}” uses a key or signature that is too weak`;
  }
  return (
    subjectProblem(own, subject(key)) ??
    usageProblem(own) ??
    authorityProblem(chain) ??
    rootProblem(chain.at(-1), roots)
  );
}

function subjectProblem(own: X509Certificate, { commonName, organization }: RequestedSubject): string | null {
  const { CN, O } = own.toLegacyObject().subject as { readonly CN?: unknown; readonly O?: unknown };
  if (CN !== commonName) return `it is for “${String(CN)}”, and this station is “${commonName}”`;
  if (organization !== '' && O !== organization)
    return `its organisation is “${String(O)}”, and the operator is “${organization}”`;
  return null;
}

function usageProblem(own: X509Certificate): string | null {
  if (own.ca) return 'it is for an authority, not for a station';
  // Node calls the extended key usage `keyUsage`.
  const usages: readonly string[] | undefined = own.keyUsage;
  if (usages !== undefined && !usages.some((usage) => clientUsages.has(usage))) return 'it was not issued for clients';
  const [unknown] = extensionsOf(own).unknownCritical;
  return unknown === undefined ? null : `it holds a critical extension that is not understood (${unknown})`;
}

function authorityProblem(chain: readonly X509Certificate[]): string | null {
  for (const [index, authority] of chain.slice(1).entries()) {
    if (!authority.ca) return `“${nameOf(authority)}” is no certificate authority`;
    const { pathLength } = extensionsOf(authority);
    if (pathLength !== undefined && index > pathLength)
      return `“${nameOf(authority)}” may not stand above so many authorities`;
  }
  return null;
}

function rootProblem(top: X509Certificate | undefined, roots: readonly X509Certificate[]): string | null {
  const claimed = roots.find((root) => top?.checkIssued(root) === true && !top.raw.equals(root.raw));
  if (top === undefined || claimed === undefined || isIssuedBy(top, claimed)) return null;
  return `it names the installed root “${nameOf(claimed)}” as its issuer, which has not signed it`;
}
