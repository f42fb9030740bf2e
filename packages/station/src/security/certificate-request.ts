import { createPrivateKey, createPublicKey, generateKeyPair, generateKeyPairSync, sign } from 'node:crypto';
import { promisify } from 'node:util';

/** The kinds of keys that a station makes (S-07). */
export type KeyType = 'ECDSA-P256' | 'RSA-3072';

/** Whom a certificate is asked for. */
export interface RequestedSubject {
  /** CN: the unique serial number of the station. */
  readonly commonName: string;
  /** O: who operates it; '' leaves the organisation out. */
  readonly organization: string;
}

const objectIds = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  rsaWithSha256: '1.2.840.113549.1.1.11',
} as const;

const rsaBits = 3072;
const lineLength = 64;

/** Makes a private key, PKCS #8 in PEM. It leaves this process for the store only. */
export async function newPrivateKey(type: KeyType): Promise<string> {
  const { privateKey } =
    type === 'ECDSA-P256'
      ? // At once: a fraction of a millisecond.
        generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : await promisify(generateKeyPair)('rsa', { modulusLength: rsaBits });
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** A request for a certificate (PKCS #10, PEM), signed with the private key it is for (S-08). */
export async function certificateRequest(privateKeyPem: string, subject: RequestedSubject): Promise<string> {
  // Loaded when the first station asks for a certificate: most never do.
  const [pkijs, asn1js] = await Promise.all([import('pkijs'), import('asn1js')]);
  const privateKey = createPrivateKey(privateKeyPem);
  const isRsa = privateKey.asymmetricKeyType === 'rsa';
  // One set for each: pkijs itself would write one for all, which authorities do not expect.
  const part = (objectId: string, text: string): InstanceType<typeof asn1js.Set> => {
    const value = [new asn1js.ObjectIdentifier({ value: objectId }), new asn1js.Utf8String({ value: text })];
    return new asn1js.Set({ value: [new asn1js.Sequence({ value })] });
  };
  const { commonName, organization } = subject;
  const name = [
    ...(organization === '' ? [] : [part(objectIds.organization, organization)]),
    part(objectIds.commonName, commonName),
  ];
  const spki = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  const request = new pkijs.CertificationRequest({
    subject: pkijs.RelativeDistinguishedNames.fromBER(new asn1js.Sequence({ value: name }).toBER()),
    subjectPublicKeyInfo: pkijs.PublicKeyInfo.fromBER(exactly(spki)),
    signatureAlgorithm: new pkijs.AlgorithmIdentifier({
      algorithmId: isRsa ? objectIds.rsaWithSha256 : objectIds.ecdsaWithSha256,
      ...(isRsa ? { algorithmParams: new asn1js.Null() } : {}),
    }),
    // Mandatory, though empty (RFC 2986 §4.1).
    attributes: [],
  });
  const content = Buffer.from(encodedContent(request));
  request.tbsView = new Uint8Array(exactly(content));
  request.signatureValue = new asn1js.BitString({ valueHex: exactly(sign('sha256', content, privateKey)) });
  return toPem(Buffer.from(request.toSchema().toBER()));
}

/** What is signed: the request without signature. */
function encodedContent(request: { toSchema(encode?: boolean): { valueBlock: unknown } }): ArrayBuffer {
  const { value } = request.toSchema(true).valueBlock as { value: readonly { toBER(): ArrayBuffer }[] };
  return value[0]?.toBER() ?? new ArrayBuffer();
}

/** The bytes by themselves: a small Buffer is a window on a larger one. */
function exactly(bytes: Uint8Array): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

function toPem(der: Buffer): string {
  const lines = der.toString('base64').match(new RegExp(`.{1,${lineLength}}`, 'gu')) ?? [];
  return `-----BEGIN CERTIFICATE REQUEST-----\n${lines.join('\n')}\n-----END CERTIFICATE REQUEST-----\n`;
}
