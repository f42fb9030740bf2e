import { LazyMap } from '../../core/lazy-map.ts';
import type { Cancel, Time } from '../../core/time.ts';
import { deratedMilliamps, faultEffect } from '../../evse/fault-effect.ts';
import { holdMs, type Presence } from '../../evse/fault-hold.ts';
import type { HardwareFault } from '../../evse/hardware.ts';
import { lockFault } from '../../evse/own-faults.ts';
import type { EvseController } from '../evse/evse-controller.ts';

/** What the desk works with. */
export interface FaultDeskDeps {
  readonly time: Time;
  readonly evses: () => readonly EvseController[];
  /** What connector 0 shows may have changed. */
  readonly onStation: () => void;
  /** The most that an EVSE may offer changed because of its faults; `text` says how. */
  readonly onDerated: (evse: number, text: string) => void;
}

interface Watched {
  presence: Presence;
  /** Faults that the hardware has cleared and the station still holds. */
  readonly held: LazyMap<string, { readonly fault: HardwareFault; readonly cancel: Cancel }>;
}

/** The station itself, connector 0 of OCPP 1.6. */
const stationPlace = 0;

/**
 * Takes in the faults of the hardware: those of the station are kept here, and passed to every EVSE that cannot charge for
 * them; those of an EVSE are held as long as they have to be, whatever the hardware says (parameters.md section 4).
 */
export class FaultDesk {
  readonly #deps: FaultDeskDeps;
  readonly #watched = new LazyMap<number, Watched>();
  /** What the hardware says of the station, and what the station says of itself. */
  #hardware: readonly HardwareFault[] = [];
  #own: readonly HardwareFault[] = [];

  constructor(deps: FaultDeskDeps) {
    this.#deps = deps;
  }

  /** The faults of the station itself. */
  get station(): readonly HardwareFault[] {
    return [...this.#hardware, ...this.#own];
  }

  /** A fault came or went; `place` 0 is the station. */
  report(place: number, fault: HardwareFault, active: boolean): void {
    if (place === stationPlace) this.#reportStation(fault, active);
    else for (const evse of this.#at(place)) this.#report(evse, fault, active);
  }

  /** A fault of the station's own that leaves its connectors alone came or went: it shows at connector 0 only. */
  reportOwn(fault: HardwareFault, active: boolean): void {
    this.#own = changed(this.#own, fault, active);
    this.#deps.onStation();
  }

  /** The EVSEs are there: what the hardware said of the station before concerns them too. */
  adopt(): void {
    for (const evse of this.#deps.evses()) this.#watch(evse);
    for (const fault of this.#hardware) this.#reportStation(fault, true);
  }

  /** The pilot of an EVSE was told to its machine. */
  pilotChanged(place: number): void {
    for (const evse of this.#at(place)) {
      const watched = this.#watch(evse);
      const { plugged } = evse.state;
      if (plugged === watched.presence.plugged) continue;
      const leftMs = plugged ? null : this.#deps.time.monotonicMs();
      this.#presenceChanged(evse, watched, { ...watched.presence, plugged, leftMs });
    }
  }

  /** A cable came into the socket of an EVSE or left it. */
  cableChanged(place: number, milliamps: number | null): void {
    for (const evse of this.#at(place)) {
      const watched = this.#watch(evse);
      const cable = evse.description.fixedCable || milliamps !== null;
      this.#presenceChanged(evse, watched, { ...watched.presence, cable });
    }
  }

  /** The lock of an EVSE moves again. */
  lockMoved(place: number): void {
    for (const evse of this.#at(place)) this.#tell(evse, lockFault, false);
  }

  /** Ends all waiting. May be called twice. */
  stop(): void {
    for (const { held } of this.#watched.values()) for (const { cancel } of held.values()) cancel();
  }

  #at(place: number): readonly EvseController[] {
    return this.#deps.evses().filter((evse) => evse.id === place);
  }

  #watch(evse: EvseController): Watched {
    const known = this.#watched.get(evse.id);
    if (known !== undefined) return known;
    const { fixedCable, state } = evse.description;
    const plugged = state.pilot === 'B' || state.pilot === 'C' || state.pilot === 'D';
    const cable = fixedCable || state.cableMilliamps !== null;
    const watched: Watched = {
      presence: { plugged, cable, leftMs: plugged ? null : Number.NEGATIVE_INFINITY },
      held: new LazyMap(),
    };
    this.#watched.set(evse.id, watched);
    return watched;
  }

  /** What keeps the whole station from charging is a fault of each of its connectors too. */
  #reportStation(fault: HardwareFault, active: boolean): void {
    const before = deratedMilliamps(this.#hardware);
    this.#hardware = changed(this.#hardware, fault, active);
    this.#deps.onStation();
    for (const evse of this.#deps.evses()) {
      if (faultEffect(fault) !== 'tells') evse.dispatch({ kind: 'fault', fault, active });
      this.#derated(evse, before, deratedMilliamps(this.#hardware));
    }
  }

  #report(evse: EvseController, fault: HardwareFault, active: boolean): void {
    const { presence, held } = this.#watch(evse);
    this.#forget(held, fault.id);
    const waitMs = active ? 0 : holdMs(fault, presence, this.#deps.time.monotonicMs());
    if (waitMs > 0) this.#hold(evse, fault, waitMs);
    else this.#tell(evse, fault, active);
  }

  #presenceChanged(evse: EvseController, watched: Watched, presence: Presence): void {
    watched.presence = presence;
    const held = [...watched.held.values()].map(({ fault }) => fault);
    for (const fault of held) this.#report(evse, fault, false);
  }

  #hold(evse: EvseController, fault: HardwareFault, waitMs: number): void {
    const over = (): void => this.#report(evse, fault, false);
    const cancel = waitMs === Infinity ? () => undefined : this.#deps.time.after(waitMs, over);
    this.#watch(evse).held.set(fault.id, { fault, cancel });
  }

  #forget(held: Watched['held'], id: string): void {
    held.get(id)?.cancel();
    held.delete(id);
  }

  #tell(evse: EvseController, fault: HardwareFault, active: boolean): void {
    const before = deratedMilliamps(evse.state.faults);
    evse.dispatch({ kind: 'fault', fault, active });
    this.#derated(evse, before, deratedMilliamps(evse.state.faults));
  }

  #derated(evse: EvseController, before: number | null, now: number | null): void {
    if (before === now) return;
    evse.limitChanged();
    this.#deps.onDerated(evse.id, now === null ? 'No longer limited' : `Limited to ${Math.floor(now / 1000)} A`);
  }
}

/** A fault that is told again keeps its age. */
function changed(faults: readonly HardwareFault[], fault: HardwareFault, active: boolean): readonly HardwareFault[] {
  if (!active) return faults.filter(({ id }) => id !== fault.id);
  const known = faults.some(({ id }) => id === fault.id);
  return known ? faults.map((each) => (each.id === fault.id ? fault : each)) : [...faults, fault];
}
