import { isRecord } from '../../core/json.ts';

/** Keys whose values nobody may see; compared without case (S-03). */
const secretKeys = ['authorizationkey'];

/** The text of a frame for logs and events: the value of a secret key is masked, in requests and in answers. */
export function redactFrame(text: string): string {
  const lower = text.toLowerCase();
  if (!secretKeys.some((key) => lower.includes(key))) return text;
  try {
    return JSON.stringify(JSON.parse(text), (_name, value: unknown) => maskSecret(value));
  } catch {
    return '*** not JSON, and names a secret ***';
  }
}

function maskSecret(value: unknown): unknown {
  if (!isRecord(value) || typeof value['key'] !== 'string' || !('value' in value)) return value;
  return secretKeys.includes(value['key'].toLowerCase()) ? { ...value, value: '***' } : value;
}
