import type { Time } from '../../core/time.ts';
import { isBusy } from '../../evse/evse-state.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import { waitUntil } from '../wait-until.ts';

/** What the desk works with. */
export interface SupplyDeskDeps {
  readonly time: Time;
  readonly evses: () => readonly EvseController[];
  /** Whether nothing is left to send, or there is nobody to send it to. */
  readonly told: () => boolean;
  /** Lets nobody start any more, or again. */
  readonly block: (fails: boolean) => void;
  /** Shows at connector 0 what is wrong. */
  readonly show: (fails: boolean) => void;
  readonly onProblem: (problem: string) => void;
}

/** So long the last StopTransaction goes before the status of the station, which nobody needs as much. */
const statusWaitsMs = 10_000;

/**
 * Acts on what hardware with backup power tells of the supply: while seconds are left, what runs is ended with reason PowerLoss
 * and told; nobody starts before the supply is back. Where the power goes first, the reason is on disk (X-12, TC_032_1).
 */
export class SupplyDesk {
  readonly #deps: SupplyDeskDeps;
  #fails = false;
  #shown = false;
  #stopped = false;

  constructor(deps: SupplyDeskDeps) {
    this.#deps = deps;
  }

  /** The supply fails, or is back; the same said twice counts once. */
  report(fails: boolean): void {
    if (fails === this.#fails) return;
    this.#fails = fails;
    const { evses, block, onProblem } = this.#deps;
    onProblem(fails ? 'the supply fails: what runs is ended, nobody can start' : 'the supply is back');
    block(fails);
    if (!fails) {
      this.#show();
      return;
    }
    // What is about to begin ends as soon as it has begun: the machine keeps that in mind.
    for (const evse of evses()) evse.dispatch({ kind: 'stop', cause: { reason: 'powerLoss', idToken: null } });
    void this.#showLater();
  }

  /** Shows nothing any more. May be called twice. */
  stop(): void {
    this.#stopped = true;
  }

  async #showLater(): Promise<void> {
    const { evses, told, time } = this.#deps;
    const over = (): boolean => evses().every((evse) => !isBusy(evse.state)) && told();
    await waitUntil(() => this.#stopped || !this.#fails || over(), statusWaitsMs, time);
    this.#show();
  }

  #show(): void {
    if (this.#stopped || this.#shown === this.#fails) return;
    this.#shown = this.#fails;
    this.#deps.show(this.#fails);
  }
}
