import type { Time } from '../../core/time.ts';
import { isBusy } from '../../evse/evse-state.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { waitUntil } from '../wait-until.ts';

/** What the desk works with. */
export interface UnlockDeskDeps {
  readonly time: Time;
  readonly evses: () => readonly EvseController[];
}

/** How long a backend waits for the hardware, below the time that a call is served in (G-05). */
const patienceMs = 18_000;

/** Frees a stuck plug on behalf of a backend. */
export class UnlockDesk {
  readonly #deps: UnlockDeskDeps;

  constructor(deps: UnlockDeskDeps) {
    this.#deps = deps;
  }

  /**
   * Ends the transaction, if one runs, with reason *unlockCommand* and moves the lock. *notSupported* where there is no lock:
   * then nothing is ended either, since this is no way to stop a session at a captive cable. *failed* when the lock did not
   * move, or the hardware took too long: the plug is then freed as soon as the end of the transaction is recorded.
   */
  async unlock(evse: number): Promise<'unlocked' | 'failed' | 'notSupported'> {
    const target = this.#deps.evses().find((each) => each.id === evse);
    if (target === undefined || !hasLock(target)) return 'notSupported';
    const patience = Promise.withResolvers<'failed'>();
    const cancel = this.#deps.time.after(patienceMs, () => patience.resolve('failed'));
    try {
      return await Promise.race([this.#free(target), patience.promise]);
    } finally {
      cancel();
    }
  }

  async #free(target: EvseController): Promise<'unlocked' | 'failed'> {
    target.dispatch({ kind: 'stop', cause: { reason: 'unlockCommand', idToken: null } });
    // A meter that is slow to sign keeps no plug (E-08).
    const over = (): boolean => target.plugFree || (!isBusy(target.state) && target.keeper.record === null);
    await waitUntil(over, patienceMs, this.#deps.time);
    if (!over()) return 'failed';
    target.dispatch({ kind: 'released' });
    return (await target.unlock()) ? 'unlocked' : 'failed';
  }
}

function hasLock({ description }: EvseController): boolean {
  return !description.fixedCable && description.state.lock !== 'none';
}
