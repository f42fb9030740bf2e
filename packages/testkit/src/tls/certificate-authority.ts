import {
  createHash,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from 'node:crypto';
import { isIP } from 'node:net';

import { readRequest } from './certificate-request.ts';
import { der } from './der.ts';

/** What a certificate says. */
export interface CertificateRequest {
  readonly commonName: string;
  /** DNS names and IP addresses; default none. */
  readonly hosts?: readonly string[];
  /** Wall times in milliseconds; default from a day ago to a year ahead of `nowMs`. */
  readonly notBeforeMs?: number;
  readonly notAfterMs?: number;
}

/** What differs from an authority that signs itself. */
export interface AuthorityOptions extends Pick<CertificateRequest, 'notBeforeMs' | 'notAfterMs'> {
  readonly signedBy?: CertificateAuthority;
}

/** CertificateHashDataType of OCPP 1.6. */
export type CertificateHashData = Readonly<
  Record<'hashAlgorithm' | 'issuerNameHash' | 'issuerKeyHash' | 'serialNumber', string>
>;

/** A certificate with its private key, both PEM. */
export interface IssuedCertificate {
  readonly cert: string;
  readonly key: string;
}

const dayMs = 86_400_000;
const ecdsaWithSha256 = der.sequence(der.objectId('1.2.840.10045.4.3.2'));

/** A certificate authority for tests: ECDSA P-256, made in memory, gone with the process. */
export class CertificateAuthority {
  /** The root certificate, PEM. */
  readonly cert: string;
  readonly #name: Buffer;
  readonly #key: KeyObject;
  readonly #nowMs: number;

  /**
   * @param nowMs the wall time around which certificates are valid
   * @param options when it is valid, and who signs it instead of itself
   */
  constructor(nowMs: number, commonName = 'Kerbside test authority', options: AuthorityOptions = {}) {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { signedBy, ...validity } = options;
    this.#nowMs = nowMs;
    this.#name = distinguishedName(commonName);
    this.#key = privateKey;
    const signer = signedBy ?? this;
    this.cert = signer.#sign(publicKey, { commonName, ...validity }, [basicConstraints(true), keyUsage(0x06, 1)]);
  }

  /** A new key with a certificate for a server, or for a station as client. */
  issue(request: CertificateRequest): IssuedCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { hosts = [] } = request;
    const names = hosts.length === 0 ? [] : [subjectAlternativeNames(hosts)];
    const cert = this.#sign(publicKey, request, [basicConstraints(false), keyUsage(0x80, 7), ...names]);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  /** What names a certificate of this authority in OCPP, computed from what the authority knows of itself. */
  hashData(certificate: string, hashAlgorithm: 'SHA256' | 'SHA384' | 'SHA512' = 'SHA256'): CertificateHashData {
    const { x = '', y = '' } = createPublicKey(this.#key).export({ format: 'jwk' });
    const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
    const digest = (content: Buffer): string => createHash(hashAlgorithm).update(content).digest('hex');
    const serialNumber = BigInt(`0x${new X509Certificate(certificate).serialNumber}`).toString(16);
    return { hashAlgorithm, issuerNameHash: digest(this.#name), issuerKeyHash: digest(point), serialNumber };
  }

  /** The certificate that a station asked for; what is given differs from what it asked. */
  signRequest(csr: string, given: Partial<CertificateRequest> & { readonly organization?: string } = {}): string {
    const asked = readRequest(csr);
    const { commonName = asked.commonName ?? '', organization } = given;
    const isAsAsked = given.commonName === undefined && organization === undefined;
    const subject = isAsAsked ? asked.subject : distinguishedName(commonName, organization ?? asked.organization);
    const extensions = [basicConstraints(false), keyUsage(0x80, 7)];
    return this.#sign(asked.publicKey, { ...given, commonName }, extensions, subject);
  }

  #sign(
    publicKey: KeyObject,
    request: CertificateRequest,
    extensions: readonly Buffer[],
    subject: Buffer = distinguishedName(request.commonName),
  ): string {
    const { notBeforeMs = this.#nowMs - dayMs, notAfterMs = this.#nowMs + 365 * dayMs } = request;
    const content = der.sequence(
      der.explicit(0, der.integer(Buffer.of(2))),
      der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
      ecdsaWithSha256,
      this.#name,
      der.sequence(der.time(notBeforeMs), der.time(notAfterMs)),
      subject,
      publicKey.export({ type: 'spki', format: 'der' }),
      der.explicit(3, der.sequence(...extensions)),
    );
    const signature = sign('sha256', content, this.#key);
    return pem(der.sequence(content, ecdsaWithSha256, der.bits(signature)));
  }
}

function distinguishedName(commonName: string, organization: string | null = null): Buffer {
  const part = (objectId: string, text: string): Buffer =>
    der.set(der.sequence(der.objectId(objectId), der.utf8(text)));
  const operator = organization === null ? [] : [part('2.5.4.10', organization)];
  return der.sequence(...operator, part('2.5.4.3', commonName));
}

function extension(objectId: string, critical: boolean, content: Buffer): Buffer {
  return der.sequence(der.objectId(objectId), ...(critical ? [der.boolean(true)] : []), der.octets(content));
}

function basicConstraints(isAuthority: boolean): Buffer {
  return extension('2.5.29.19', true, der.sequence(...(isAuthority ? [der.boolean(true)] : [])));
}

function keyUsage(flags: number, unusedBits: number): Buffer {
  return extension('2.5.29.15', true, der.bits(Buffer.of(flags), unusedBits));
}

function subjectAlternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    isIP(host) === 4 ? der.implicit(7, Buffer.from(host.split('.').map(Number))) : der.implicit(2, Buffer.from(host)),
  );
  return extension('2.5.29.17', false, der.sequence(...names));
}

function pem(content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
