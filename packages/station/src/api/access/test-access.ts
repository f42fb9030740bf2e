import type { ApiTokens } from '../token-gate.ts';
import { AccessDesk } from './access-desk.ts';

/** The tokens with which tests ask. */
export const testTokens: ApiTokens = { operator: 'operator-token-0123', manufacturer: 'manufacturer-token-0' };

/** A desk that knows tokens only, and whose time stands still. */
export function testAccess(tokens: ApiTokens = testTokens): AccessDesk {
  return new AccessDesk({ tokens, accounts: null, monotonicMs: () => 0 });
}
