import type { X509Certificate } from 'node:crypto';

import { derElements } from './der.ts';
import type { DerElement } from './der.ts';

/** What Node does not tell of a certificate and a chain must be judged by (RFC 5280 §4.2). */
export interface CertificateExtensions {
  /** How many authorities may stand below this one; undefined without limit. */
  readonly pathLength: number | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** Whether its key may sign data (keyUsage digitalSignature); undefined where it does not say what its key is for. */
  readonly signsData: boolean | undefined;
  /** Object identifiers (hex) of critical extensions that nobody here understands. */
  readonly unknownCritical: readonly string[];
}

/** The names for which an authority may vouch: DNS suffixes, and addresses with their masks. */
export interface NameConstraints {
  readonly permitted: readonly GeneralName[];
  readonly excluded: readonly GeneralName[];
}

export type GeneralName =
  | { readonly kind: 'dns'; readonly suffix: string }
  | { readonly kind: 'ip'; readonly addressAndMask: Uint8Array }
  | { readonly kind: 'other' };

const OID = { basicConstraints: '551d13', keyUsage: '551d0f', nameConstraints: '551d1e' } as const;

/** Extensions that are judged here, by Node, or that restrict nothing for a TLS client. */
const UNDERSTOOD: ReadonlySet<string> = new Set([
  OID.basicConstraints,
  OID.nameConstraints,
  '551d0e', // subjectKeyIdentifier
  '551d0f', // keyUsage
  '551d11', // subjectAltName
  '551d12', // issuerAltName
  '551d1f', // cRLDistributionPoints
  '551d20', // certificatePolicies
  '551d21', // policyMappings
  '551d23', // authorityKeyIdentifier
  '551d24', // policyConstraints
  '551d25', // extKeyUsage
  '551d36', // inhibitAnyPolicy
]);

const TAG = { boolean: 0x01, integer: 0x02, octets: 0x04, extensions: 0xa3, dns: 0x82, ip: 0x87 } as const;

/** Reads the extensions of a certificate that Node was able to parse. */
export function extensionsOf(certificate: X509Certificate): CertificateExtensions {
  const [body] = children(derElements(certificate.raw)[0]);
  const list = children(children(body).find(({ tag }) => tag === TAG.extensions))[0];
  const extensions = children(list).map(readExtension);
  const contentOf = (oid: string): Uint8Array | undefined =>
    extensions.find((extension) => extension.oid === oid)?.content;
  return {
    pathLength: pathLengthOf(contentOf(OID.basicConstraints)),
    nameConstraints: nameConstraintsOf(contentOf(OID.nameConstraints)),
    signsData: signsDataOf(contentOf(OID.keyUsage)),
    unknownCritical: extensions.filter(({ critical, oid }) => critical && !UNDERSTOOD.has(oid)).map(({ oid }) => oid),
  };
}

function children(element: DerElement | undefined): DerElement[] {
  return element === undefined ? [] : derElements(element.content);
}

function readExtension(element: DerElement): { oid: string; critical: boolean; content: Uint8Array } {
  const parts = children(element);
  const critical = parts.find(({ tag }) => tag === TAG.boolean)?.content[0] ?? 0;
  const content = parts.find(({ tag }) => tag === TAG.octets)?.content ?? new Uint8Array();
  return { oid: Buffer.from(parts[0]?.content ?? []).toString('hex'), critical: critical !== 0, content };
}

function pathLengthOf(content: Uint8Array | undefined): number | undefined {
  const limit =
    content === undefined ? undefined : children(derElements(content)[0]).find(({ tag }) => tag === TAG.integer);
  return limit?.content.reduce((sum, byte) => sum * 256 + byte, 0);
}

/** The first bit of the string of bits, behind the count of those that are unused. */
function signsDataOf(content: Uint8Array | undefined): boolean | undefined {
  if (content === undefined) return undefined;
  return ((derElements(content)[0]?.content[1] ?? 0) & 0x80) !== 0;
}

function nameConstraintsOf(content: Uint8Array | undefined): NameConstraints | undefined {
  if (content === undefined) return undefined;
  const parts = children(derElements(content)[0]);
  const names = (tag: number): GeneralName[] => children(parts.find((part) => part.tag === tag)).map(subtreeName);
  return { permitted: names(0xa0), excluded: names(0xa1) };
}

function subtreeName(subtree: DerElement): GeneralName {
  const [name] = children(subtree);
  if (name?.tag === TAG.dns) return { kind: 'dns', suffix: Buffer.from(name.content).toString('latin1').toLowerCase() };
  if (name?.tag === TAG.ip) return { kind: 'ip', addressAndMask: name.content };
  return { kind: 'other' };
}
