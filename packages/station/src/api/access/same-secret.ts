import { createHash, timingSafeEqual } from 'node:crypto';

/** Whether somebody shows the secret that is known; the time it takes tells nothing of either. */
export function isSameSecret(shown: string | undefined, known: string): boolean {
  return timingSafeEqual(digest(shown ?? ''), digest(known)) && shown !== undefined;
}

function digest(text: string): Uint8Array {
  return createHash('sha256').update(text).digest();
}
