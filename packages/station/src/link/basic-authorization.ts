import { KerbsideError } from '../core/errors.ts';

/**
 * The value of the Authorization header: Basic with the decoded identity in UTF-8 as the user and the password's bytes as they
 * are (S-02).
 * @throws KerbsideError `endpoint.invalid` when the identity holds a colon (T-02)
 */
export function basicAuthorization(identity: string, password: Uint8Array): string {
  if (identity.includes(':')) {
    throw new KerbsideError(
      'endpoint.invalid',
      `The identity “${identity}” holds a colon, which Basic authentication cannot carry.`,
    );
  }
  return `Basic ${Buffer.concat([Buffer.from(`${identity}:`, 'utf8'), password]).toString('base64')}`;
}
