import { Buffer } from 'node:buffer';
import { constants, createVerify, type VerifyKeyObjectInput, type X509Certificate } from 'node:crypto';

type Way = Omit<VerifyKeyObjectInput, 'key'>;

/** The ways in which a key of each kind may have signed; a kind that is not named has none. */
const waysOfKind: Readonly<Record<string, readonly Way[]>> = {
  rsa: [
    { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO },
    // What `openssl dgst -sign` makes by itself: the whitepaper names PSS only, and backends send this too.
    { padding: constants.RSA_PKCS1_PADDING },
  ],
  'rsa-pss': [{ padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO }],
  // The two writings of a signature.
  ec: [{ dsaEncoding: 'der' }, { dsaEncoding: 'ieee-p1363' }],
};

/**
 * Whether an image as a whole was signed by the key of a certificate (S-18): SHA-256 with RSA-PSS, RSA PKCS #1 v1.5 or ECDSA, as the
 * key says. The image is read once, piece by piece. Rejects when reading does.
 *
 * @param signature base64
 */
export async function isSignedBy(
  certificate: X509Certificate,
  signature: string,
  image: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const { publicKey } = certificate;
  const attempts = (waysOfKind[publicKey.asymmetricKeyType ?? ''] ?? []).map((way) => {
    return { way, verify: createVerify('sha256') };
  });
  for await (const piece of image) for (const { verify } of attempts) verify.update(piece);
  const bytes = Buffer.from(signature, 'base64');
  return attempts.some(({ way, verify }) => {
    try {
      return verify.verify({ key: publicKey, ...way }, bytes);
    } catch {
      // What is no signature of this form at all.
      return false;
    }
  });
}
