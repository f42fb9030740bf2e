import { readDer } from './der.ts';
import { OcmfError } from './ocmf-error.ts';
import { readPublicKey, type PublicKey } from './public-key.ts';
import { readOcmf, type OcmfRecord } from './record.ts';
import { recordFindings, type Finding } from './rules.ts';

/** Checks a signature in DER over octets, by SHA-256; what does it depends on the place: Node, a browser. */
export type VerifySignature = (key: PublicKey, data: Uint8Array, derSignature: Uint8Array) => Promise<boolean>;

/** What can be said of a record. */
export interface Verdict {
  /** *unverifiable*: there is nothing to check with, such as no key or an unknown method. */
  readonly signature: 'valid' | 'invalid' | 'unverifiable';
  /** Why it is not valid, as a sentence. */
  readonly why: string | null;
  /** What the record says and should not. */
  readonly findings: readonly Finding[];
  /** The signature is valid, and nothing was found that keeps it from being billed by. */
  readonly ok: boolean;
}

const derMime = 'application/x-der';

/**
 * Judges a record by its signature and by the rules of the public software (eichrecht.md E-31). Never rejects for a bad record.
 * @param publicKey in any form that `readPublicKey` takes; null: the fourth part of the record, if it has one
 */
export async function verifyRecord(text: string, publicKey: string | null, verify: VerifySignature): Promise<Verdict> {
  let record: OcmfRecord;
  try {
    record = readOcmf(text);
  } catch (error) {
    return { signature: 'unverifiable', why: sentence(error), findings: [], ok: false };
  }
  const findings = recordFindings(record);
  const { signature, why } = await signatureVerdict(record, publicKey ?? record.parts.publicKey, verify);
  const ok = signature === 'valid' && findings.every(({ severity }) => severity !== 'error');
  return { signature, why, findings, ok };
}

async function signatureVerdict(
  { parts, signature }: OcmfRecord,
  keyText: string | null,
  verify: VerifySignature,
): Promise<Pick<Verdict, 'signature' | 'why'>> {
  const unverifiable = (why: string) => ({ signature: 'unverifiable', why }) as const;
  if (keyText === null || keyText.trim() === '') return unverifiable('There is no public key to check with.');
  if (signature.curve === null) return unverifiable(`The method ${signature.method} is not known.`);
  if (signature.mime.toLowerCase() !== derMime)
    return unverifiable(`The signature is of the type ${signature.mime}, which is not known.`);
  let key: PublicKey;
  try {
    key = readPublicKey(keyText, signature.curve);
  } catch (error) {
    return unverifiable(sentence(error));
  }
  const invalid = (why: string) => ({ signature: 'invalid', why }) as const;
  if (key.curve !== signature.curve) {
    return invalid(
      `The key lies on ${key.curve.opensslName}, the signature was made on ${signature.curve.opensslName}.`,
    );
  }
  try {
    readDer(signature.data);
  } catch (error) {
    return invalid(sentence(error));
  }
  const isValid = await verify(key, new TextEncoder().encode(parts.payload), signature.data);
  return isValid
    ? { signature: 'valid', why: null }
    : invalid('The signature does not belong to this text and this key: one of them was changed.');
}

function sentence(error: unknown): string {
  if (error instanceof OcmfError) return error.message;
  throw error;
}
