import { idTokenOfCard, type CardRules } from '../../authorization/card-uid.ts';
import { sameIdToken } from '../../authorization/decision.ts';
import type { FreeTraits } from '../../authorization/free-charging.ts';
import { LazySet } from '../../core/lazy-set.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type { Person } from '../../reservations/reservation.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { personOf } from '../reservations/reservable-place.ts';
import type { ReservationDesk } from '../reservations/reservation-desk.ts';
import type { FreeDesk } from './free-desk.ts';
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
  /** The group as far as it is known without asking. */
  readonly parentOf: (idToken: string) => string | null;
  /** Whether reservations let somebody start at an EVSE (RS-04). */
  readonly standing: ReservationDesk['standing'];
  /** Charging that is free of charge. */
  readonly free: Pick<FreeDesk, 'traits' | 'grantFor'>;
  /** Tells the backend of a card that needs no permission; nobody waits for what it says. */
  readonly tell: (idToken: string) => void;
  /** The most characters that a backend can be told; identifiers are never cut, so longer ones are refused on entry (T-18). */
  readonly longestIdToken: number;
  readonly indicate: (evse: number, signal: 'refused' | 'waiting' | 'ready') => void;
  readonly onProblem: (problem: string) => void;
}

/** Where something runs or is held that a card may end, and the group that may. */
interface Held {
  readonly controller: EvseController;
  readonly parent: string | null;
}

/** What a card that is accepted does. *perhaps*: it begins where its group may, else it ends what its group began. */
interface Intent {
  readonly begins: 'yes' | 'no' | 'perhaps';
  readonly held: Held | null;
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
    const free = this.#deps.free.traits;
    if ((free === null || free.idTag === 'shown') && !this.#canBeTold(idToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    if (this.#endsOwn(evse, idToken) || this.#asking.has(idToken)) return;
    const person = { idToken, parentIdToken: this.#deps.parentOf(idToken) };
    if (free !== null && this.#free(evse, person, free)) return;
    const intent = free === null ? this.#intentOf(evse, person) : this.#endingAt(evse);
    if (intent === null) this.#tellLaw(evse);
    if (intent === null || !this.#deps.rules().readerEnabled) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    this.#deps.indicate(evse, 'waiting');
    this.#asking.add(idToken);
    const verdict = await this.#deps.authorize(idToken).finally(() => this.#asking.delete(idToken));
    if (this.#deps.free.traits !== free) return this.shown(evse, uid);
    if (verdict.accepted) this.#decided(evse, intent, grantOf(evse, idToken, verdict));
    else this.#deps.indicate(evse, 'refused');
  }

  /** What a card may be shown for; null: for nothing that could be. */
  #intentOf(evse: number, person: Person): Intent | null {
    const held = this.#heldAt(evse);
    const target = this.#target(evse, person, true);
    if (target === null) return this.#endingAt(evse);
    if (!this.#mayCharge(target, person.idToken)) return null;
    return { begins: this.#deps.standing(target.id, person) === 'ask' ? 'perhaps' : 'yes', held };
  }

  #endingAt(evse: number): Intent | null {
    const held = this.#heldAt(evse);
    return held !== null && held.parent !== null ? { begins: 'no', held } : null;
  }

  /**
   * Charging is free: nobody is asked, and nothing that is known of the card counts; where no card is needed it begins nothing.
   * False: all that it may do is to end what began before that.
   */
  #free(evse: number, person: Person, traits: FreeTraits): boolean {
    const target = this.#target(evse, person);
    if (target === null && this.#endingAt(evse) !== null) return false;
    if (target === null) this.#tellLaw(evse);
    const grant = this.#deps.free.grantFor(traits, { via: 'card', card: person.idToken }, evse === 0);
    if (target === null || grant === null) this.#deps.indicate(evse, 'refused');
    else if (traits.card) target.dispatch({ kind: 'granted', grant });
    else this.#deps.indicate(evse, 'ready');
    return true;
  }

  /** The card was accepted, and its group is known as well as it can be. */
  #decided(evse: number, { begins, held }: Intent, grant: Grant): void {
    const target = this.#target(evse, grant);
    const ends = begins === 'no' || (begins === 'perhaps' && target === null);
    if (!ends) this.#grant(evse, target, grant);
    else if (target === null && held !== null) this.#endOfGroup(evse, held.controller, grant);
    else this.#deps.indicate(evse, 'refused');
  }

  /** Whoever stands there sees only that the card is refused; people on site want to know that it is the law. */
  #tellLaw(evse: number): void {
    const why = legalRefusal(this.#at(evse));
    if (why !== null) this.#deps.onProblem(`a card was refused, calibration law forbids a start (${why})`);
  }

  #mayCharge(target: EvseController, idToken: string): boolean {
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
    const standing = this.#deps.standing(evse.id, personOf(grant), { leaves: waiting.id });
    if (standing !== 'own' && standing !== 'open') return;
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
      if (phase.kind === 'running' && isOf(phase.grant, idToken)) {
        this.#endByOwner(candidate, phase.grant, idToken);
        return true;
      }
      if (phase.kind === 'finished' && isOf(phase.holds, idToken)) {
        candidate.dispatch({ kind: 'released' });
        return true;
      }
      const inHand =
        phase.kind === 'starting' || phase.kind === 'stopping' || (phase.kind === 'preparing' && phase.grant !== null);
      if (inHand && isOf(phase.grant, idToken)) return true;
    }
    return false;
  }

  /** What was begun under another identifier than that of the card ends under it, too; of what is free nobody is told. */
  #endByOwner(evse: EvseController, grant: Grant, shown: string): void {
    const isFree = grant.free !== undefined;
    if (!isFree && this.#deps.rules().authorizeForStop) this.#deps.tell(shown);
    const idToken = isFree ? grant.idToken : shown;
    evse.dispatch({ kind: 'stop', cause: { reason: 'local', idToken } });
  }

  /** Another card at a running EVSE can end it only when both belong to one group. */
  #heldAt(evse: number): Held | null {
    const only = this.#at(evse).find((candidate) => isHeld(candidate));
    if (only === undefined) return null;
    const { phase } = only.state;
    const grant = phase.kind === 'running' ? phase.grant : phase.kind === 'finished' ? phase.holds : null;
    return { controller: only, parent: grant?.parentIdToken ?? null };
  }

