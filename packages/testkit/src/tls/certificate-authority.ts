import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';

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

  /** @param nowMs the wall time around which certificates are valid */
  constructor(nowMs: number, commonName = 'Kerbside test authority') {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#nowMs = nowMs;
    this.#name = distinguishedName(commonName);
    this.#key = privateKey;
    this.cert = this.#sign(publicKey, { commonName }, [basicConstraints(true), keyUsage(0x06, 1)]);
  }

  /** A new key with a certificate for a server, or for a station as client. */
  issue(request: CertificateRequest): IssuedCertificate {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { hosts = [] } = request;
    const names = hosts.length === 0 ? [] : [subjectAlternativeNames(hosts)];
    const cert = this.#sign(publicKey, request, [basicConstraints(false), keyUsage(0x80, 7), ...names]);
    return { cert, key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
  }

  #sign(publicKey: KeyObject, request: CertificateRequest, extensions: readonly Buffer[]): string {
    const { notBeforeMs = this.#nowMs - dayMs, notAfterMs = this.#nowMs + 365 * dayMs } = request;
    const content = der.sequence(
      der.explicit(0, der.integer(Buffer.of(2))),
      der.integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
      ecdsaWithSha256,
      this.#name,
      der.sequence(der.time(notBeforeMs), der.time(notAfterMs)),
      distinguishedName(request.commonName),
      publicKey.export({ type: 'spki', format: 'der' }),
      der.explicit(3, der.sequence(...extensions)),
    );
    const signature = sign('sha256', content, this.#key);
    return pem(der.sequence(content, ecdsaWithSha256, der.bits(signature)));
  }
}

function distinguishedName(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.objectId('2.5.4.3'), der.utf8(commonName))));
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
