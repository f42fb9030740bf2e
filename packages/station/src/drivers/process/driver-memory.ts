import type { HardwareDescription, HardwareEvent, HardwareFault } from '../../evse/hardware.ts';
import { readingEvents } from '../reading-events.ts';

/** What the station was told by a driver, so that nothing stays true in the station that ended while the driver was lost. */
export class DriverMemory {
  #faults = new Map<string, { readonly evse: number; readonly fault: HardwareFault }>();
  #stale = new Map<string, { readonly evse: number; readonly fault: HardwareFault }>();
  #bearerUp = true;
  #bearerHeard = false;
  #supplyFails = false;
  #supplyHeard = false;

  /** Remembers the faults of a first description. */
  learn(description: HardwareDescription): void {
    for (const event of everything(description)) this.heard(event);
  }

  /** Remembers what matters of an event. */
  heard(event: HardwareEvent): void {
    if (event.type === 'bearer') {
      this.#bearerUp = event.up;
      this.#bearerHeard = true;
    }
    if (event.type === 'supply') {
      this.#supplyFails = event.state === 'failing';
      this.#supplyHeard = true;
    }
    if (event.type !== 'fault') return;
    const key = `${event.evse}/${event.fault.id}`;
    this.#stale.delete(key);
    if (event.active) this.#faults.set(key, event);
    else this.#faults.delete(key);
  }

  /** The driver is lost: what was true must be heard again. */
  startAgain(): void {
    this.#stale = new Map(this.#faults);
    this.#bearerHeard = false;
    this.#supplyHeard = false;
  }

  /** The events that bring a station up to date with a driver that has come back. */
  fresh(description: HardwareDescription): readonly HardwareEvent[] {
    const present = everything(description);
    this.learn(description);
    const ended = [...this.#stale.values()].map((known): HardwareEvent => ({ type: 'fault', ...known, active: false }));
    for (const event of ended) this.heard(event);
    const restored: HardwareEvent[] = [];
    if (!this.#bearerUp && !this.#bearerHeard) restored.push({ type: 'bearer', up: true });
    if (this.#supplyFails && !this.#supplyHeard) restored.push({ type: 'supply', state: 'back' });
    for (const event of restored) this.heard(event);
    return [...present, ...ended, ...restored];
  }
}

function everything(description: HardwareDescription): readonly HardwareEvent[] {
  return description.evses.flatMap(({ id, state }) => readingEvents(id, null, state));
}
