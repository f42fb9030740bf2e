import type { X509Certificate } from 'node:crypto';

import { commonName, isIssuedBy, isValidAt, isWeak, nameOf } from '../security/certificate-checks.ts';
import { extensionsOf } from '../security/certificate-extensions.ts';
import type { TrustAnchors } from './trust-anchors.ts';

/** A chain longer than this, or a search that needs more steps, is no honest one. */
const LONGEST_CHAIN = 10;
const MOST_STEPS = 200;

/** Extended key usages that a server's certificate may show: serverAuth and any. */
const SERVER_USAGES: ReadonlySet<string> = new Set(['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']);

/** The way from a server's certificate to a trust anchor, or as far as there is one. */
export interface ChainFinding {
  /** Leaf first; ends with the anchor when trusted. */
  readonly chain: readonly X509Certificate[];
  readonly trusted: boolean;
  /** Why there is no trust, for people; empty when there is. */
  readonly problem: string;
  /** The distinguished name of the authority that was neither sent nor is trusted; null when that is not what is wrong. */
  readonly missingIssuer: string | null;
}

/**
 * Walks from the leaf (first of `sent`) to a trust anchor (S-06): every link by name, key identifier and signature, every
 * issuer an authority. Of several ways one that is valid at `nowMs` is preferred.
 */
export function findChain(sent: readonly X509Certificate[], anchors: TrustAnchors, nowMs: number): ChainFinding {
  const [leaf, ...others] = sent;
  if (leaf === undefined)
    return { chain: [], trusted: false, problem: 'The backend sent no certificate', missingIssuer: null };
  const walk = new Walk(others, anchors);
  let honest: readonly X509Certificate[] | undefined;
  let flawed: readonly X509Certificate[] | undefined;
  for (const chain of walk.from([leaf])) {
    if (flawOf(chain) !== undefined) flawed ??= chain;
    else if (chain.every((one) => isValidAt(one, nowMs))) return trustedBy(chain);
    else honest ??= chain;
  }
  if (honest !== undefined) return trustedBy(honest);
  if (flawed !== undefined)
    return { chain: flawed, trusted: false, problem: flawOf(flawed) ?? '', missingIssuer: null };
  const { longest, problem, missingIssuer: missing } = walk;
  return { chain: longest, trusted: false, problem, missingIssuer: missing };
}

function trustedBy(chain: readonly X509Certificate[]): ChainFinding {
  return { chain, trusted: true, problem: '', missingIssuer: null };
}

/** The search, depth first, trust anchors before what the server sent. */
class Walk {
  readonly #sent: readonly X509Certificate[];
  readonly #anchors: TrustAnchors;
  longest: readonly X509Certificate[] = [];
  problem = '';
  missingIssuer: string | null = null;
  #steps = 0;

  constructor(sent: readonly X509Certificate[], anchors: TrustAnchors) {
    this.#sent = sent;
    this.#anchors = anchors;
  }

  /** All ways from the end of `chain` to an anchor. */
  *from(chain: readonly X509Certificate[]): Generator<readonly X509Certificate[]> {
    const last = chain.at(-1);
    this.#steps += 1;
    if (last === undefined || chain.length > LONGEST_CHAIN || this.#steps > MOST_STEPS) return;
    if (this.#anchors.installed(last)) return yield chain;
    if (chain.length > this.longest.length) {
      this.longest = chain;
      this.problem = unknownIssuer(last, chain.length);
      this.missingIssuer = last.issuer;
    }
    for (const anchor of this.#anchors.named(last.issuer)) if (this.#issued(anchor, last)) yield [...chain, anchor];
    for (const next of this.#sent)
      if (!chain.includes(next) && this.#issued(next, last)) yield* this.from([...chain, next]);
  }

  #issued(issuer: X509Certificate, certificate: X509Certificate): boolean {
    if (issuer.subject !== certificate.issuer) return false;
    this.#steps += 1;
    if (!issuer.ca)
      return this.#refuse(`“${nameOf(issuer)}” signed “${nameOf(certificate)}” but is no certificate authority`);
    if (!isIssuedBy(certificate, issuer)) {
      return this.#refuse(
        `The signature of “${nameOf(certificate)}” is not by the authority “${nameOf(issuer)}” it names`,
      );
    }
    return true;
  }

  #refuse(problem: string): false {
    this.problem = problem;
    this.missingIssuer = null;
    return false;
  }
}

function unknownIssuer(last: X509Certificate, length: number): string {
  if (last.subject === last.issuer) {
    const what = length === 1 ? 'The backend’s certificate is self-signed and' : `The root “${nameOf(last)}”`;
    return `${what} is not installed here as trusted`;
  }
  return `The authority “${commonName(last.issuer)}” is unknown: it is not installed here, or the backend does not send an intermediate certificate`;
}

/** What is wrong with a chain that is complete and signed; undefined when nothing is. */
function flawOf(chain: readonly X509Certificate[]): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const flaw = flawAt(certificate, index, chain);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function flawAt(certificate: X509Certificate, index: number, chain: readonly X509Certificate[]): string | undefined {
  const { pathLength, unknownCritical } = extensionsOf(certificate);
  const name = nameOf(certificate);
  const below = chain.slice(1, index).filter((one) => one.subject !== one.issuer).length;
  if (pathLength !== undefined && below > pathLength) return `“${name}” may not stand above so many authorities`;
  // What an anchor says of itself is not proven by its signature, and nothing depends on it.
  if (index > 0 && index === chain.length - 1) return undefined;
  if (unknownCritical.length > 0)
    return `“${name}” holds a critical extension that is not understood (${unknownCritical[0]})`;
  if (!isForServers(certificate)) return `“${name}” was not issued for servers`;
  if (isWeak(certificate)) return `“${name}” uses a key or signature that is too weak`;
  return undefined;
}

function isForServers(certificate: X509Certificate): boolean {
  // Node calls the extended key usage `keyUsage`.
  const usages: readonly string[] | undefined = certificate.keyUsage;
  return usages === undefined || usages.some((usage) => SERVER_USAGES.has(usage));
}
