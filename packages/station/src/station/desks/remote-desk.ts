import { LazySet } from '../../core/lazy-set.ts';
import type { Time } from '../../core/time.ts';
import type { Outbox } from '../../delivery/outbox.ts';
import type { Verdict } from './authorizer.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { takesGrant } from './takes-grant.ts';

/** What the desk works with. */
export interface RemoteDeskDeps {
  readonly time: Time;
  readonly outbox: Outbox;
  readonly evses: () => readonly EvseController[];
  readonly authorize: (idToken: string) => Promise<Verdict>;
  /** `AuthorizeRemoteTxRequests`. */
  readonly authorizeFirst: () => boolean;
  /** The parent identifier as far as it is known without asking. */
  readonly parentOf: (idToken: string) => string | null;
}

/** Starts and stops on behalf of a remote user (R-01…R-06): decides at once, acts after the confirmation left. */
export class RemoteDesk {
  readonly #deps: RemoteDeskDeps;
  /** EVSEs promised to a remote user whose authorization is under way. */
  readonly #promised = new LazySet<number>();

  constructor(deps: RemoteDeskDeps) {
    this.#deps = deps;
  }

  /** an EVSE that is unknown, busy, faulted or blocked refuses; none named takes a free one, a plugged one first. */
  start(request: { readonly evse: number | null; readonly idToken: string }): 'accepted' | 'rejected' {
    if (request.idToken === '') return 'rejected';
    const able = this.#deps.evses().filter((each) => takesGrant(each) && !this.#promised.has(each.id));
    const target =
      request.evse === null
        ? (able.find((each) => each.state.plugged) ?? able[0])
        : able.find((each) => each.id === request.evse);
    if (target === undefined) return 'rejected';
    this.#promised.add(target.id);
    this.#deps.time.after(0, () => void this.#begin(target, request.idToken));
    return 'accepted';
  }

  async #begin(target: EvseController, idToken: string): Promise<void> {
    const verdict = this.#deps.authorizeFirst()
      ? await this.#deps.authorize(idToken)
      : { accepted: true, parentIdToken: this.#deps.parentOf(idToken) };
    this.#promised.delete(target.id);
    if (!verdict.accepted) return;
    target.dispatch({
      kind: 'granted',
      grant: { idToken, parentIdToken: verdict.parentIdToken, via: 'remote', movable: false },
    });
  }

  /** only a transaction that runs, and whose id the backend has given, can be stopped. */
  stop(backendTransaction: string): 'accepted' | 'rejected' {
    const key = this.#deps.outbox.transactionOf(backendTransaction);
    const target = this.#deps.evses().find((each) => key !== null && each.keeper.record?.key === key);
    if (target === undefined || target.state.phase.kind !== 'running') return 'rejected';
    this.#deps.time.after(0, () => target.dispatch({ kind: 'stop', cause: { reason: 'remote', idToken: null } }));
    return 'accepted';
  }
}
