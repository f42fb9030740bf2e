import type { X509Certificate } from 'node:crypto';

import type { CertificateTime } from '../core/station-clock.ts';
import { isIssuedBy, isWeak, nameOf, validityProblem } from '../security/certificate-checks.ts';
import { extensionsOf } from '../security/certificate-extensions.ts';
import { readPem } from '../security/pem.ts';

/** A certificate that firmware may be signed with, or why it is not one. */
export type SignerJudgement =
  | { readonly ok: true; readonly certificate: X509Certificate }
  | { readonly ok: false; readonly problem: string };

/** What a signing certificate is judged by. */
export interface SignerExpectation {
  /** The manufacturer's roots that are installed. */
  readonly roots: readonly X509Certificate[];
  readonly time: CertificateTime;
}

/**
 * Judges the certificate that a firmware is said to be signed with (S-17): it, and those that were sent with it up to an installed
 * root of the manufacturer, must be valid now and strong enough, and its key must be for signing data. A root may sign by itself.
 * Revocation is not looked up: the station knows no list of it.
 */
export function judgeSigner(text: string, { roots, time }: SignerExpectation): SignerJudgement {
  const reading = readPem(text);
  if (!reading.ok) return reading;
  if (roots.length === 0) return refused('no root certificate of the manufacturer is installed');
  try {
    const [signer, ...sent] = reading.certificates;
    if (signer === undefined) return refused('it holds no certificate');
    const isRoot = roots.some((root) => root.raw.equals(signer.raw));
    const chain = isRoot ? [signer] : chainTo(signer, sent, roots);
    if (chain === null) return refused(`“${nameOf(signer)}” is signed by no installed root of the manufacturer`);
    const problem = chainProblem(chain, time) ?? (isRoot ? null : useProblem(signer));
    return problem === null ? { ok: true, certificate: signer } : refused(problem);
  } catch {
    // A key or signature of a kind that is unknown here.
    return refused('it cannot be checked');
  }
}

function refused(problem: string): SignerJudgement {
  return { ok: false, problem };
}

/** The certificates from the signer up to an installed root, without the root; null when none is reached. */
function chainTo(
  signer: X509Certificate,
  sent: readonly X509Certificate[],
  roots: readonly X509Certificate[],
): readonly X509Certificate[] | null {
  const chain = [signer];
  for (let last = signer; ;) {
    const root = roots.find((one) => isIssuedBy(last, one));
    if (root !== undefined) return [...chain, root];
    const issuer = sent.find((one) => !chain.includes(one) && one.ca && isIssuedBy(last, one));
    if (issuer === undefined) return null;
    chain.push(issuer);
    last = issuer;
  }
}

function chainProblem(chain: readonly X509Certificate[], time: CertificateTime): string | null {
  for (const [place, certificate] of chain.entries()) {
    const invalid = validityProblem(certificate, time);
    if (invalid !== null) return invalid;
    if (isWeak(certificate)) return `“${nameOf(certificate)}” uses a key or signature that is too weak`;
    const { pathLength } = extensionsOf(certificate);
    if (pathLength !== undefined && place - 1 > pathLength)
      return `“${nameOf(certificate)}” may not stand above so many authorities`;
  }
  return null;
}

function useProblem(signer: X509Certificate): string | null {
  const { signsData, unknownCritical } = extensionsOf(signer);
  if (signer.ca) return `“${nameOf(signer)}” is for an authority, not for signing firmware`;
  if (signsData === false) return `“${nameOf(signer)}” is not for signing data`;
  const [unknown] = unknownCritical;
  return unknown === undefined ? null : `it holds a critical extension that is not understood (${unknown})`;
}
