import { sameIdToken } from '../../authorization/decision.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { Time } from '../../core/time.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { RemoteStart } from '../../dialects/station-commands.ts';
import type { FreeTraits } from '../../authorization/free-charging.ts';
import type { Grant, StartCompanion } from '../../evse/evse-state.ts';
import type { Verdict } from './authorizer.ts';
import { idIsComing, idPatienceMs } from '../evse/coming-id.ts';
import type { Person } from '../../reservations/reservation.ts';
import type { Standing } from '../../reservations/reservation-rules.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { ReservationDesk } from '../reservations/reservation-desk.ts';
import { waitUntil } from '../wait-until.ts';
import { legalRefusal } from './legal-refusal.ts';
import type { FreeDesk } from './free-desk.ts';
import { chargesElsewhere, withdrawElsewhere } from './one-card.ts';
import { takesGrant } from './takes-grant.ts';

/** What the desk works with. */
export interface RemoteDeskDeps {
  readonly time: Time;
  readonly outbox: Outbox;
  readonly evses: () => readonly EvseController[];
  readonly authorize: (idToken: string) => Promise<Verdict>;
  /** `AuthorizeRemoteTxRequests`. */
  readonly authorizeFirst: () => boolean;
  /** `authorization.concurrentTransactions`. */
  readonly concurrent: () => boolean;
  /** Charging that is free of charge. */
  readonly free: Pick<FreeDesk, 'traits' | 'grantFor'>;
  /** The parent identifier as far as it is known without asking. */
  readonly parentOf: (idToken: string) => string | null;
  /** What a charging profile that is asked for becomes at the start; *refused* for one with which nothing may start. */
  /** Whether reservations let somebody start at an EVSE (RS-04). */
  readonly standing: ReservationDesk['standing'];
  readonly companionOf: (evse: number, profile: RemoteStart['profile']) => StartCompanion | 'refused' | null;
  readonly onProblem: (text: string) => void;
}

/** Starts and stops on behalf of a remote user (R-01…R-06): decides at once, acts after the confirmation left. */
export class RemoteDesk {
  readonly #deps: RemoteDeskDeps;
  /** EVSEs promised to a remote user whose authorization is under way, with the identifier. */
  readonly #promised = new LazyMap<number, string>();

  constructor(deps: RemoteDeskDeps) {
    this.#deps = deps;
  }

