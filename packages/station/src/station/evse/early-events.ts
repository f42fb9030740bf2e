import { LazySet } from '../../core/lazy-set.ts';
import type { HardwareEvent } from '../../evse/hardware.ts';

/**
 * Keeps what happens at an EVSE between the description of the hardware and the moment at which the EVSE takes that over: while
 * what a power cut left open is being closed that may be half a minute. Passed at once it would be overwritten by what is older.
 */
export class EarlyEvents {
  readonly #pass: (event: HardwareEvent) => void;
  readonly #adopted = new LazySet<number>();
  #kept: readonly HardwareEvent[] = [];

  /** @param pass gets each event when its time has come, in the order in which they happened */
  constructor(pass: (event: HardwareEvent) => void) {
    this.#pass = pass;
  }

  /** An event came. */
  take(event: HardwareEvent): void {
    const place = placeOf(event);
    if (place === null || this.#adopted.has(place)) this.#pass(event);
    else this.#kept = [...this.#kept, event];
  }

  /** An EVSE has taken over what the hardware was: what happened there since follows. */
  adopted(evse: number): void {
    this.#adopted.add(evse);
    const due = this.#kept.filter((event) => placeOf(event) === evse);
    this.#kept = this.#kept.filter((event) => placeOf(event) !== evse);
    for (const event of due) this.#pass(event);
  }
}

/** The EVSE whose described state an event changes; null for what concerns no such state. */
function placeOf(event: HardwareEvent): number | null {
  switch (event.type) {
    case 'pilot':
    case 'cable':
    case 'lock':
      return event.evse;
    case 'fault':
      return event.evse === 0 ? null : event.evse;
    case 'contactor':
    case 'card':
    case 'meter':
    case 'notice':
    case 'bearer':
    case 'supply':
    case 'externalLimit':
    case 'problem':
    case 'lost':
    case 'back':
      return null;
  }
}
