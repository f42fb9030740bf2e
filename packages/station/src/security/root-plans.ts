import type { X509Certificate } from 'node:crypto';

import type { CertificateTime } from '../core/station-clock.ts';
import { isIssuedBy, nameOf } from './certificate-checks.ts';
import { sameHashes, type CertificateHashes } from './certificate-hashes.ts';
import { certificateOf, hashesOf, installedRoot, type InstalledRoot, type RootKind } from './certificate-store.ts';
import { judgeRoot } from './offered-root.ts';

/** What the rules for an installation look at. */
export interface RootRules {
  readonly time: CertificateTime;
  /** The most roots of all kinds. */
  readonly maximum: number;
  /** AdditionalRootCertificateCheck: one root for backends, its successor signed by it (S-11). */
  readonly succession: boolean;
  /** Roots that were given to the station in another way (`backend.tlsCaFile`). */
  readonly given: readonly X509Certificate[];
}

/** What is to be done about a root that somebody offers. */
export type InstallPlan =
  | { readonly kind: 'install'; readonly root: InstalledRoot; readonly remove: readonly InstalledRoot[] }
  /** It is installed already. */
  | { readonly kind: 'present' }
  /** `invalid`: something is wrong with the certificate itself. */
  | { readonly kind: 'refused'; readonly problem: string; readonly invalid: boolean };

/** Decides about a root of `kind` that is offered as a PEM text, over those that are installed. */
export function planInstall(
  offer: { readonly kind: RootKind; readonly pem: string },
  installed: readonly InstalledRoot[],
  rules: RootRules,
): InstallPlan {
  const judgement = judgeRoot(offer.pem, rules.time, [...installed.map(certificateOf), ...rules.given]);
  if (!judgement.ok) return { kind: 'refused', problem: judgement.problem, invalid: true };
  const { certificate, issuer } = judgement;
  const ofKind = installed.filter(({ kind }) => kind === offer.kind);
  if (ofKind.some(({ fingerprint }) => fingerprint === certificate.fingerprint256)) return { kind: 'present' };
  const checked = rules.succession && offer.kind === 'centralSystem';
  const before = ofKind.length > 0 ? ofKind.map(certificateOf) : rules.given;
  if (checked && before.length > 0 && !before.some((root) => isIssuedBy(certificate, root)))
    return { kind: 'refused', problem: notSucceeding(certificate), invalid: true };
  const succeeds = checked && ofKind.length > 0;
  // A successor that never proved itself makes room; what it was to replace stays as the fall-back.
  const remove = succeeds ? ofKind.filter(({ replacing }) => replacing) : [];
  if (installed.length - remove.length >= rules.maximum)
    return {
      kind: 'refused',
      problem: `${rules.maximum} certificates are installed, there is no room`,
      invalid: false,
    };
  const { kind } = offer;
  const root = installedRoot(certificate, { kind, issuer, installedMs: rules.time.nowMs, replacing: succeeds });
  return { kind: 'install', root, remove };
}

function notSucceeding(certificate: X509Certificate): string {
  return `“${nameOf(certificate)}” is not signed by the root that it is to replace (security.additionalRootCertificateCheck)`;
}

/** What changes when a link was verified by a root that replaces others, as long as that is the rule; null when nothing does. */
export function planSuccession(
  installed: readonly InstalledRoot[],
  anchor: string,
  succession: boolean,
): { readonly add: InstalledRoot; readonly remove: readonly InstalledRoot[] } | null {
  const successor = installed.find(({ fingerprint, replacing }) => replacing && fingerprint === anchor);
  if (successor === undefined) return null;
  const others = installed.filter((root) => root !== successor && root.kind === successor.kind);
  const remove = succession ? others : [];
  return { add: { ...successor, replacing: false }, remove };
}

/** What the backends that are trusted now depend on. */
export interface TrustInUse {
  /** The fingerprint of the certificate that verified the open link; null without one. */
  readonly anchor: string | null;
  /** Whether the next link is to be verified at all, and by what beside the roots that are installed here. */
  readonly verified: boolean;
  readonly otherRoots: boolean;
}

/** Why a root cannot be taken away; null when it can (S-13). */
export function deletionProblem(
  root: InstalledRoot,
  installed: readonly InstalledRoot[],
  trust: TrustInUse,
): string | null {
  if (root.kind !== 'centralSystem') return null;
  if (trust.anchor === root.fingerprint) return 'the link in use was verified by it';
  const isLast = !installed.some((one) => one !== root && one.kind === root.kind);
  if (isLast && trust.verified && !trust.otherRoots) return 'it is the last root by which the backend can be verified';
  return null;
}

/** The root that these hashes name; in each kind there is at most one. */
export function rootsNamed(hashes: CertificateHashes, installed: readonly InstalledRoot[]): readonly InstalledRoot[] {
  return installed.filter((root) => sameHashes(hashesOf(root, hashes.algorithm), hashes));
}
