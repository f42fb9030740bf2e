import { createPublicKey, verify, type KeyObject } from 'node:crypto';

/** What stands in a request for a certificate (PKCS #10). */
export interface ReadRequest {
  /** The distinguished name, DER. */
  readonly subject: Buffer;
  readonly commonName: string | null;
  readonly organization: string | null;
  readonly publicKey: KeyObject;
  /** Whether it is signed with the key that it asks for. */
  readonly verified: boolean;
}

interface Element {
  readonly tag: number;
  readonly content: Buffer;
  readonly encoded: Buffer;
}

const commonNameId = '550403';
const organizationId = '55040a';

/** Reads a request in PEM; throws when it is none. */
export function readRequest(pem: string): ReadRequest {
  const base64 = /-----BEGIN CERTIFICATE REQUEST-----([^-]+)-----END CERTIFICATE REQUEST-----\s*$/.exec(pem)?.[1] ?? '';
  const [content, , signature] = childrenOf(elements(Buffer.from(base64, 'base64'))[0]);
  const [, subject, publicKeyInfo] = childrenOf(content);
  if (content === undefined || subject === undefined || publicKeyInfo === undefined || signature === undefined)
    throw new TypeError('This is no request for a certificate.');
  const publicKey = createPublicKey({ key: publicKeyInfo.encoded, format: 'der', type: 'spki' });
  return {
    subject: subject.encoded,
    commonName: partOf(subject, commonNameId),
    organization: partOf(subject, organizationId),
    publicKey,
    verified: verify('sha256', content.encoded, publicKey, signature.content.subarray(1)),
  };
}

function partOf(name: Element, objectId: string): string | null {
  for (const set of childrenOf(name)) {
    const [pair, ...others] = childrenOf(set);
    const [id, text] = childrenOf(pair);
    if (others.length === 0 && id?.content.toString('hex') === objectId) return text?.content.toString('utf8') ?? null;
  }
  return null;
}

function childrenOf(element: Element | undefined): readonly Element[] {
  return element === undefined ? [] : elements(element.content);
}

function elements(bytes: Buffer): readonly Element[] {
  const found: Element[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes.readUInt8(at + 1);
    const extra = first < 0x80 ? 0 : first & 0x7f;
    const length = extra === 0 ? first : bytes.readUIntBE(at + 2, extra);
    const start = at + 2 + extra;
    const end = start + length;
    found.push({ tag: bytes.readUInt8(at), content: bytes.subarray(start, end), encoded: bytes.subarray(at, end) });
    at = end;
  }
  return found;
}
