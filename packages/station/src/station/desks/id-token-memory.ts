import type { AuthorizationCache } from '../../authorization/cache.ts';
import { effectiveStatus } from '../../authorization/decision.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { LocalListDesk } from './local-list-desk.ts';

/** What the memory works with. */
export interface IdTokenMemoryDeps {
  readonly params: ParameterReader;
  readonly cache: AuthorizationCache;
  readonly localList: Pick<LocalListDesk, 'find' | 'answered'>;
}

/** What the station knows of identifiers without asking: the backend's list first, then what the backend said before. */
export class IdTokenMemory {
  readonly #deps: IdTokenMemoryDeps;

  constructor(deps: IdTokenMemoryDeps) {
    this.#deps = deps;
  }

  /** The entry of the backend's list; null when there is none, or the list is switched off. */
  listed(idToken: string): IdTokenAnswer | null {
    return this.#deps.localList.find(idToken);
  }

  /** What the backend said before; null when that is unknown. */
  cached(idToken: string): IdTokenAnswer | null {
    return this.#deps.cache.find(idToken);
  }

  /** The group of an identifier, as far as it is known: of a listed one the list knows it. */
  parentOf(idToken: string): string | null {
    return (this.listed(idToken) ?? this.cached(idToken))?.parentIdToken ?? null;
  }

  /** Whether the backend has refused an identifier, by its list or its last answer; that an answer is old is no refusal. */
  refused(idToken: string, nowMs: number): boolean {
    const { params, cache } = this.#deps;
    const cached = params.get('authorization.cacheEnabled') ? cache.told(idToken) : null;
    const said = this.listed(idToken) ?? cached;
    return said !== null && effectiveStatus(said, nowMs) !== 'accepted';
  }

  /**
   * The backend said something of an identifier. Of a listed one it is not kept: it may only contradict the list. What
   * the cache knew from before it was listed is then out of date, and must let nobody in who is taken off the list.
   */
  answered(idToken: string, answer: IdTokenAnswer): void {
    const { params, cache, localList } = this.#deps;
    if (this.listed(idToken) === null) {
      if (params.get('authorization.cacheEnabled')) cache.remember(idToken, answer);
      return;
    }
    cache.forget(idToken);
    localList.answered(idToken, answer);
  }
}
