import type { X509Certificate } from 'node:crypto';
import { BlockList, isIP } from 'node:net';

import { extensionsOf } from '../security/certificate-extensions.ts';
import type { GeneralName, NameConstraints } from '../security/certificate-extensions.ts';

/**
 * Whether a chain (leaf first) speaks for `host`: the leaf names it (SAN; CN only when there is no SAN, whole-label wildcards
 * only; an address must stand as an address), and no authority above is barred from vouching for it (RFC 5280 §4.2.1.10).
 */
export function chainSpeaksFor(chain: readonly X509Certificate[], host: string): boolean {
  const [leaf, ...authorities] = chain;
  if (leaf === undefined || !leafNames(leaf, host)) return false;
  return authorities.every((authority) => mayVouchFor(extensionsOf(authority).nameConstraints, host));
}

function leafNames(leaf: X509Certificate, host: string): boolean {
  if (isIP(host) !== 0) return leaf.checkIP(host) !== undefined;
  const subject = leaf.subjectAltName === undefined ? 'always' : 'never';
  return leaf.checkHost(host.replace(/\.$/u, ''), { subject, wildcards: true, partialWildcards: false }) !== undefined;
}

function mayVouchFor(constraints: NameConstraints | undefined, host: string): boolean {
  if (constraints === undefined) return true;
  const kind = isIP(host) === 0 ? 'dns' : 'ip';
  const permitted = constraints.permitted.filter((name) => name.kind === kind);
  if (permitted.length > 0 && !permitted.some((name) => covers(name, host))) return false;
  return !constraints.excluded.some((name) => covers(name, host));
}

function covers(name: GeneralName, host: string): boolean {
  switch (name.kind) {
    case 'dns':
      return coversHost(name.suffix.replace(/^\./u, ''), host.replace(/\.$/u, '').toLowerCase());
    case 'ip':
      return isIP(host) !== 0 && coversAddress(name.addressAndMask, host);
    case 'other':
      return false;
  }
}

function coversHost(suffix: string, host: string): boolean {
  return isIP(host) === 0 && (suffix === '' || host === suffix || host.endsWith(`.${suffix}`));
}

function coversAddress(addressAndMask: Uint8Array, host: string): boolean {
  const half = addressAndMask.length / 2;
  const type = half === 4 ? 'ipv4' : 'ipv6';
  if (half !== 4 && half !== 16) return false;
  if ((isIP(host) === 4) !== (half === 4)) return false;
  const subnet = new BlockList();
  subnet.addSubnet(addressText(addressAndMask.subarray(0, half)), prefixLength(addressAndMask.subarray(half)), type);
  return subnet.check(host, type);
}

function prefixLength(mask: Uint8Array): number {
  return mask.reduce((bits, byte) => bits + byte.toString(2).replaceAll('0', '').length, 0);
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  return Array.from({ length: 8 }, (_, index) =>
    Buffer.from(bytes)
      .readUInt16BE(index * 2)
      .toString(16),
  ).join(':');
}
