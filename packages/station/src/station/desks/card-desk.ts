import { idTokenOfCard, type CardRules } from '../../authorization/card-uid.ts';
import { sameIdToken } from '../../authorization/decision.ts';
import { LazySet } from '../../core/lazy-set.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { legalRefusal } from './legal-refusal.ts';
import { chargesElsewhere, withdrawElsewhere } from './one-card.ts';
import { takesGrant } from './takes-grant.ts';
import type { Verdict } from './authorizer.ts';

/** What parameters say of cards. */
export interface CardDeskRules extends CardRules {
  /** `authorization.rfidEnabled`. */
  readonly readerEnabled: boolean;
  /** `authorization.concurrentTransactions`. */
  readonly concurrent: boolean;
  /** `authorization.authorizeForStop`. */
  readonly authorizeForStop: boolean;
}

/** What the desk works with. */
export interface CardDeskDeps {
  readonly evses: () => readonly EvseController[];
  readonly rules: () => CardDeskRules;
  readonly authorize: (idToken: string) => Promise<Verdict>;
  /** Tells the backend of a card that needs no permission; nobody waits for what it says. */
  readonly tell: (idToken: string) => void;
  /** The most characters that a backend can be told; identifiers are never cut, so longer ones are refused on entry (T-18). */
  readonly longestIdToken: number;
  readonly indicate: (evse: number, signal: 'refused' | 'waiting') => void;
  readonly onProblem: (problem: string) => void;
}

/** Decides what a card means: the end of a transaction, the release of a held cable, or the wish to charge. */
export class CardDesk {
  readonly #deps: CardDeskDeps;
  /** Identifiers whose authorization is under way, so that a card held to the reader asks once. */
  readonly #asking = new LazySet<string>();

  constructor(deps: CardDeskDeps) {
    this.#deps = deps;
  }

