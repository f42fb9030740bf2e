import { freeGrant, freeTraits, type FreeTraits, type FreeWish } from '../../authorization/free-charging.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { Grant } from '../../evse/evse-state.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { personOf } from '../reservations/reservable-place.ts';
import type { ReservationDesk } from '../reservations/reservation-desk.ts';
import { takesGrant } from './takes-grant.ts';

/** What the desk works with. */
export interface FreeDeskDeps {
  readonly time: Time;
  readonly params: ParameterReader;
  readonly evses: () => readonly EvseController[];
  /** Whether reservations let somebody start at an EVSE (RS-04). */
  readonly standing: ReservationDesk['standing'];
  /** The parent identifier as far as it is known without asking. */
  readonly parentOf: (idToken: string) => string | null;
  readonly onProblem: (problem: string) => void;
}

/** What keeps a car from beginning may be over without anything being shown of it. */
const againMs = 5_000;

/** Lets cars charge free of charge: by themselves where nobody shows a card, else as somebody wishes it (parameters.md section 2). */
export class FreeDesk {
  readonly #deps: FreeDeskDeps;
  #cancel: Cancel | null = null;
  #stopped = false;
  /** That the tag is missing was told. */
  #toldTag = false;

  constructor(deps: FreeDeskDeps) {
    this.#deps = deps;
  }

  /** The mode that holds now; null: charging is not free. */
  get traits(): FreeTraits | null {
    return freeTraits(this.#deps.params);
  }

  /** Who charges if this wish is fulfilled; null: the mode needs a tag, and none is set. */
  grantFor(traits: FreeTraits, wish: FreeWish, movable: boolean): Grant | null {
    const permission = freeGrant(traits, wish, this.#deps.params.get('authorization.freeChargingTag'));
    if (permission === null) this.#tellTag();
    if (permission === null) return null;
    const group = wish.card === null ? null : this.#deps.parentOf(wish.card);
    const free = group === null ? permission.free : { ...permission.free, group };
    return { ...permission, free, via: wish.via, movable };
  }

  /** A car may wait. A grant that waits for this plug goes first, so that this takes its turn afterwards. */
  changed(): void {
    this.#look(0);
  }

  /** Another mode holds, or none: what was permitted by the one before and has not begun lapses; what runs goes on as it began. */
  settingsChanged(): void {
    this.#toldTag = false;
    for (const evse of this.#deps.evses()) {
      const { phase } = evse.state;
      const lapses = phase.kind === 'preparing' && phase.grant !== null && !this.#wouldGive(phase.grant);
      if (lapses) evse.dispatch({ kind: 'grantWithdrawn' });
    }
    this.changed();
  }

  /** Begins nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  /** Whether it is as the mode that holds now has it. */
  #wouldGive({ via, idToken, free, untold }: Grant): boolean {
    const { traits } = this;
    if (traits === null || free === undefined) return traits === null && free === undefined;
    const now = this.grantFor(traits, { via, card: free.card }, false);
    return now !== null && now.idToken === idToken && now.untold === untold && (via !== 'card' || traits.card);
  }

  #look(delayMs: number): void {
    this.#cancel?.();
    this.#cancel = null;
    if (this.#stopped || this.traits?.card !== false) return;
    this.#cancel = this.#deps.time.after(delayMs, () => this.#begin());
  }

  #begin(): void {
    this.#cancel = null;
    const { traits } = this;
    const waiting = this.#deps.evses().filter(waitsForNobody);
    if (traits === null || traits.card || waiting.length === 0) return;
    const grant = this.grantFor(traits, { via: 'plug', card: null }, false);
    if (grant === null) return;
    const isOpen = (evse: EvseController): boolean =>
      ['own', 'open'].includes(this.#deps.standing(evse.id, personOf(grant)));
    const able = waiting.filter((evse) => takesGrant(evse) && isOpen(evse));
    for (const evse of able) evse.dispatch({ kind: 'granted', grant });
    if (able.length < waiting.length) this.#look(againMs);
  }

  #tellTag(): void {
    if (this.#toldTag) return;
    this.#toldTag = true;
    this.#deps.onProblem(
      'nobody can charge: free charging in this mode needs an identifier under which it is told; set authorization.freeChargingTag',
    );
  }
}

/** One whose vehicle charged already begins no more until it is plugged anew: what ended a session does not begin it again. */
function waitsForNobody({ state: { plugged, charged, phase } }: EvseController): boolean {
  const waits = phase.kind === 'timedOut' || (phase.kind === 'preparing' && phase.grant === null);
  return plugged && !charged && waits;
}
