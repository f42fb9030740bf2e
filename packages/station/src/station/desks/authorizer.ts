import { decide, type AuthorizationDecision, type AuthorizationRules } from '../../authorization/decision.ts';
import type { IdTokenAnswer } from '../../authorization/id-token-answer.ts';
import type { Outcome } from '../../delivery/session.ts';
import type { Time } from '../../core/time.ts';
import type { Decided } from '../../evse/decided.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { IdTokenMemory } from './id-token-memory.ts';

/** What the authorizer works with. */
export interface AuthorizerDeps {
  readonly time: Time;
  readonly memory: IdTokenMemory;
  /** Whether the operator's own list lets it charge now. */
  readonly whiteListed: (idToken: string) => boolean;
  readonly nowMs: () => number;
  readonly online: () => boolean;
  readonly params: ParameterReader;
  /** The most characters that every built version can carry: a longer identifier could never be billed (T-18). */
  readonly longestIdToken: number;
  /** Asks the backend; the outcome may come long after `authorization.timeout`, the patience of a driver at the post. */
  readonly ask: (idToken: string) => Promise<Outcome<IdTokenAnswer>>;
  /** An answer that came after the driver's patience: it acts like an answer to StartTransaction (row 8a). */
  readonly onLateAnswer: (idToken: string, answer: IdTokenAnswer) => void;
}

/** Whether an identifier may charge, and the group it belongs to. */
export interface Verdict {
  readonly accepted: boolean;
  readonly parentIdToken: string | null;
  /** How it was decided; absent for a refusal. */
  readonly decided?: Decided;
}

/** What an identifier is known for, and what follows from it. */
export interface Foresight {
  readonly known: {
    readonly localList: IdTokenAnswer | null;
    readonly whiteList: boolean;
    readonly cache: IdTokenAnswer | null;
  };
  /** A backend could not be told of it. */
  readonly isTooLong: boolean;
  readonly online: boolean;
  readonly now: AuthorizationDecision;
  /** Without the backend. */
  readonly alone: AuthorizationDecision;
}

/** Decides on identifiers: what is known, backend, offline rules, in that order; never makes anyone wait longer than allowed. */
export class Authorizer {
  readonly #deps: AuthorizerDeps;

  constructor(deps: AuthorizerDeps) {
    this.#deps = deps;
  }

  /** Decides on one identifier. Never rejects. */
  async authorize(idToken: string): Promise<Verdict> {
    if (idToken.length > this.#deps.longestIdToken) return { accepted: false, parentIdToken: null };
    const decision = this.#decide(idToken, this.#deps.online());
    if (decision.kind !== 'ask') return this.#verdict(idToken, decision);
    return this.#askInTime(idToken);
  }

  /** What would be decided now, with and without an answer of the backend; asks and changes nothing. */
  foresee(idToken: string): Foresight {
    const { memory, whiteListed, online, longestIdToken } = this.#deps;
    return {
      known: { localList: memory.listed(idToken), whiteList: whiteListed(idToken), cache: memory.cached(idToken) },
      isTooLong: idToken.length > longestIdToken,
      online: online(),
      now: this.#decide(idToken, online()),
      alone: this.#decide(idToken, false),
    };
  }

  /** Tells the backend of an identifier that needs no permission; what it answers is only remembered. Never waits. */
  tell(idToken: string): void {
    const { online, ask, memory } = this.#deps;
    if (!online()) return;
    void ask(idToken).then((outcome) => {
      if (outcome.kind === 'answered') memory.answered(idToken, outcome.answer);
    });
  }

  async #askInTime(idToken: string): Promise<Verdict> {
    const { time, params, ask, onLateAnswer } = this.#deps;
    const patience = Promise.withResolvers<'late'>();
    const cancel = time.after(params.get('authorization.timeout') * 1000, () => patience.resolve('late'));
    const asked = ask(idToken);
    const first = await Promise.race([asked, patience.promise]);
    cancel();
    if (first === 'late') {
      void asked.then((outcome) => {
        if (outcome.kind !== 'answered') return;
        this.#deps.memory.answered(idToken, outcome.answer);
        onLateAnswer(idToken, outcome.answer);
      });
      return this.#offlineVerdict(idToken);
    }
    // What cannot be asked cannot be billed either.
    if (first.kind === 'notSendable') return { accepted: false, parentIdToken: null };
    if (first.kind !== 'answered') return this.#offlineVerdict(idToken);
    this.#deps.memory.answered(idToken, first.answer);
    // A backend that names no group does not take back the one that its list names.
    const parentIdToken = first.answer.parentIdToken ?? this.#deps.memory.parentOf(idToken);
    return { accepted: first.answer.status === 'accepted', parentIdToken, decided: 'backend' };
  }

  #offlineVerdict(idToken: string): Verdict {
    return this.#verdict(idToken, this.#decide(idToken, false));
  }

  #decide(idToken: string, online: boolean): AuthorizationDecision {
    const { memory, whiteListed, nowMs, params } = this.#deps;
    const known = {
      listed: memory.listed(idToken),
      whiteListed: whiteListed(idToken),
      cached: memory.cached(idToken),
    };
    return decide({ ...known, online, nowMs: nowMs() }, authorizationRules(params));
  }

  #verdict(idToken: string, decision: AuthorizationDecision): Verdict {
    const parentIdToken = this.#deps.memory.parentOf(idToken);
    if (decision.kind !== 'accept') return { accepted: false, parentIdToken };
    return { accepted: true, parentIdToken, decided: decision.by };
  }
}

function authorizationRules(params: ParameterReader): AuthorizationRules {
  return {
    localListEnabled: params.get('authorization.localListEnabled'),
    inDoubt: params.get('authorization.inDoubt'),
    cacheEnabled: params.get('authorization.cacheEnabled'),
    localPreAuthorize: params.get('authorization.localPreAuthorize'),
    localAuthorizeOffline: params.get('authorization.localAuthorizeOffline'),
    allowOfflineTxForUnknownId: params.get('authorization.allowOfflineTxForUnknownId'),
  };
}
