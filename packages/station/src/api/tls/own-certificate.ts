import { createPrivateKey, createPublicKey, randomBytes, sign } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';

import type { Extension } from 'pkijs';

import { newPrivateKey } from '../../security/certificate-request.ts';

/** A certificate with its private key, both PEM. */
export interface KeyedCertificate {
  /** The certificate, and after it those that signed it. */
  readonly certificate: string;
  readonly key: string;
}

const objectIds = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  keyUsage: '2.5.29.15',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Before any board of ours: one that starts without a clock must not hold its own certificate to be of the future. */
const validFrom = new Date(Date.UTC(2025, 0, 1));
/** So long it is good: whoever trusts it has compared its fingerprint, and does not want to do that each year. */
const validYears = 10;

/**
 * Makes a certificate that the device has signed itself (RFC 5280), with a new key (ECDSA P-256), for these DNS names and addresses.
 * @param names at least one; the first is the CN too
 */
export async function makeOwnCertificate(names: readonly string[], nowMs: number): Promise<KeyedCertificate> {
  const [pkijs, asn1js, key] = await Promise.all([import('pkijs'), import('asn1js'), newPrivateKey('ECDSA-P256')]);
  const privateKey = createPrivateKey(key);
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const distinguished = new asn1js.Sequence({
    value: [
      new asn1js.Set({
        value: [
          new asn1js.Sequence({
            value: [
              new asn1js.ObjectIdentifier({ value: objectIds.commonName }),
              new asn1js.Utf8String({ value: (names[0] ?? 'kerbside').slice(0, 64) }),
            ],
          }),
        ],
      }),
    ],
  }).toBER();
  const certificate = new pkijs.Certificate({
    version: 2,
    // Positive, and of a length that no other of this device has (RFC 5280 §4.1.2.2).
    serialNumber: new asn1js.Integer({ valueHex: exactly(Buffer.from([0x40, ...randomBytes(15)])) }),
    subject: pkijs.RelativeDistinguishedNames.fromBER(distinguished),
    issuer: pkijs.RelativeDistinguishedNames.fromBER(distinguished),
    notBefore: new pkijs.Time({ type: 0, value: validFrom }),
    notAfter: new pkijs.Time({ type: 0, value: validTo(nowMs) }),
    subjectPublicKeyInfo: pkijs.PublicKeyInfo.fromBER(exactly(spki)),
    extensions: await extensions(names),
  });
  const algorithm = new pkijs.AlgorithmIdentifier({ algorithmId: objectIds.ecdsaWithSha256 });
  certificate.signature = algorithm;
  certificate.signatureAlgorithm = algorithm;
  const content = certificate.encodeTBS().toBER();
  certificate.tbsView = new Uint8Array(content);
  certificate.signatureValue = new asn1js.BitString({
    valueHex: exactly(sign('sha256', Buffer.from(content), privateKey)),
  });
  return { certificate: pemOf(Buffer.from(certificate.toSchema().toBER())), key };
}

function validTo(nowMs: number): Date {
  const now = new Date(Math.max(nowMs, validFrom.getTime()));
  // UTCTime, which is what RFC 5280 wants before 2050, has no later years.
  const year = Math.min(now.getUTCFullYear() + validYears, 2049);
  return new Date(Date.UTC(year, now.getUTCMonth(), now.getUTCDate()));
}

async function extensions(names: readonly string[]): Promise<Extension[]> {
  const [pkijs, asn1js] = await Promise.all([import('pkijs'), import('asn1js')]);
  const altNames = names.map((name) =>
    isIP(name) === 0
      ? new pkijs.GeneralName({ type: 2, value: name })
      : new pkijs.GeneralName({ type: 7, value: new asn1js.OctetString({ valueHex: exactly(addressBytes(name)) }) }),
  );
  const extension = (
    extnID: string,
    critical: boolean,
    value: { toBER(): ArrayBuffer },
  ): InstanceType<typeof pkijs.Extension> => new pkijs.Extension({ extnID, critical, extnValue: value.toBER() });
  return [
    extension(objectIds.subjectAltName, false, new pkijs.GeneralNames({ names: altNames }).toSchema()),
    extension(objectIds.basicConstraints, true, new pkijs.BasicConstraints({ cA: false }).toSchema()),
    // digitalSignature alone: the bit string 1 with seven bits unused.
    extension(
      objectIds.keyUsage,
      true,
      new asn1js.BitString({ valueHex: exactly(Buffer.from([0x80])), unusedBits: 7 }),
    ),
    extension(
      objectIds.extendedKeyUsage,
      false,
      new pkijs.ExtKeyUsage({ keyPurposes: [objectIds.serverAuth] }).toSchema(),
    ),
  ];
}

function addressBytes(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.').map(Number));
  const [head = '', tail] = address.toLowerCase().split('::');
  const before = groups(head);
  const after = groups(tail ?? '');
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => 0);
  return Uint8Array.from([...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]));
}

function groups(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
}

/** The bytes by themselves: a small Buffer is a window on a larger one. */
function exactly(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/gu) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