  /** an EVSE that is unknown, busy, faulted or blocked refuses; none named takes a free one, a plugged one first. */
  start(request: RemoteStart): 'accepted' | 'rejected' {
    if (request.idToken === '' || this.#isForbidden(request.idToken)) return 'rejected';
    const target = this.#target(request);
    if (target === undefined) this.#tellLaw(request.evse);
    if (target === undefined || !this.#mayChargeAt(target, request.idToken)) return 'rejected';
    const companion = this.#deps.companionOf(target.id, request.profile);
    if (companion === 'refused') return 'rejected';
    this.#promised.set(target.id, request.idToken);
    this.#deps.time.after(0, () => void this.#begin(target, request.idToken, companion));
    return 'accepted';
  }

  /** Where charging is free the backend starts only what it is told of, and only under an identifier (parameters.md section 2). */
  #isForbidden(idToken: string): boolean {
    const { traits } = this.#deps.free;
    return traits !== null && (traits.tells !== 'transactions' || this.#freeGrant(traits, idToken) === null);
  }

  #freeGrant(traits: FreeTraits, idToken: string): Grant | null {
    return this.#deps.free.grantFor(traits, { via: 'remote', card: traits.card ? idToken : null }, false);
  }

  /** The EVSE that is named, or one that is free: one that is reserved for this person first, then a plugged one. */
  #target({ evse: named, idToken }: RemoteStart): EvseController | undefined {
    const person = { idToken, parentIdToken: this.#deps.parentOf(idToken) };
    const able = this.#deps.evses().filter(({ id }) => named === null || named === id);
    const free = able.filter((each) => takesGrant(each) && !this.#promised.has(each.id));
    // Where charging is free nobody asks the backend for a group.
    const standings = this.#deps.free.traits === null ? (['own', 'open', 'ask'] as const) : (['own', 'open'] as const);
    for (const wanted of standings) {
      const fitting = free.filter(({ id }) => this.#standing(id, person) === wanted);
      const target = fitting.find((each) => each.state.plugged) ?? fitting[0];
      if (target !== undefined) return target;
    }
    return undefined;
  }

  #standing(evse: number, person: Person): Standing {
    return this.#deps.standing(evse, person, { promised: (id) => id !== evse && this.#promised.has(id) });
  }

  #tellLaw(evse: number | null): void {
    const { evses, onProblem } = this.#deps;
    const why = legalRefusal(evses().filter(({ id }) => evse === null || id === evse));
    if (why !== null) onProblem(`a remote start was refused, calibration law forbids a start (${why})`);
  }

  async #begin(target: EvseController, idToken: string, companion: StartCompanion | null): Promise<void> {
    const { traits } = this.#deps.free;
    if (traits !== null) {
      this.#promised.delete(target.id);
      const free = this.#isForbidden(idToken) ? null : this.#freeGrant(traits, idToken);
      if (free === null) return;
      const mine = this.#standing(target.id, { idToken, parentIdToken: this.#deps.parentOf(idToken) });
      if (mine === 'own' || mine === 'open') grantWith(target, free, companion);
      else this.#tellReserved(target.id);
      return;
    }
    const known = this.#deps.parentOf(idToken);
    // Where only a group may start, only the backend can tell who belongs to it (§5.13).
    const asks = this.#deps.authorizeFirst() || this.#standing(target.id, { idToken, parentIdToken: known }) === 'ask';
    const verdict = asks ? await this.#deps.authorize(idToken) : { accepted: true, parentIdToken: known };
    if (this.#deps.free.traits !== null) return this.#begin(target, idToken, companion);
    this.#promised.delete(target.id);
    if (!verdict.accepted || !this.#mayChargeAt(target, idToken)) return;
    const standing = this.#standing(target.id, { idToken, parentIdToken: verdict.parentIdToken });
    if (standing === 'ask' || standing === 'closed') {
      this.#tellReserved(target.id);
      return;
    }
    if (!this.#deps.concurrent()) withdrawElsewhere({ idToken, here: [target], all: this.#deps.evses() });
    const grant = { idToken, parentIdToken: verdict.parentIdToken, via: 'remote', movable: false } as const;
    grantWith(target, grant, companion);
  }

  #tellReserved(evse: number): void {
    this.#deps.onProblem(`a remote start was given up: EVSE ${evse} is reserved for others`);
  }

  /** One card, one transaction, unless the parameter allows more. */
  #mayChargeAt(target: EvseController, idToken: string): boolean {
    const { concurrent, evses, free } = this.#deps;
    if (concurrent() || free.traits !== null) return true;
    const promised = [...this.#promised.values()].some((other) => sameIdToken(other, idToken));
    return !promised && !chargesElsewhere({ idToken, here: [target], all: evses() });
  }

  /** only a transaction that runs, and whose id the backend has given, can be stopped. Resolves within 0.7 s. */
  async stop(backendTransaction: string): Promise<'accepted' | 'rejected'> {
    const { outbox, evses, time } = this.#deps;
    const isKnown = (): boolean => outbox.transactionOf(backendTransaction) !== null;
    await waitUntil(() => isKnown() || !evses().some((each) => idIsComing(each, outbox)), idPatienceMs, time);
    const key = outbox.transactionOf(backendTransaction);
    const target = evses().find((each) => key !== null && each.keeper.record?.key === key);
    if (target === undefined || target.state.phase.kind !== 'running') return 'rejected';
    time.after(0, () => target.dispatch({ kind: 'stop', cause: { reason: 'remote', idToken: null } }));
    return 'accepted';
  }
}

function grantWith(target: EvseController, grant: Grant, companion: StartCompanion | null): void {
  target.dispatch({ kind: 'granted', grant: companion === null ? grant : { ...grant, companion } });
}
