import type { ApiAuthorization, CacheView, CardReason, CardVerdict } from '../../api/device-port.ts';
import type { AuthorizationCache } from '../../authorization/cache.ts';
import { idTokenOfCard } from '../../authorization/card-uid.ts';
import type { AuthorizationDecision } from '../../authorization/decision.ts';
import { freeGrant, freeTraits } from '../../authorization/free-charging.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { Authorizer } from './authorizer.ts';
import { cardDeskRules } from './card-desk-rules.ts';

/** What the desk works with. */
export interface AuthorizationDeskDeps {
  readonly cache: AuthorizationCache;
  readonly params: ParameterReader;
  readonly authorizer: () => Pick<Authorizer, 'foresee'>;
}

/** What the station knows of cards, and would decide, for people on site. */
export class AuthorizationDesk implements ApiAuthorization {
  readonly #deps: AuthorizationDeskDeps;

  constructor(deps: AuthorizationDeskDeps) {
    this.#deps = deps;
  }

  cache(from: number, count: number): CacheView {
    const { cache, params } = this.#deps;
    const entries = cache.page(from, count).map(({ idToken, answer, updatedMs }) => {
      return { idTag: idToken, updatedMs, ...answer };
    });
    const enabled = params.get('authorization.cacheEnabled');
    return { enabled, count: cache.count, size: params.get('authorization.cacheSize'), entries };
  }

  async clearCache(): Promise<number> {
    const { cache } = this.#deps;
    const before = cache.count;
    await cache.clear();
    return before - cache.count;
  }

  /** The same order as at the reader: free charging, the reader, what can be told, then what is known. */
  decide(card: string): CardVerdict {
    const { params, authorizer } = this.#deps;
    const rules = cardDeskRules(params);
    const idTag = idTokenOfCard(card, rules);
    const { known, isTooLong, online, now, alone } = authorizer().foresee(idTag);
    const facts = { idTag, online, known, otherwise: null };
    const free = this.#free(idTag);
    if (free !== null) return { ...facts, ...free };
    if (idTag === '') return { ...facts, decision: 'refuse', by: 'empty' };
    if (isTooLong) return { ...facts, decision: 'refuse', by: 'tooLong' };
    if (!rules.readerEnabled) return { ...facts, decision: 'refuse', by: 'readerOff' };
    if (now.kind !== 'ask') return { ...facts, ...decided(now) };
    const otherwise = decided(alone);
    return { ...facts, decision: 'ask', by: 'backend', otherwise };
  }

  /** What free charging says of it; null: charging is not free, or the card is only too long for it. */
  #free(idTag: string): { readonly decision: 'accept' | 'refuse'; readonly by: CardReason } | null {
    const { params } = this.#deps;
    const traits = freeTraits(params);
    if (traits === null) return null;
    if (!traits.card) return { decision: 'accept', by: 'freeNeedsNoCard' };
    if (traits.idTag === 'shown') return idTag === '' ? null : this.#shownFree(idTag);
    const grant = freeGrant(traits, { via: 'card', card: idTag }, params.get('authorization.freeChargingTag'));
    return grant === null ? { decision: 'refuse', by: 'freeWithoutTag' } : { decision: 'accept', by: 'free' };
  }

  #shownFree(idTag: string): { readonly decision: 'accept' | 'refuse'; readonly by: CardReason } {
    const { isTooLong } = this.#deps.authorizer().foresee(idTag);
    return isTooLong ? { decision: 'refuse', by: 'tooLong' } : { decision: 'accept', by: 'free' };
  }
}

/** Without the backend nobody is asked any more. */
function decided(decision: AuthorizationDecision): {
  readonly decision: 'accept' | 'refuse';
  readonly by: CardReason;
} {
  if (decision.kind === 'ask') return { decision: 'refuse', by: 'offline' };
  return { decision: decision.kind, by: decision.by };
}
