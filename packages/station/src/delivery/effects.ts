import type { Write } from '../store/store.ts';
import type { DeliveryEvent } from './delivery-events.ts';

/** What the shell has to do. The machine has taken it in already. */
export interface Effects {
  /** On disk before the next CALL leaves. */
  readonly durable: readonly Write[];
  /** May be lost in a power cut. */
  readonly later: readonly Write[];
  readonly events: readonly DeliveryEvent[];
}

/** Gathers the effects of one input. */
export class EffectLog {
  #durable: Write[] = [];
  #later: Write[] = [];
  #events: DeliveryEvent[] = [];

  durable(...writes: readonly Write[]): void {
    this.#durable.push(...writes);
  }

  later(...writes: readonly Write[]): void {
    this.#later.push(...writes);
  }

  event(event: DeliveryEvent): void {
    this.#events.push(event);
  }

  /** Hands out what was gathered, and begins anew. */
  take(): Effects {
    const effects = { durable: this.#durable, later: this.#later, events: this.#events };
    this.#durable = [];
    this.#later = [];
    this.#events = [];
    return effects;
  }
}