  /** While the backend was being asked somebody else may have begun: what is busy now counts. */
  #endOfGroup(evse: number, meant: EvseController, { idToken, parentIdToken }: Person): void {
    const busy = this.#heldAt(evse);
    if (busy?.controller !== meant || !sameIdToken(busy.parent, parentIdToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    meant.dispatch({ kind: 'stop', cause: { reason: 'local', idToken } });
    meant.dispatch({ kind: 'released' });
  }

  /** While the backend was being asked the place may have been taken, or the identifier may have begun elsewhere. */
  #grant(evse: number, target: EvseController | null, grant: Grant): void {
    if (target === null || !this.#mayCharge(target, grant.idToken)) {
      this.#deps.indicate(evse, 'refused');
      return;
    }
    if (!this.#deps.rules().concurrent) withdrawElsewhere(this.#places([target], grant.idToken));
    // Who has a place of his own is expected there, whoever plugs in elsewhere first.
    const isOwn = this.#deps.standing(target.id, personOf(grant)) === 'own';
    target.dispatch({ kind: 'granted', grant: isOwn ? { ...grant, movable: false } : grant });
  }

  /**
   * At the common reader: the EVSE that is reserved for this person, else the one that is plugged and waits for a card, else the
   * first free one. `perhaps`: also one that is for a group that this one's may turn out to be.
   */
  #target(evse: number, person: Person, perhaps = false): EvseController | null {
    const able = this.#at(evse).filter((candidate) => takesGrant(candidate));
    for (const wanted of perhaps ? (['own', 'open', 'ask'] as const) : (['own', 'open'] as const)) {
      const fitting = able.filter(({ id }) => this.#deps.standing(id, person) === wanted);
      const best =
        fitting.find((candidate) => candidate.state.phase.kind === 'preparing') ??
        fitting.find((candidate) => candidate.state.plugged) ??
        fitting[0];
      if (best !== undefined) return best;
    }
    return null;
  }

  #at(evse: number): readonly EvseController[] {
    return evse === 0 ? this.#deps.evses() : this.#deps.evses().filter((candidate) => candidate.id === evse);
  }
}

function grantOf(evse: number, idToken: string, { parentIdToken, decided }: Verdict): Grant {
  const grant = { idToken, parentIdToken, via: 'card', movable: evse === 0 } as const;
  return decided === undefined ? grant : { ...grant, decided };
}

/** Whether it belongs to who shows this card. */
function isOf(grant: Grant | null, card: string): boolean {
  return grant !== null && sameIdToken(grant.free === undefined ? grant.idToken : grant.free.card, card);
}

function isWaiting(evse: EvseController): boolean {
  const { phase, plugged } = evse.state;
  return !plugged && phase.kind === 'preparing' && phase.grant !== null && phase.grant.movable;
}

function isHeld(evse: EvseController): boolean {
  const { phase } = evse.state;
  return phase.kind === 'running' || (phase.kind === 'finished' && phase.holds !== null);
}
