import { messageOf } from '../../core/errors.ts';
import type { StationClock } from '../../core/station-clock.ts';
import { noTimer } from '../../core/no-timer.ts';
import type { Cancel, Time } from '../../core/time.ts';
import type { HardwareCommand } from '../../evse/hardware.ts';
import type { EvsePower } from '../../smartcharging/evse-power.ts';
import type { LimitBound, SharedBound } from '../../smartcharging/limit-bound.ts';
import { planLimits, type PlannedEvse, type PlannedLimit } from '../../smartcharging/limit-plan.ts';
import { usageOf } from '../../smartcharging/offered-limit.ts';
import { LimitedPlace } from './limited-place.ts';
import { earlier, type LimitedEvse, type LimitSources } from './limit-ports.ts';

/** What the keeper works with. */
export interface LimitKeeperDeps {
  readonly time: Time;
  readonly clock: Pick<StationClock, 'nowMs'>;
  readonly evses: () => readonly LimitedEvse[];
  readonly sources: LimitSources;
  /** How many phases the station is connected to. */
  readonly phasesConnected: (evse: number) => number;
  readonly command: (command: HardwareCommand) => Promise<unknown>;
  /** A plan was made; `settled`: all hardware offers what is planned. */
  readonly onPlanned: (settled: boolean) => void;
  readonly onProblem: (text: string) => void;
}

/** Between two switches of the phases of one EVSE during a transaction: vehicles and relays must not wear out. */
export const phaseSwitchPauseMs = 120_000;

/** How long the contactor stays open around a switch of the phases: longer than a vehicle's charger bridges. */
const openForSwitchMs = 5_000;

/** A boundary that should be over by now is looked at again after this, not at once. */
const overdueMs = 1_000;

/** What is offered while the phases are switched. */
const whileSwitching = { milliamps: 0, source: { kind: 'phaseSwitch' }, untilMs: null } as const;

/** The wall clock may be set, so that a far boundary is looked at again before. */
const longestWaitMs = 3_600_000;

/**
 * Keeps what the hardware offers at what the limits allow (SC-05, SC-09, SC-14; field fault 47). Everything is planned anew whenever
 * something changes, and at the next boundary of a schedule. What has to fall falls at once; what may rise waits until there is room
 * for it at the hardware, so that the sum of what is offered never exceeds a limit because of a rise.
 */
export class LimitKeeper {
  readonly #deps: LimitKeeperDeps;
  #places: readonly LimitedPlace[] = [];
  #shared: readonly SharedBound[] = [];
  #cancelTimer: Cancel = noTimer;
  #planning = false;
  #again = false;
  #stopped = false;

  constructor(deps: LimitKeeperDeps) {
    this.#deps = deps;
  }

  /** What is planned for an EVSE; undefined for one that is not there. */
  planOf(id: number): PlannedLimit | undefined {
    const place = this.#planned(id);
    if (place === undefined || place.plan === null) return undefined;
    return place.switching ? { ...place.plan, ...whileSwitching } : place.plan;
  }

  /** What an EVSE offers, or would offer to a vehicle that came now, in mA per phase; 0 for one that is not there. */
  milliamps(id: number): number {
    return this.#planned(id)?.shownMilliamps ?? 0;
  }

  /** The phases that the hardware of an EVSE uses. */
  phases(id: number): EvsePower['phases'] {
    const place = this.#planned(id);
    return place === undefined ? 3 : this.powerOf(place.evse, place.phases).phases;
  }

  /** Makes room for an EVSE whose contactor shall close, and sets its limit. Rejects when its hardware refuses. */
  async admit(id: number): Promise<void> {
    const place = this.#planned(id);
    if (place === undefined) return;
    place.offer.reset();
    place.admitted = true;
    place.admitting = true;
    place.waits = true;
    this.evaluate();
    try {
      await this.#admit(place);
    } catch (error) {
      place.released();
      throw error;
    } finally {
      place.admitting = false;
    }
  }

