import type { IdTokenAnswer } from './id-token-answer.ts';

/** What parameters say of identifiers. */
export interface AuthorizationRules {
  /** `AuthorizationCacheEnabled`. */
  readonly cacheEnabled: boolean;
  /** `LocalPreAuthorize`. */
  readonly localPreAuthorize: boolean;
  /** `LocalAuthorizeOffline`. */
  readonly localAuthorizeOffline: boolean;
  /** `AllowOfflineTxForUnknownId`. */
  readonly allowOfflineTxForUnknownId: boolean;
}

/** What is known of an identifier when it is shown. */
export interface AuthorizationQuestion {
  /** The cache's entry, not yet judged by its expiry; null when there is none or no cache. */
  readonly cached: IdTokenAnswer | null;
  /** Whether the backend can be asked: registered, and the link is up. */
  readonly online: boolean;
  /** The station's wall clock. */
  readonly nowMs: number;
}

/** What becomes of an identifier. `ask`: only the backend can tell. */
export type AuthorizationDecision =
  | { readonly kind: 'accept'; readonly by: 'cache' | 'unknownOffline' }
  | { readonly kind: 'refuse'; readonly by: 'cache' | 'offline' }
  | { readonly kind: 'ask' };

/** Decides on an identifier without asking anybody (A-02…A-08). */
export function decide(question: AuthorizationQuestion, rules: AuthorizationRules): AuthorizationDecision {
  const cached = rules.cacheEnabled ? question.cached : null;
  const good = cached !== null && effectiveStatus(cached, question.nowMs) === 'accepted';
  if (question.online) return good && rules.localPreAuthorize ? { kind: 'accept', by: 'cache' } : { kind: 'ask' };
  if (cached !== null && !good) return { kind: 'refuse', by: 'cache' };
  if (good && rules.localAuthorizeOffline) return { kind: 'accept', by: 'cache' };
  return rules.allowOfflineTxForUnknownId
    ? { kind: 'accept', by: 'unknownOffline' }
    : { kind: 'refuse', by: 'offline' };
}

/** The status of an entry now: past its expiry it is expired. */
export function effectiveStatus(entry: IdTokenAnswer, nowMs: number): IdTokenAnswer['status'] {
  const expired = entry.status === 'accepted' && entry.expiryMs !== null && entry.expiryMs <= nowMs;
  return expired ? 'expired' : entry.status;
}

/** Identifiers are compared without letter case. */
export function sameIdToken(left: string | null, right: string | null): boolean {
  return left !== null && right !== null && left.toLowerCase() === right.toLowerCase();
}
