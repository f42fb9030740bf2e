import { createECDH, createPrivateKey, createPublicKey, sign } from 'node:crypto';

import { curves } from '@kerbside/ocmf';
import type { Curve } from '@kerbside/ocmf';

import { KerbsideError } from '../../core/errors.ts';
import type { Random } from '../../core/random.ts';

/** A private key as it is stored: a curve by its signature method, and the secret number in hex. */
export interface StoredKey {
  /** A method of OCMF, such as `ECDSA-secp256r1-SHA256`. */
  readonly method: string;
  readonly secret: string;
}

/** A key pair that signs records: of simulated meters and of components for tests, never of a station (eichrecht.md E-01). */
export interface KeyPair {
  readonly curve: Curve;
  /** SubjectPublicKeyInfo in hex, as it would be printed on a meter. */
  readonly publicKey: string;
  /** ECDSA over SHA-256 of exactly these octets; the signature in DER. */
  readonly sign: (octets: Uint8Array) => Uint8Array;
}

/** The curve of a signature method of OCMF. Throws `simulator.refused` for a method that OCMF does not know. */
export function curveOfMethod(method: string): Curve {
  const curve = curves.find((each) => each.method === method);
  if (curve !== undefined) return curve;
  const known = curves.map((each) => each.method).join(', ');
  throw new KerbsideError('simulator.refused', `there is no signature method "${method}"; known are ${known}`);
}

/** Makes a key by chance: from seeded chance the same one each time. Throws `simulator.refused` for an unknown method. */
export function makeKey(method: string, random: Random): StoredKey {
  const { bytes, opensslName } = curveOfMethod(method);
  const ecdh = createECDH(opensslName);
  for (;;) {
    const secret = Buffer.from(Uint8Array.from({ length: bytes }, () => Math.floor(random.next() * 256)));
    try {
      ecdh.setPrivateKey(secret);
      return { method, secret: secret.toString('hex') };
    } catch {
      // Not below the order of the curve, which is rare: the next one.
    }
  }
}

/** Makes a stored key ready to sign. Throws `simulator.refused` for a key that is none. */
export function keyPairOf({ method, secret }: StoredKey): KeyPair {
  const curve = curveOfMethod(method);
  const scalar = Buffer.from(secret, 'hex');
  const ecdh = createECDH(curve.opensslName);
  try {
    ecdh.setPrivateKey(scalar);
  } catch (error) {
    throw new KerbsideError('simulator.refused', `the stored key is none of the curve ${curve.opensslName}`, {
      cause: error,
    });
  }
  const key = createPrivateKey({ key: sec1(curve, scalar, ecdh.getPublicKey()), format: 'der', type: 'sec1' });
  const publicKey = createPublicKey(key).export({ format: 'der', type: 'spki' }).toString('hex');
  return { curve, publicKey, sign: (octets) => sign('sha256', octets, key) };
}

/** ECPrivateKey of RFC 5915: JWK knows too few of the curves. */
function sec1(curve: Curve, scalar: Buffer, point: Buffer): Buffer {
  const version = der(0x02, Buffer.of(1));
  const parameters = der(0xa0, objectIdentifier(curve.oid));
  const publicPart = der(0xa1, der(0x03, Buffer.concat([Buffer.of(0), point])));
  return der(0x30, Buffer.concat([version, der(0x04, scalar), parameters, publicPart]));
}

function der(tag: number, body: Buffer): Buffer {
  const length = body.length < 0x80 ? [body.length] : [0x81, body.length];
  return Buffer.concat([Buffer.of(tag, ...length), body]);
}

function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Buffer.from([first * 40 + second, ...rest.flatMap((number) => base128(number))]));
}

function base128(number: number): readonly number[] {
  const digits = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
  return digits;
}
