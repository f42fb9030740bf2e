import { base64Of, bytesOfBase64, bytesOfHex, hexOf } from './bytes.ts';
import { curves, type Curve } from './curves.ts';
import { OcmfError } from './ocmf-error.ts';

/** A public key of ECDSA on one of the curves of OCMF. */
export interface PublicKey {
  /** SubjectPublicKeyInfo in DER (RFC 5480). */
  readonly spki: Uint8Array;
  /** The point, uncompressed: 4, x, y. */
  readonly point: Uint8Array;
  readonly curve: Curve;
}

const spkiTag = 0x30;
const uncompressed = 0x04;
/** 1.2.840.10045.2.1, id-ecPublicKey. */
const ecPublicKey = hexOf(objectIdentifier('1.2.840.10045.2.1'));

/**
 * Reads a public key as people and programs hand it over: hex in any case, with blanks or `0x`; base64; PEM; OCA's
 * `oca:base16:asn1:…` or `oca:base64:asn1:…`, and the base64 of that (eichrecht.md E-23).
 * @param curve for a bare point, which does not say its curve
 * @throws OcmfError with what is wrong
 */
export function readPublicKey(text: string, curve: Curve | null = null): PublicKey {
  const bytes = bytesOf(text.trim());
  if (bytes === null || bytes.length === 0)
    throw new OcmfError('The public key is neither hexadecimal nor base64, PEM or a key in the form of OCA.');
  if (bytes[0] === spkiTag) return keyOfSpki(bytes);
  if (curve !== null && bytes[0] === uncompressed && bytes.length === 2 * curve.bytes + 1)
    return keyOfPoint(bytes, curve);
  const text16 = new TextDecoder().decode(bytes);
  if (text16.startsWith('oca:')) return readPublicKey(text16, curve);
  throw new OcmfError('The public key is no SubjectPublicKeyInfo (ASN.1).');
}

/** The public key in the form that OCPP carries: base64 of `oca:base16:asn1:` and the key in hex (E-23). */
export function ocaPublicKey(spkiHex: string): string {
  return base64Of(new TextEncoder().encode(`oca:base16:asn1:${spkiHex}`));
}

function bytesOf(text: string): Uint8Array | null {
  const oca = /^oca:(?<coding>base16|base64):asn1:(?<key>.+)$/s.exec(text)?.groups;
  if (oca !== undefined) {
    const key = (oca['key'] ?? '').replaceAll(/\s/g, '');
    return oca['coding'] === 'base16' ? bytesOfHex(key) : bytesOfBase64(key);
  }
  const pem = /-----BEGIN PUBLIC KEY-----(?<body>[^-]+)-----END PUBLIC KEY-----/.exec(text)?.groups;
  const plain = (pem?.['body'] ?? text).replaceAll(/[\s:]|^0x/gi, '');
  return (pem === undefined ? bytesOfHex(plain) : null) ?? bytesOfBase64(plain);
}

function keyOfPoint(point: Uint8Array, curve: Curve): PublicKey {
  const algorithm = der(0x30, [...objectIdentifier('1.2.840.10045.2.1'), ...objectIdentifier(curve.oid)]);
  const bits = der(0x03, [0, ...point]);
  return { spki: Uint8Array.from(der(spkiTag, [...algorithm, ...bits])), point, curve };
}

/** The head of a key on a curve is a constant, so it is compared and not taken apart. */
function keyOfSpki(spki: Uint8Array): PublicKey {
  const hex = hexOf(spki);
  for (const curve of curves) {
    const size = 2 * curve.bytes + 1;
    const point = spki.subarray(spki.length - size);
    if (spki.length > size && point[0] === uncompressed && hexOf(keyOfPoint(point, curve).spki) === hex)
      return { spki, point, curve };
  }
  if (!hex.includes(ecPublicKey)) throw new OcmfError('The public key is no key of an elliptic curve.');
  const known = curves.find(({ oid }) => hex.includes(hexOf(objectIdentifier(oid))));
  throw new OcmfError(
    known === undefined
      ? 'The public key lies on a curve that OCMF does not know.'
      : `The public key names the curve ${known.opensslName} but has not its length, or its point is compressed.`,
  );
}

function der(tag: number, body: readonly number[]): readonly number[] {
  return [tag, ...(body.length < 0x80 ? [body.length] : [0x81, body.length]), ...body];
}

function objectIdentifier(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return Uint8Array.from(der(0x06, [first * 40 + second, ...rest.flatMap(base128)]));
}

function base128(number: number): readonly number[] {
  const digits = [number % 128];
  for (let left = Math.floor(number / 128); left > 0; left = Math.floor(left / 128)) digits.unshift((left % 128) + 128);
  return digits;
}