  /** A card was shown at an EVSE, or at the station's common reader (evse 0). */
  async shown(evse: number, uid: string): Promise<void> {
    const idToken = idTokenOfCard(uid, this.#deps.rules());
    if (!this.#canBeTold(idToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    if (this.#endsOwn(evse, idToken) || this.#asking.has(idToken)) return;
    const busy = this.#busyAt(evse);
    const mayAsk = busy === null ? this.#mayBegin(evse, idToken) : busy.parent !== null;
    if (!mayAsk) this.#tellLaw(evse);
    if (!mayAsk || !this.#deps.rules().readerEnabled) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    this.#deps.indicate(evse, 'waiting');
    this.#asking.add(idToken);
    const verdict = await this.#deps.authorize(idToken).finally(() => this.#asking.delete(idToken));
    if (!verdict.accepted) this.#deps.indicate(evse, 'refused');
    else if (busy === null) this.#grant(evse, grantOf(evse, idToken, verdict));
    else this.#endOfGroup(evse, busy.controller, idToken, verdict);
  }

  /** Whoever stands there sees only that the card is refused; people on site want to know that it is the law. */
  #tellLaw(evse: number): void {
    const why = legalRefusal(this.#at(evse));
    if (why !== null) this.#deps.onProblem(`a card was refused, calibration law forbids a start (${why})`);
  }

  #mayBegin(evse: number, idToken: string): boolean {
    const target = this.#target(evse);
    if (target === null) return false;
    return this.#deps.rules().concurrent || !chargesElsewhere(this.#places([target], idToken));
  }

  #places(here: readonly EvseController[], idToken: string): Parameters<typeof chargesElsewhere>[0] {
    return { idToken, here, all: this.#deps.evses() };
  }

  #canBeTold(idToken: string): boolean {
    const { longestIdToken, onProblem } = this.#deps;
    const { length } = idToken;
    if (length >= 1 && length <= longestIdToken) return true;
    onProblem(
      `a card was refused: its identifier has ${length} characters, and the backend can be told 1 to ${longestIdToken} characters; make the reader give a shorter one`,
    );
    return false;
  }

  /** A plug came in: a card shown at the common reader before any plug belongs to this EVSE now. */
  plugged(evse: EvseController): void {
    if (evse.state.phase.kind !== 'preparing' || !takesGrant(evse)) return;
    const waiting = this.#deps.evses().find((other) => other !== evse && isWaiting(other));
    if (waiting === undefined || waiting.state.phase.kind !== 'preparing' || waiting.state.phase.grant === null) return;
    const { grant } = waiting.state.phase;
    waiting.dispatch({ kind: 'grantWithdrawn' });
    evse.dispatch({ kind: 'granted', grant });
  }

  /**
   * The same identifier that started ends, whatever anyone says, also while the reader takes no others; held cables are
   * released by it or its group.
   */
  #endsOwn(evse: number, idToken: string): boolean {
    for (const candidate of this.#at(evse)) {
      const { phase } = candidate.state;
      if (phase.kind === 'running' && sameIdToken(phase.grant.idToken, idToken)) {
        if (this.#deps.rules().authorizeForStop) this.#deps.tell(idToken);
        candidate.dispatch({ kind: 'stop', cause: { reason: 'local', idToken } });
        return true;
      }
      if (phase.kind === 'finished' && sameIdToken(phase.holds?.idToken ?? null, idToken)) {
        candidate.dispatch({ kind: 'released' });
        return true;
      }
      const inHand =
        phase.kind === 'starting' || phase.kind === 'stopping' || (phase.kind === 'preparing' && phase.grant !== null);
      if (inHand && sameIdToken(phase.grant?.idToken ?? null, idToken)) return true;
    }
    return false;
  }

  /** Another card at a running EVSE can end it only when both belong to one group. */
  #busyAt(evse: number): { readonly controller: EvseController; readonly parent: string | null } | null {
    const running = this.#at(evse).filter((candidate) => isHeld(candidate));
    const only = running[0];
    if (only === undefined || (evse === 0 && this.#target(0) !== null)) return null;
    const { phase } = only.state;
    const grant = phase.kind === 'running' ? phase.grant : phase.kind === 'finished' ? phase.holds : null;
    return { controller: only, parent: grant?.parentIdToken ?? null };
  }

  /** While the backend was being asked somebody else may have begun: what is busy now counts. */
  #endOfGroup(evse: number, meant: EvseController, idToken: string, verdict: Verdict): void {
    const busy = this.#busyAt(evse);
    if (busy?.controller !== meant || !sameIdToken(busy.parent, verdict.parentIdToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    meant.dispatch({ kind: 'stop', cause: { reason: 'local', idToken } });
    meant.dispatch({ kind: 'released' });
  }

  /** While the backend was being asked the place may have been taken, or the identifier may have begun elsewhere. */
  #grant(evse: number, grant: Grant): void {
    const target = this.#target(evse);
    if (target === null || !this.#mayBegin(evse, grant.idToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    if (!this.#deps.rules().concurrent) withdrawElsewhere(this.#places([target], grant.idToken));
    target.dispatch({ kind: 'granted', grant });
  }

  /** At the common reader: the EVSE that is plugged and waits for a card, else the first free one. */
  #target(evse: number): EvseController | null {
    const able = this.#at(evse).filter((candidate) => takesGrant(candidate));
    return (
      able.find((candidate) => candidate.state.phase.kind === 'preparing') ??
      able.find((candidate) => candidate.state.plugged) ??
      able[0] ??
      null
    );
  }

  #at(evse: number): readonly EvseController[] {
    return evse === 0 ? this.#deps.evses() : this.#deps.evses().filter((candidate) => candidate.id === evse);
  }
}

function grantOf(evse: number, idToken: string, { parentIdToken, decided }: Verdict): Grant {
  const grant = { idToken, parentIdToken, via: 'card', movable: evse === 0 } as const;
  return decided === undefined ? grant : { ...grant, decided };
}

function isWaiting(evse: EvseController): boolean {
  const { phase, plugged } = evse.state;
  return !plugged && phase.kind === 'preparing' && phase.grant !== null && phase.grant.movable;
}

function isHeld(evse: EvseController): boolean {
  const { phase } = evse.state;
  return phase.kind === 'running' || (phase.kind === 'finished' && phase.holds !== null);
}
