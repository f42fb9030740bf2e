/** One of the signature methods of OCMF: ECDSA on a curve, over SHA-256 (OCMF 1.4, table of signature algorithms). */
export interface Curve {
  /** What stands in `SA`, such as `ECDSA-secp256r1-SHA256`. */
  readonly method: string;
  /** The object identifier of the curve in dotted numbers, as a SubjectPublicKeyInfo names it. */
  readonly oid: string;
  /** The curve as OpenSSL and Node name it. */
  readonly opensslName: string;
  /** Bytes of a coordinate, and of r and s. */
  readonly bytes: number;
}

/** The seven curves; the first is meant where a record names none. */
export const curves: readonly Curve[] = [
  { method: 'ECDSA-secp256r1-SHA256', oid: '1.2.840.10045.3.1.7', opensslName: 'prime256v1', bytes: 32 },
  { method: 'ECDSA-secp192k1-SHA256', oid: '1.3.132.0.31', opensslName: 'secp192k1', bytes: 24 },
  { method: 'ECDSA-secp256k1-SHA256', oid: '1.3.132.0.10', opensslName: 'secp256k1', bytes: 32 },
  { method: 'ECDSA-secp192r1-SHA256', oid: '1.2.840.10045.3.1.1', opensslName: 'prime192v1', bytes: 24 },
  { method: 'ECDSA-secp384r1-SHA256', oid: '1.3.132.0.34', opensslName: 'secp384r1', bytes: 48 },
  { method: 'ECDSA-brainpool256r1-SHA256', oid: '1.3.36.3.3.2.8.1.1.7', opensslName: 'brainpoolP256r1', bytes: 32 },
  { method: 'ECDSA-brainpool384r1-SHA256', oid: '1.3.36.3.3.2.8.1.1.11', opensslName: 'brainpoolP384r1', bytes: 48 },
];
