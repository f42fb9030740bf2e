import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { brainpoolP256r1, brainpoolP384r1 } from '@noble/curves/misc.js';
import { p256, p384 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';

/** SEC 2 version 1.0, clause 2.2: curves of 192 bits, which noble leaves out. Old meters still sign with them. */
const secp192r1 = weierstrass({
  p: 0xfffffffffffffffffffffffffffffffeffffffffffffffffn,
  n: 0xffffffffffffffffffffffff99def836146bc9b1b4d22831n,
  h: 1n,
  a: 0xfffffffffffffffffffffffffffffffefffffffffffffffcn,
  b: 0x64210519e59c80e70fa7e9ab72243049feb8deecc146b9b1n,
  Gx: 0x188da80eb03090f67cbf20eb43a18800f4ff0afd82ff1012n,
  Gy: 0x07192b95ffc8da78631011ed6b24cdd573f977a11e794811n,
});
const secp192k1 = weierstrass({
  p: 0xfffffffffffffffffffffffffffffffffffffffeffffee37n,
  n: 0xfffffffffffffffffffffffe26f2fc170f69466a74defd8dn,
  h: 1n,
  a: 0n,
  b: 3n,
  Gx: 0xdb4ff10ec057e9ae26b07d0280b7f4341da5d1b1eae06c7dn,
  Gy: 0x9b2f2f6d9c5628a7844163d015be86344082aa88d95e2f9dn,
});

const points = {
  'ECDSA-secp256r1-SHA256': p256.Point,
  'ECDSA-secp192k1-SHA256': secp192k1,
  'ECDSA-secp256k1-SHA256': secp256k1.Point,
  'ECDSA-secp192r1-SHA256': secp192r1,
  'ECDSA-secp384r1-SHA256': p384.Point,
  'ECDSA-brainpool256r1-SHA256': brainpoolP256r1.Point,
  'ECDSA-brainpool384r1-SHA256': brainpoolP384r1.Point,
} as const;

/**
 * Whether a signature fits, for each of the seven methods of OCMF, without the browser's own cryptography.
 * @param point the public key as an uncompressed point
 * @param signature r and s, each as long as the curve's numbers
 */
export function verifyWithNoble(method: string, point: Uint8Array, data: Uint8Array, signature: Uint8Array): boolean {
  const curve = Object.entries(points).find(([name]) => name === method)?.[1];
  // SHA-256 with every curve, also of 384 bits (OCMF); and meters do not prefer the smaller of the two possible s.
  return curve !== undefined && ecdsa(curve, sha256).verify(signature, data, point, { lowS: false });
}
