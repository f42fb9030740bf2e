import type { ParameterValues } from './catalogue.ts';

const prefix = 'hex:';

/**
 * The bytes of the password for Basic authentication, or null when none is set (S-02). The stored form is the typed text, or
 * `hex:` and digits when the backend sent it or a person typed it so; with encoding `text` the digits themselves are the password.
 */
export function passwordBytes(
  password: string,
  encoding: ParameterValues['backend.passwordEncoding'],
): Uint8Array | null {
  if (password === '') return null;
  const digits = password.startsWith(prefix);
  const bare = digits ? password.slice(prefix.length) : password;
  const decode = encoding === 'hex' || (encoding === 'auto' && digits);
  return new Uint8Array(decode ? Buffer.from(bare, 'hex') : Buffer.from(bare, 'utf8'));
}

/** True when the password can be used with encoding `hex`. */
export function isHexPassword(password: string): boolean {
  const bare = password.startsWith(prefix) ? password.slice(prefix.length) : password;
  return /^([0-9a-f]{2})+$/i.test(bare);
}
