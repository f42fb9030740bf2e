import { freeChargingMode } from '../../authorization/free-charging.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { ParameterReader } from '../../params/parameters.ts';
import type { EvseController } from '../evse/evse-controller.ts';
import type { ReservationDesk } from '../reservations/reservation-desk.ts';
import type { IdTokenMemory } from './id-token-memory.ts';
import { takesGrant } from './takes-grant.ts';

/** What the desk works with. */
export interface DoubtDeskDeps {
  readonly time: Time;
  readonly clock: { nowMs(): number };
  readonly params: ParameterReader;
  readonly evses: () => readonly EvseController[];
  readonly memory: Pick<IdTokenMemory, 'refused' | 'parentOf'>;
  /** Whether reservations let somebody start at an EVSE (RS-04). */
  readonly standing: ReservationDesk['standing'];
  readonly onProblem: (problem: string) => void;
}

/**
 * Begins for cars that are plugged in while the backend is away (`authorization.inDoubt` *plugged*). Away means for as long as a
 * driver would wait for an answer (`authorization.timeout`): neither the first seconds after power-up nor a short break of the
 * link makes anybody charge who has shown no card.
 */
export class DoubtDesk {
  readonly #deps: DoubtDeskDeps;
  /** Since when the backend is away, monotonic; null while it is there. */
  #awaySinceMs: number | null;
  #cancel: Cancel | null = null;
  #stopped = false;

  constructor(deps: DoubtDeskDeps) {
    this.#deps = deps;
    this.#awaySinceMs = deps.time.monotonicMs();
  }

  /** The station is registered at its backend, or is not any more. */
  linkChanged(registered: boolean): void {
    if (registered) this.#awaySinceMs = null;
    else this.#awaySinceMs ??= this.#deps.time.monotonicMs();
    this.#look(0);
  }

  /** A car may wait, or a parameter is another. A card that waits for this plug goes first, so that this takes its turn afterwards. */
  changed(): void {
    this.#look(0);
  }

  /** Begins nothing more. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancel?.();
  }

  #look(delayMs: number): void {
    const { params, time } = this.#deps;
    this.#cancel?.();
    this.#cancel = null;
    if (this.#stopped || this.#awaySinceMs === null || params.get('authorization.inDoubt') !== 'plugged') return;
    // Where charging is free nobody is in doubt (parameters.md section 2).
    if (freeChargingMode(params) !== null) return;
    this.#cancel = time.after(delayMs, () => this.#begin());
  }

  #begin(): void {
    this.#cancel = null;
    const waiting = this.#deps.evses().filter(waitsForCard);
    if (waiting.length === 0 || this.#awaySinceMs === null) return;
    const patienceMs = this.#deps.params.get('authorization.timeout') * 1000;
    const leftMs = this.#awaySinceMs + patienceMs - this.#deps.time.monotonicMs();
    if (leftMs > 0) {
      this.#look(leftMs);
      return;
    }
    const able = waiting.filter((evse) => takesGrant(evse) && this.#isOpen(evse));
    if (able.length > 0) this.#grant(able);
    // What keeps the others from beginning, such as a transaction from before a power cut or a reservation, may be over soon.
    if (able.length < waiting.length) this.#look(patienceMs);
  }

  #isOpen({ id }: EvseController): boolean {
    const { params, memory, standing } = this.#deps;
    const idToken = params.get('authorization.inDoubtTag');
    return ['own', 'open'].includes(standing(id, { idToken, parentIdToken: memory.parentOf(idToken) }));
  }

  #grant(evses: readonly EvseController[]): void {
    const { params, memory, clock, onProblem } = this.#deps;
    const idToken = params.get('authorization.inDoubtTag');
    if (memory.refused(idToken, clock.nowMs())) {
      onProblem(
        `a plugged car did not begin by itself: the identifier for doubt, ${idToken}, has been refused; let the backend accept it, or set authorization.inDoubtTag to one that it knows`,
      );
      return;
    }
    const grant = { idToken, parentIdToken: memory.parentOf(idToken), via: 'plug', movable: false } as const;
    for (const evse of evses) evse.dispatch({ kind: 'granted', grant });
  }
}

/** One whose vehicle charged already waits for a card or for another vehicle: what ended a session does not begin it again. */
function waitsForCard({ state }: EvseController): boolean {
  return state.plugged && !state.charged && state.phase.kind === 'preparing' && state.phase.grant === null;
}
