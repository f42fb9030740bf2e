import { isRecord } from '../../core/json.ts';

/** Keys whose values nobody may see; compared without case (S-03). */
const secretKeys = ['authorizationkey'];

/** The text of a frame for logs and events: the value of a secret key is masked, in requests and in answers. */
export function redactFrame(text: string): string {
  const named = namesSecret(text);
  // Letters may be written as \u0041, so that the text alone does not tell.
  if (!named && !text.includes('\\u')) return text;
  try {
    const masked = JSON.stringify(JSON.parse(text), (_name, value: unknown) => maskSecret(value));
    return named || namesSecret(masked) ? masked : text;
  } catch {
    return named ? '*** not JSON, and names a secret ***' : text;
  }
}

function namesSecret(text: string): boolean {
  const lower = text.toLowerCase();
  return secretKeys.some((key) => lower.includes(key));
}

function maskSecret(value: unknown): unknown {
  if (!isRecord(value) || typeof value['key'] !== 'string' || !('value' in value)) return value;
  return secretKeys.includes(value['key'].toLowerCase()) ? { ...value, value: '***' } : value;
}
