import { ocaPublicKey, OcmfError, readPublicKey } from '@kerbside/ocmf';

/**
 * The public key of a meter as a backend wants it: in the form of OCA, or the plain digits (E-23). What a meter gives in another
 * writing than hex is brought to it; what is no key that we can read goes as it is, since it is not ours to judge.
 */
export function publicKeyText(key: string, form: 'oca' | 'hex'): string {
  const digits = digitsOf(key);
  return form === 'oca' ? ocaPublicKey(digits) : digits;
}

function digitsOf(key: string): string {
  const plain = key.replaceAll(/[\s:]|^0x/gi, '');
  if (/^(?:[\da-f]{2})+$/i.test(plain)) return plain;
  try {
    return Buffer.from(readPublicKey(key).spki).toString('hex');
  } catch (error) {
    if (error instanceof OcmfError) return plain;
    throw error;
  }
}
