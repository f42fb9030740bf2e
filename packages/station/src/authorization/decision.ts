import type { IdTokenAnswer } from './id-token-answer.ts';

/** What parameters say of identifiers. */
export interface AuthorizationRules {
  /** `LocalAuthListEnabled`. */
  readonly localListEnabled: boolean;
  /** `AuthorizationCacheEnabled`. */
  readonly cacheEnabled: boolean;
  /** `LocalPreAuthorize`. */
  readonly localPreAuthorize: boolean;
  /** `LocalAuthorizeOffline`. */
  readonly localAuthorizeOffline: boolean;
  /** `AllowOfflineTxForUnknownId`. */
  readonly allowOfflineTxForUnknownId: boolean;
  /** Whether somebody of whom nobody can tell may charge; *plugged* answers like *on*: who needs no card at all is not decided here. */
  readonly inDoubt: 'off' | 'on' | 'plugged';
}

/** What is known of an identifier when it is shown. */
export interface AuthorizationQuestion {
  /** The entry of the backend's list (OCPP local list), not yet judged by its expiry; null when there is none. */
  readonly listed: IdTokenAnswer | null;
  /** Whether the operator's own white list names it. */
  readonly whiteListed: boolean;
  /** The cache's entry, not yet judged by its expiry; null when there is none. */
  readonly cached: IdTokenAnswer | null;
  /** Whether the backend can be asked: registered, and the link is up. */
  readonly online: boolean;
  /** The station's wall clock. */
  readonly nowMs: number;
}

/** What becomes of an identifier. `ask`: only the backend can tell. */
export type AuthorizationDecision =
  | { readonly kind: 'accept'; readonly by: 'localList' | 'whiteList' | 'cache' | 'unknownOffline' | 'inDoubt' }
  | { readonly kind: 'refuse'; readonly by: 'localList' | 'cache' | 'offline' }
  | { readonly kind: 'ask' };

/** What the backend said of an identifier before. */
interface Known {
  readonly by: 'localList' | 'cache';
  readonly good: boolean;
}

/**
 * Decides on an identifier without asking anybody (A-02…A-08). The order of the sources:
 *
 * 1. The identifier that started what runs ends it; the card desk sees to that before it comes here.
 * 2. The backend's list, where it names the identifier; then the cache does not count.
 * 3. The operator's white list: its cards charge online and offline without anybody being asked. It goes after the
 *    backend's list, so that a card which the backend has blocked there stays blocked, and before the cache, which is
 *    only what the backend said once.
 * 4. The cache.
 * 5. The backend, when it can be asked. What was said before suffices only with LocalPreAuthorize, and only when good.
 * 6. Without the backend: what it said before, with LocalAuthorizeOffline; the rule for unknown ones; the rule for doubt.
 *    A refusal in list or cache stays one, whatever these rules say.
 */
export function decide(question: AuthorizationQuestion, rules: AuthorizationRules): AuthorizationDecision {
  const known = knownBefore(question, rules);
  const refusedByList = known?.by === 'localList' && !known.good;
  if (question.whiteListed && !refusedByList) return { kind: 'accept', by: 'whiteList' };
  if (!question.online) return decideAlone(known, rules);
  return known?.good === true && rules.localPreAuthorize ? { kind: 'accept', by: known.by } : { kind: 'ask' };
}

function decideAlone(known: Known | null, rules: AuthorizationRules): AuthorizationDecision {
  if (known !== null && !known.good) return { kind: 'refuse', by: known.by };
  if (known !== null && rules.localAuthorizeOffline) return { kind: 'accept', by: known.by };
  if (rules.allowOfflineTxForUnknownId) return { kind: 'accept', by: 'unknownOffline' };
  return rules.inDoubt === 'off' ? { kind: 'refuse', by: 'offline' } : { kind: 'accept', by: 'inDoubt' };
}

function knownBefore({ listed, cached, nowMs }: AuthorizationQuestion, rules: AuthorizationRules): Known | null {
  const isGood = (entry: IdTokenAnswer): boolean => effectiveStatus(entry, nowMs) === 'accepted';
  if (rules.localListEnabled && listed !== null) return { by: 'localList', good: isGood(listed) };
  return rules.cacheEnabled && cached !== null ? { by: 'cache', good: isGood(cached) } : null;
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
