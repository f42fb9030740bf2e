import { sameIdToken } from '../../authorization/decision.ts';
import { LazyMap } from '../../core/lazy-map.ts';
import type { Time } from '../../core/time.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { RemoteStart } from '../../dialects/station-commands.ts';
import type { StartCompanion } from '../../evse/evse-state.ts';
import type { Verdict } from './authorizer.ts';
import { idIsComing, idPatienceMs } from '../evse/coming-id.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { waitUntil } from '../wait-until.ts';
import { legalRefusal } from './legal-refusal.ts';
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
  /** The parent identifier as far as it is known without asking. */
  readonly parentOf: (idToken: string) => string | null;
  /** What a charging profile that is asked for becomes at the start; *refused* for one with which nothing may start. */
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
    if (request.idToken === '') return 'rejected';
    const able = this.#deps.evses().filter((each) => takesGrant(each) && !this.#promised.has(each.id));
    const target =
      request.evse === null
        ? (able.find((each) => each.state.plugged) ?? able[0])
        : able.find((each) => each.id === request.evse);
    if (target === undefined) this.#tellLaw(request.evse);
    if (target === undefined || !this.#mayChargeAt(target, request.idToken)) return 'rejected';
    const companion = this.#deps.companionOf(target.id, request.profile);
    if (companion === 'refused') return 'rejected';
    this.#promised.set(target.id, request.idToken);
    this.#deps.time.after(0, () => void this.#begin(target, request.idToken, companion));
    return 'accepted';
  }

  #tellLaw(evse: number | null): void {
    const { evses, onProblem } = this.#deps;
    const why = legalRefusal(evses().filter(({ id }) => evse === null || id === evse));
    if (why !== null) onProblem(`a remote start was refused, calibration law forbids a start (${why})`);
  }

  async #begin(target: EvseController, idToken: string, companion: StartCompanion | null): Promise<void> {
    const verdict = this.#deps.authorizeFirst()
      ? await this.#deps.authorize(idToken)
      : { accepted: true, parentIdToken: this.#deps.parentOf(idToken) };
    this.#promised.delete(target.id);
    if (!verdict.accepted || !this.#mayChargeAt(target, idToken)) return;
    if (!this.#deps.concurrent()) withdrawElsewhere({ idToken, here: [target], all: this.#deps.evses() });
    const grant = { idToken, parentIdToken: verdict.parentIdToken, via: 'remote', movable: false } as const;
    target.dispatch({ kind: 'granted', grant: companion === null ? grant : { ...grant, companion } });
  }

  /** One card, one transaction, unless the parameter allows more. */
  #mayChargeAt(target: EvseController, idToken: string): boolean {
    const { concurrent, evses } = this.#deps;
    if (concurrent()) return true;
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