  async #admit(place: LimitedPlace): Promise<void> {
    const phases = this.#otherPhases(place);
    if (phases !== null || this.#mustTellPhases(place)) await this.#setPhases(place, phases ?? place.phases);
    place.waits = false;
    const admission = place.admission();
    this.evaluate();
    await admission;
  }

  /** The contactor of an EVSE is open: nothing is offered there any more. */
  opened(id: number): void {
    const place = this.#placeOf(id);
    if (place?.admitting === true) return;
    const offers = place?.admitted === true && place.offer.told !== 0;
    place?.released();
    if (offers) this.#offerNothing(id);
    this.evaluate();
  }

  /** Plans anew. What happens meanwhile is planned afterwards. */
  readonly evaluate = (): void => {
    if (this.#stopped) return;
    this.#again = true;
    if (this.#planning) return;
    this.#planning = true;
    try {
      while (this.#again) {
        this.#again = false;
        this.#evaluate();
      }
    } finally {
      this.#planning = false;
    }
  };

  /** Without energy a refusal does no harm: the next limit is set before the contactor closes. */
  #offerNothing(evse: number): void {
    const { command, onProblem } = this.#deps;
    command({ type: 'setLimit', evse, milliamps: 0 }).catch((error: unknown) =>
      onProblem(`EVSE ${evse}: ${messageOf(error)}`),
    );
  }

  /** Ends all waiting; what the hardware offers stays. May be called twice. */
  stop(): void {
    this.#stopped = true;
    this.#cancelTimer();
    for (const place of this.#places) place.stop();
  }

  #evaluate(): void {
    const { sources, onPlanned } = this.#deps;
    this.#findPlaces();
    for (const place of this.#places) place.observe();
    const shared = sources.shared();
    this.#shared = shared.bounds;
    let nextMs = shared.nextMs;
    const evses = this.#places.map((place) => {
      const own = sources.own(place.evse);
      nextMs = earlier(nextMs, own.nextMs);
      return this.#input(place, own.bounds);
    });
    const plan = planLimits(evses, shared.bounds);
    for (const place of this.#places) place.plan = plan.get(place.evse.id) ?? null;
    for (const place of this.#places) this.#apply(place);
    for (const place of this.#places) place.tell();
    this.#arm(nextMs);
    onPlanned(this.#places.every(({ settled }) => settled));
  }

  #input(place: LimitedPlace, bounds: readonly LimitBound[]): PlannedEvse {
    const { evse, admitted, standsBy, phases } = place;
    const power = this.powerOf(place.evse, evse.description.phases);
    return {
      id: evse.id,
      power,
      phases: Math.min(phases, power.phases) as EvsePower['phases'],
      phaseChoices: this.#choices(place, power.phases),
      bounds,
      wish: admitted ? (standsBy ? 'standsBy' : 'draws') : 'none',
      order: evse.keeper.record?.startedMs ?? Number.MAX_SAFE_INTEGER,
      stuckMilliamps: admitted ? place.offer.stuckMilliamps : null,
    };
  }

  /** What the hardware of an EVSE can give, on so many of its phases as are connected. */
  powerOf({ description }: LimitedEvse, phases: EvsePower['phases'] = description.phases): EvsePower {
    const { id, maxMilliamps, minMilliamps, nominalVolts } = description;
    const connected = Math.min(phases, this.#deps.phasesConnected(id));
    return {
      evse: id,
      maxMilliamps,
      minMilliamps,
      nominalVolts,
      phases: connected >= 3 ? 3 : connected >= 2 ? 2 : 1,
    };
  }

  /** The phases that an EVSE can use now, all first. A switch has to wait for the pause after the last one. */
  #choices(place: LimitedPlace, all: EvsePower['phases']): readonly EvsePower['phases'][] {
    const inForce = Math.min(place.phases, all) as EvsePower['phases'];
    if (place.evse.description.phaseSwitching !== true || all === 1) return [inForce];
    return place.switching || this.#pauseLeftMs(place) > 0 ? [inForce] : [all, 1];
  }

  #pauseLeftMs({ switchedMs, admitted, waits }: LimitedPlace): number {
    const left = switchedMs + phaseSwitchPauseMs - this.#deps.time.monotonicMs();
    return admitted || waits ? Math.max(0, left) : 0;
  }

  #apply(place: LimitedPlace): void {
    if (!place.admitted || place.waits) return;
    const { offer, wanted } = place;
    const phases = place.switching || offer.told === null ? null : this.#otherPhases(place);
    if (phases !== null) {
      void this.#switch(place, phases);
      return;
    }
    if (offer.busy || offer.told === wanted) return;
    if (wanted <= offer.mostMilliamps || this.#fits(place, wanted)) offer.set(wanted);
  }

  /** The phases that an EVSE should use and does not; null when it does, or cannot. */
  #otherPhases(place: LimitedPlace): EvsePower['phases'] | null {
    const planned = place.plan?.phases ?? place.phases;
    const inUse = this.powerOf(place.evse, place.phases).phases;
    return place.evse.description.phaseSwitching === true && planned !== inUse ? planned : null;
  }

  #mustTellPhases({ evse, phasesKnown }: LimitedPlace): boolean {
    return evse.description.phaseSwitching === true && !phasesKnown;
  }

