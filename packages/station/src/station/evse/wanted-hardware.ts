import { LazyMap } from '../../core/lazy-map.ts';
import type { HardwareCommand } from '../../evse/hardware.ts';

interface Wanted {
  readonly milliamps?: number;
  readonly lock?: 'lock' | 'unlock';
  readonly phases?: 1 | 3;
}

/** What the station wanted of its hardware last, also in vain: hardware that comes back has forgotten it. */
export class WantedHardware {
  readonly #evses = new LazyMap<number, Wanted>();

  /** Remembers what is asked for. */
  note(command: HardwareCommand): void {
    if (command.type === 'restart') return;
    const { evse } = command;
    const before = this.#evses.get(evse) ?? {};
    if (command.type === 'setLimit') this.#evses.set(evse, { ...before, milliamps: command.milliamps });
    else if (command.type === 'setPhases') this.#evses.set(evse, { ...before, phases: command.phases });
    else if (command.type === 'lock' || command.type === 'unlock')
      this.#evses.set(evse, { ...before, lock: command.type });
    else if (command.type === 'closeContactor' || command.type === 'openContactor') this.#evses.set(evse, before);
  }

  /**
   * What brings hardware that came back to where it was wanted: the contactors open, whatever was wanted, because no
   * transaction outlives a lost driver; then phases, limits and locks.
   */
  again(): readonly HardwareCommand[] {
    const known = [...this.#evses];
    return [
      ...known.map(([evse]): HardwareCommand => ({ type: 'openContactor', evse })),
      ...known.flatMap(([evse, { milliamps, lock, phases }]): readonly HardwareCommand[] => [
        ...(phases === undefined ? [] : [{ type: 'setPhases', evse, phases } as const]),
        ...(milliamps === undefined ? [] : [{ type: 'setLimit', evse, milliamps } as const]),
        ...(lock === undefined ? [] : [{ type: lock, evse } as const]),
      ]),
    ];
  }
}
