import { isRecord } from '../../core/json.ts';

/** Keys whose values nobody may see; compared without case (S-03). */
const secretKeys = ['authorizationkey'];

/** The password in an address such as `ftp://user:password@host`, to which a backend has files sent (F-03). */
const passwordInAddress = /(:\/\/[^\s/:@]*:)[^\s/]+(?=@)/gu;
/** A private key that somebody sends where a certificate belongs. */
const privateKey = /(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|$)/gsu;

/** The text of a frame for logs and events: secrets are masked, in requests and in answers. */
export function redactFrame(text: string): string {
  // Letters may be written as \u0041, so that the text alone does not tell.
  if (!mayHoldSecret(text) && !text.includes('\\u')) return text;
  try {
    const frame: unknown = JSON.parse(text);
    const masked = JSON.stringify(frame, (_name, value: unknown) => maskSecret(value));
    return masked === JSON.stringify(frame) && !namesSecret(masked) ? text : masked;
  } catch {
    return mayHoldSecret(text) ? '*** not JSON, and may hold a secret ***' : text;
  }
}

function mayHoldSecret(text: string): boolean {
  return namesSecret(text) || text.includes('PRIVATE KEY') || /:\\?\/\\?\/[^"]*@/u.test(text);
}

function namesSecret(text: string): boolean {
  const lower = text.toLowerCase();
  return secretKeys.some((key) => lower.includes(key));
}

function maskSecret(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(passwordInAddress, '$1***').replace(privateKey, '$1 *** $2');
  if (!isRecord(value) || typeof value['key'] !== 'string' || !('value' in value)) return value;
  return secretKeys.includes(value['key'].toLowerCase()) ? { ...value, value: '***' } : value;
}