  /** Whether there is room at the hardware: what others may still be drawing counts, whatever was planned for them. */
  #fits(place: LimitedPlace, wanted: number): boolean {
    return this.#shared.every((bound) => {
      const taken = this.#places.map((each) => {
        const milliamps = each === place ? wanted : each.admitted ? each.offer.mostMilliamps : 0;
        return usageOf(bound, this.powerOf(each.evse, each.phases), milliamps);
      });
      return taken.reduce((sum, usage) => sum + usage, 0) <= bound.amount;
    });
  }

  /** Nothing is offered, the contactor opens, the phases are switched, the contactor closes again: one transaction all the while. */
  async #switch(place: LimitedPlace, phases: EvsePower['phases']): Promise<void> {
    place.switching = true;
    this.evaluate();
    await place.vehicleFollowed();
    await place.evse.withOpenContactor(async () => {
      place.switchedMs = this.#deps.time.monotonicMs();
      await this.#setPhases(place, phases);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#deps.time.after(openForSwitchMs, resolve);
      await promise;
      // Before the contactor closes again: then the limit is set.
      place.switching = false;
    });
    place.switching = false;
    this.evaluate();
  }

  /** A refusal leaves the phases as they are; it is tried again after the pause. */
  async #setPhases(place: LimitedPlace, phases: EvsePower['phases']): Promise<void> {
    const { id } = place.evse;
    try {
      await this.#deps.command({ type: 'setPhases', evse: id, phases: phases === 1 ? 1 : 3 });
      place.phases = phases;
      place.phasesKnown = true;
    } catch (error) {
      place.switchedMs = this.#deps.time.monotonicMs();
      this.#deps.onProblem(`EVSE ${id} did not switch to ${phases} phases: ${messageOf(error)}`);
    }
  }

  #arm(nextMs: number | null): void {
    this.#cancelTimer();
    const { time, clock } = this.#deps;
    const waits = this.#places.map((place) => this.#pauseLeftMs(place)).filter((left) => left > 0);
    if (nextMs !== null) {
      const left = Math.ceil(nextMs - clock.nowMs());
      waits.push(left > 0 ? left : overdueMs);
    }
    if (waits.length === 0) return;
    this.#cancelTimer = time.after(Math.min(longestWaitMs, ...waits), this.evaluate);
  }

  #planned(id: number): LimitedPlace | undefined {
    const place = this.#placeOf(id);
    if (place?.plan === null) this.evaluate();
    return place;
  }

  #placeOf(id: number): LimitedPlace | undefined {
    this.#findPlaces();
    return this.#places.find(({ evse }) => evse.id === id);
  }

  #findPlaces(): void {
    const evses = this.#deps.evses();
    if (this.#places.length === evses.length) return;
    const { time, command, onProblem } = this.#deps;
    const shared = { time, command, onChange: this.evaluate, onProblem };
    this.#places = evses.map((evse) => new LimitedPlace(evse, shared));
  }
}
